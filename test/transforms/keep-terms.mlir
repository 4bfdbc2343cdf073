// RUN: circ-opt --keep-terms %s | FileCheck %s

// The terms that the gradient needs again are kept in an array.
// CHECK-LABEL: @kept
// CHECK: %[[TERMS:.*]] = circ.map
// CHECK: circ.reduce sum
// CHECK: circ.exp_sum
// CHECK-NEXT: circ.extract %[[TERMS]]
// CHECK: scf.for
// CHECK-NEXT: circ.extract %[[TERMS]]
// CHECK-NOT: circ.reduce
// CHECK: circ.accumulate
func.func @kept(%x: tensor<?x?xf64>, %start: tensor<?xf64>, %n: i64, %d: i64) -> (f64, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %m, %s = circ.exp_sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%d) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  %g = scf.for %i = %zero to %n step %one iter_args(%sum = %start) -> (tensor<?xf64>) : i64 {
    %t = circ.reduce sum (%j) in (%d) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      circ.yield %e : f64
    } : f64
    %w = circ.sub %t, %m : f64
    %next = circ.accumulate %w into %sum[%i] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  return %s, %g : f64, tensor<?xf64>
}

// A term that is read at once is not worth an array.
// CHECK-LABEL: @cheap
// CHECK-NOT: circ.map
func.func @cheap(%x: tensor<?xf64>, %start: tensor<?xf64>, %n: i64) -> (f64, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %m, %s = circ.exp_sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  %g = scf.for %i = %zero to %n step %one iter_args(%sum = %start) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %w = circ.sub %e, %m : f64
    %next = circ.accumulate %w into %sum[%i] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  return %s, %g : f64, tensor<?xf64>
}

// Terms that come from outside of the loops stay, and so does what else reads them.
// CHECK-LABEL: @outside
// CHECK-SAME: %[[T:[a-z0-9]*]]: f64
// CHECK-NOT: circ.map
// CHECK: circ.exp_sum
// CHECK: circ.yield %[[T]]
// CHECK: %[[R:.*]] = circ.mul %[[T]], %[[T]]
// CHECK: return %{{.*}}, %{{.*}}, %[[R]]
func.func @outside(%t: f64, %x: tensor<?xf64>, %start: tensor<?xf64>, %n: i64) -> (f64, tensor<?xf64>, f64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %m, %s = circ.exp_sum (%i) in (%n) {
    %u = circ.reduce sum (%j) in (%i) {
      circ.check_index %j, %n dimension 0 of "x"
      %e = circ.extract %x[%j] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  %g = scf.for %i = %zero to %n step %one iter_args(%sum = %start) -> (tensor<?xf64>) : i64 {
    %u = circ.reduce sum (%j) in (%i) {
      circ.check_index %j, %n dimension 0 of "x"
      %e = circ.extract %x[%j] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    %w = circ.sub %t, %m : f64
    %next = circ.accumulate %w into %sum[%i] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  %r = circ.mul %t, %t : f64
  return %s, %g, %r : f64, tensor<?xf64>, f64
}
