// RUN: circ-opt --sink-directions %s | FileCheck %s

// The angles' sines are common to all directions, and so is the loop over joints: each step has the
// loop over directions inside. Eight columns: no lanes are left over. The points stay a map, whose
// iterations make rows of as many columns as there are directions.
// CHECK-LABEL: @chain
// CHECK: %[[START:.*]] = circ.splat %{{.*}} sizes() : tensor<9x8xf64>
// CHECK: %[[POSED:.*]]:2 = scf.for %[[J:[a-z0-9]+]] = {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[T:[a-z0-9]+]] = %[[START]]) -> (tensor<9xf64>, tensor<9x8xf64>)
// CHECK:   circ.sin
// CHECK:   scf.for %[[K:[a-z0-9]+]] = %{{.*}} iter_args(%[[C:[a-z0-9]+]] = %[[T]]) -> (tensor<9x8xf64>)
// CHECK-NOT: circ.sin
// CHECK:     circ.extract %[[C]][%{{.*}}, %[[K]]] : tensor<9x8xf64>
// CHECK:     circ.insert %{{.*}} into %[[C]][%{{.*}}, %[[K]]] : tensor<9x8xf64>
// CHECK:   } {circ.columns, circ.directions, circ.independent}
// CHECK: %[[R:.*]] = circ.map (%[[I:.*]]) in (%{{.*}}) {
// CHECK:   scf.for %[[L:[a-z0-9]+]] = %{{.*}} -> (tensor<6xf64>)
// CHECK:     circ.reduce sum (%[[B:.*]]) in
// CHECK:       circ.extract %[[POSED]]#1[%[[B]], %[[L]]] : tensor<9x8xf64>
// CHECK:     circ.insert %{{.*}} into %{{.*}}[%[[L]]] : tensor<6xf64>
// CHECK:   circ.yield %{{.*}} : tensor<6xf64>
// CHECK: } : tensor<?x6xf64>
// CHECK-NOT: scf.for
// CHECK: return %[[R]]
func.func @chain(%x: tensor<6xf64>, %w: tensor<?x9xf64>, %n: i64) -> tensor<?x6xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %six = arith.constant 6 : i64
  %nine = arith.constant 9 : i64
  %none = arith.constant 0.0 : f64
  %all = arith.constant 1.0 : f64
  %start = circ.splat %none sizes(%n) : tensor<?x6xf64>
  %first = circ.splat %all sizes() : tensor<9xf64>
  %still = circ.splat %none sizes() : tensor<9xf64>
  %r = scf.for %k = %zero to %six step %one iter_args(%block = %start) -> (tensor<?x6xf64>) : i64 {
    %posed:2 = scf.for %j = %zero to %six step %one iter_args(%p = %first, %t = %still) -> (tensor<9xf64>, tensor<9xf64>) : i64 {
      %own = arith.cmpi eq, %j, %k : i64
      %unit = arith.select %own, %all, %none : f64
      %angle = circ.extract %x[%j] : tensor<6xf64>
      %sine = circ.sin %angle : f64
      %cosine = circ.cos %angle : f64
      %before = circ.extract %p[%j] : tensor<9xf64>
      %change = circ.extract %t[%j] : tensor<9xf64>
      %value = circ.mul %before, %sine : f64
      %left = circ.mul %change, %sine : f64
      %turn = circ.mul %unit, %cosine : f64
      %right = circ.mul %before, %turn : f64
      %sum = circ.add %left, %right : f64
      %next = arith.addi %j, %one : i64
      %q = circ.insert %value into %p[%next] : tensor<9xf64>
      %u = circ.insert %sum into %t[%next] : tensor<9xf64>
      scf.yield %q, %u : tensor<9xf64>, tensor<9xf64>
    }
    %column = circ.map (%i) in (%n) {
      %s = circ.reduce sum (%b) in (%nine) {
        %e = circ.extract %w[%i, %b] : tensor<?x9xf64>
        %d = circ.extract %posed#1[%b] : tensor<9xf64>
        %m = circ.mul %d, %e : f64
        circ.yield %m : f64
      } : f64
      circ.yield %s : f64
    } : tensor<?xf64>
    %filled = scf.for %i = %zero to %n step %one iter_args(%c = %block) -> (tensor<?x6xf64>) : i64 {
      %e = circ.extract %column[%i] : tensor<?xf64>
      %f = circ.insert %e into %c[%i, %k] : tensor<?x6xf64>
      scf.yield %f : tensor<?x6xf64>
    }
    scf.yield %filled : tensor<?x6xf64>
  } {circ.directions, circ.independent}
  return %r : tensor<?x6xf64>
}

// Nothing to share: the loop stays.
// CHECK-LABEL: @own
// CHECK: scf.for
// CHECK: } {circ.directions, circ.independent}
// CHECK-NOT: circ.columns
// CHECK: return
func.func @own(%start: tensor<6x6xf64>) -> tensor<6x6xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %six = arith.constant 6 : i64
  %none = arith.constant 0.0 : f64
  %all = arith.constant 1.0 : f64
  %r = scf.for %k = %zero to %six step %one iter_args(%block = %start) -> (tensor<6x6xf64>) : i64 {
    %own = arith.cmpi eq, %one, %k : i64
    %unit = arith.select %own, %all, %none : f64
    %f = circ.insert %unit into %block[%one, %k] : tensor<6x6xf64>
    scf.yield %f : tensor<6x6xf64>
  } {circ.directions, circ.independent}
  return %r : tensor<6x6xf64>
}

// A branch that all directions share, and one of each direction; the direction is used as a number, so that
// there are as many columns as directions.
// CHECK-LABEL: @branches
// CHECK: %[[IF:.*]]:2 = scf.if %{{.*}} -> (f64, tensor<6xf64>)
// CHECK:   circ.exp
// CHECK:   scf.for
// CHECK:   } {circ.columns
// CHECK: } else {
// CHECK:   circ.splat %{{.*}} sizes() : tensor<6xf64>
// CHECK: }
// CHECK: circ.map
// CHECK: scf.for %[[K:[a-z0-9]+]] = %{{.*}} to %c6_i64
// CHECK: circ.extract %[[IF]]#1[%[[K]]]
// CHECK: scf.if
// CHECK: return
func.func @branches(%x: tensor<6xf64>, %c: i1, %w: tensor<?xf64>, %n: i64) -> tensor<?x6xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %six = arith.constant 6 : i64
  %none = arith.constant 0.0 : f64
  %start = circ.splat %none sizes(%n) : tensor<?x6xf64>
  %r = scf.for %k = %zero to %six step %one iter_args(%block = %start) -> (tensor<?x6xf64>) : i64 {
    %own = circ.extract %x[%k] : tensor<6xf64>
    %v:2 = scf.if %c -> (f64, f64) {
      %first = circ.extract %x[%zero] : tensor<6xf64>
      %e = circ.exp %first : f64
      %d = circ.mul %e, %own : f64
      scf.yield %e, %d : f64, f64
    } else {
      scf.yield %none, %none : f64, f64
    }
    %column = circ.map (%i) in (%n) {
      %e = circ.extract %w[%i] : tensor<?xf64>
      %big = arith.cmpf ogt, %v#1, %none : f64
      %s = scf.if %big -> (f64) {
        %m = circ.mul %e, %v#1 : f64
        scf.yield %m : f64
      } else {
        %m = circ.mul %e, %v#0 : f64
        scf.yield %m : f64
      }
      circ.yield %s : f64
    } : tensor<?xf64>
    %filled = scf.for %i = %zero to %n step %one iter_args(%a = %block) -> (tensor<?x6xf64>) : i64 {
      %e = circ.extract %column[%i] : tensor<?xf64>
      %f = circ.insert %e into %a[%i, %k] : tensor<?x6xf64>
      scf.yield %f : tensor<?x6xf64>
    }
    scf.yield %filled : tensor<?x6xf64>
  } {circ.directions, circ.independent}
  return %r : tensor<?x6xf64>
}
