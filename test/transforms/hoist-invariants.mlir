// RUN: circ-opt --hoist-invariants %s | FileCheck %s

// The sum does not depend on the direction: it is kept for each iteration.
// CHECK-LABEL: @common
// CHECK: %[[KEPT:.*]] = circ.map (%[[I:.*]]) in (%{{.*}}) {
// CHECK: circ.reduce sum
// CHECK: circ.extract %arg0[%[[I]],
// CHECK: scf.for
// CHECK: circ.map (%[[J:.*]]) in
// CHECK: circ.extract %[[KEPT]][%[[J]]]
// CHECK: return
func.func @common(%x: tensor<?x?xf64>, %start: tensor<?x?xf64>, %n: i64, %d: i64) -> tensor<?x?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %k = %zero to %d step %one iter_args(%a = %start) -> (tensor<?x?xf64>) : i64 {
    %column = circ.map (%i) in (%n) {
      %s = circ.reduce sum (%j) in (%d) {
        %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
        circ.yield %e : f64
      } : f64
      %own = circ.extract %x[%i, %k] : tensor<?x?xf64>
      %p = circ.mul %s, %own : f64
      circ.yield %p : f64
    } : tensor<?xf64>
    %b = scf.for %i = %zero to %n step %one iter_args(%c = %a) -> (tensor<?x?xf64>) : i64 {
      %e = circ.extract %column[%i] : tensor<?xf64>
      %f = circ.insert %e into %c[%i, %k] : tensor<?x?xf64>
      scf.yield %f : tensor<?x?xf64>
    }
    scf.yield %b : tensor<?x?xf64>
  } {circ.directions, circ.independent}
  return %r : tensor<?x?xf64>
}

// What depends on the direction stays, and so does what is checked.
// CHECK-LABEL: @own
// CHECK: scf.for
// CHECK: circ.map
// CHECK: circ.reduce sum
// CHECK: circ.reduce sum
// CHECK: return
func.func @own(%x: tensor<?x?xf64>, %start: tensor<?x?xf64>, %n: i64, %d: i64) -> tensor<?x?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %k = %zero to %d step %one iter_args(%a = %start) -> (tensor<?x?xf64>) : i64 {
    %column = circ.map (%i) in (%n) {
      %s = circ.reduce sum (%j) in (%k) {
        %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
        circ.yield %e : f64
      } : f64
      %t = circ.reduce sum (%j) in (%d) {
        circ.check_index %j, %n dimension 1 of "x"
        %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
        circ.yield %e : f64
      } : f64
      %p = circ.mul %s, %t : f64
      circ.yield %p : f64
    } : tensor<?xf64>
    %e = circ.extract %column[%zero] : tensor<?xf64>
    %f = circ.insert %e into %a[%zero, %k] : tensor<?x?xf64>
    scf.yield %f : tensor<?x?xf64>
  } {circ.directions, circ.independent}
  return %r : tensor<?x?xf64>
}
