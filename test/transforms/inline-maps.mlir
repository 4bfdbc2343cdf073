// RUN: circ-opt --inline-maps %s | FileCheck %s

// The squares are made where they are summed.
// CHECK-LABEL: @squares
// CHECK-NOT: circ.map
// CHECK: circ.reduce sum (%[[I:.*]]) in (%arg1)
// CHECK:   circ.reduce sum (%[[J:.*]]) in (%arg2)
// CHECK:     %[[E:.*]] = circ.extract %arg0[%[[I]], %[[J]]]
// CHECK:     %[[S:.*]] = circ.mul %[[E]], %[[E]]
// CHECK:     circ.yield %[[S]]
func.func @squares(%a: tensor<?x?xf64>, %n: i64, %m: i64) -> f64 {
  %squares = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
    %s = circ.mul %e, %e : f64
    circ.yield %s : f64
  } : tensor<?x?xf64>
  %sum = circ.reduce sum (%i) in (%n) {
    %row = circ.reduce sum (%j) in (%m) {
      %s = circ.extract %squares[%i, %j] : tensor<?x?xf64>
      circ.yield %s : f64
    } : f64
    circ.yield %row : f64
  } : f64
  return %sum : f64
}

// The other way round, too: which index is which does not matter.
// CHECK-LABEL: @columns
// CHECK: circ.map (%[[J:.*]]) in (%arg2)
// CHECK:   circ.reduce max (%[[I:.*]]) in (%arg1)
// CHECK:     circ.extract %arg0[%[[I]], %[[J]]]
// CHECK:     circ.neg
func.func @columns(%a: tensor<?x?xf64>, %n: i64, %m: i64) -> tensor<?xf64> {
  %negated = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
    %s = circ.neg %e : f64
    circ.yield %s : f64
  } : tensor<?x?xf64>
  %largest = circ.map (%j) in (%m) {
    %column = circ.reduce max (%i) in (%n) {
      %s = circ.extract %negated[%i, %j] : tensor<?x?xf64>
      circ.yield %s : f64
    } : f64
    circ.yield %column : f64
  } : tensor<?xf64>
  return %largest : tensor<?xf64>
}

// Not where elements are read again and again, ...
// CHECK-LABEL: @again
// CHECK: circ.map (%{{.*}}, %{{.*}}) in (%arg1, %arg2)
// CHECK: circ.map (%{{.*}}, %{{.*}}) in (%arg1, %arg2)
func.func @again(%a: tensor<?x?xf64>, %n: i64, %m: i64) -> (f64, f64) {
  %zero = arith.constant 0 : i64
  %shared = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
    %s = circ.mul %e, %e : f64
    circ.yield %s : f64
  } : tensor<?x?xf64>
  %sum = circ.reduce sum (%i) in (%n) {
    %row = circ.reduce sum (%j) in (%m) {
      %s = circ.extract %shared[%zero, %j] : tensor<?x?xf64>
      circ.yield %s : f64
    } : f64
    circ.yield %row : f64
  } : f64
  %twice = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
    %s = circ.mul %e, %e : f64
    circ.yield %s : f64
  } : tensor<?x?xf64>
  %other = circ.reduce sum (%k) in (%n) {
    %all = circ.reduce sum (%i) in (%n) {
      %row = circ.reduce sum (%j) in (%m) {
        %s = circ.extract %twice[%i, %j] : tensor<?x?xf64>
        circ.yield %s : f64
      } : f64
      circ.yield %row : f64
    } : f64
    circ.yield %all : f64
  } : f64
  return %sum, %other : f64, f64
}

// ... where an element is much work or can fail, in a sequential loop, which would be put
// into lanes no more, or where what elements are computed from changes.
// CHECK-LABEL: @others
// CHECK-COUNT-5: circ.map (%{{.*}}, %{{.*}}) in (%arg1, %arg2)
func.func @others(%a: tensor<?x?xf64>, %n: i64, %m: i64) -> (f64, f64, f64, f64, tensor<?x?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %none = arith.constant 0.0 : f64
  %b = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
    %s = circ.exp %e : f64
    circ.yield %s : f64
  } : tensor<?x?xf64>
  %exponentials = circ.reduce sum (%i) in (%n) {
    %row = circ.reduce sum (%j) in (%m) {
      %s = circ.extract %b[%i, %j] : tensor<?x?xf64>
      circ.yield %s : f64
    } : f64
    circ.yield %row : f64
  } : f64
  %c = circ.map (%i, %j) in (%n, %m) {
    circ.check_index %j, %n dimension 0 of "a"
    %e = circ.extract %a[%j, %i] : tensor<?x?xf64>
    circ.yield %e : f64
  } : tensor<?x?xf64>
  %checked = circ.reduce sum (%i) in (%n) {
    %row = circ.reduce sum (%j) in (%m) {
      %s = circ.extract %c[%i, %j] : tensor<?x?xf64>
      circ.yield %s : f64
    } : f64
    circ.yield %row : f64
  } : f64
  %d = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
    %s = circ.mul %e, %e : f64
    circ.yield %s : f64
  } : tensor<?x?xf64>
  %in_order = circ.reduce sum (%i) in (%n) {
    %row = scf.for %j = %zero to %m step %one iter_args(%x = %none) -> (f64) : i64 {
      %s = circ.extract %d[%i, %j] : tensor<?x?xf64>
      %t = circ.mul %x, %s : f64
      scf.yield %t : f64
    }
    circ.yield %row : f64
  } : f64
  %from = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
    circ.yield %e : f64
  } : tensor<?x?xf64>
  %f = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %from[%i, %j] : tensor<?x?xf64>
    %s = circ.mul %e, %e : f64
    circ.yield %s : f64
  } : tensor<?x?xf64>
  %changed = circ.insert %none into %from[%zero, %zero] : tensor<?x?xf64>
  %before = circ.reduce sum (%i) in (%n) {
    %row = circ.reduce sum (%j) in (%m) {
      %s = circ.extract %f[%i, %j] : tensor<?x?xf64>
      circ.yield %s : f64
    } : f64
    circ.yield %row : f64
  } : f64
  return %exponentials, %checked, %in_order, %before, %changed : f64, f64, f64, f64, tensor<?x?xf64>
}
