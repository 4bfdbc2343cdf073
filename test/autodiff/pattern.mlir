// RUN: circ-opt --dependence-patterns --canonicalize --cse %s | FileCheck %s

// A branch on reals gives the union of both sides; no real is left.
// CHECK-LABEL: @branch.pattern
// CHECK-SAME: (%[[X:.*]]: i64, %[[Y:.*]]: i64) -> i64
func.func @branch(%x: f64, %y: f64) -> f64 attributes {circ.pattern} {
  // CHECK-NEXT: %[[BOTH:.*]] = arith.ori %[[X]], %[[Y]]
  // CHECK-NEXT: return %[[BOTH]]
  %zero = arith.constant 0.0 : f64
  %c = arith.cmpf ogt, %x, %zero : f64
  %r = scf.if %c -> f64 {
    %l = circ.log %x : f64
    scf.yield %l : f64
  } else {
    scf.yield %y : f64
  }
  return %r : f64
}

// A branch on an integer is taken as in the primal.
// CHECK-LABEL: @known.pattern
// CHECK-SAME: (%[[K:.*]]: i1, %[[X:.*]]: i64, %[[Y:.*]]: i64) -> i64
func.func @known(%k: i1, %x: f64, %y: f64) -> f64 attributes {circ.pattern} {
  // CHECK-NEXT: %[[R:.*]] = arith.select %[[K]], %[[X]], %[[Y]]
  // CHECK-NEXT: return %[[R]]
  %r = scf.if %k -> f64 {
    %l = circ.log %x : f64
    scf.yield %l : f64
  } else {
    scf.yield %y : f64
  }
  return %r : f64
}

// An index that hangs on reals may be any: the union of all elements.
// CHECK-LABEL: @any.pattern
// CHECK-SAME: (%[[A:.*]]: tensor<?xi64>, %{{.*}}: i64, %[[I:.*]]: i64)
func.func @any(%a: tensor<?xf64>, %x: f64, %i: i64) -> (f64, f64) attributes {circ.pattern} {
  // CHECK: %[[ALL:.*]] = scf.for %[[J:.*]] = %{{.*}} iter_args(%[[SO_FAR:.*]] = %{{.*}}) -> (i64)
  // CHECK: %[[SET:.*]] = circ.extract %[[A]][%[[J]]]
  // CHECK: %[[MORE:.*]] = arith.ori %[[SO_FAR]], %[[SET]]
  // CHECK: scf.yield %[[MORE]]
  %k = circ.to_int %x : f64
  %e = circ.extract %a[%k] : tensor<?xf64>
  // CHECK: %[[ONE:.*]] = circ.extract %[[A]][%[[I]]]
  %d = circ.extract %a[%i] : tensor<?xf64>
  // CHECK: return %[[ALL]], %[[ONE]]
  return %e, %d : f64, f64
}

// A loop whose condition hangs on reals runs until the sets grow no more.
// CHECK-LABEL: @settle.pattern
// CHECK-SAME: (%[[X:.*]]: i64, %[[Y:.*]]: i64) -> i64
func.func @settle(%x: f64, %y: f64) -> f64 attributes {circ.pattern} {
  // CHECK: scf.while (%[[S:.*]] = %[[X]], %[[GROWN:.*]] = %{{.*}}) : (i64, i1) -> i64
  // CHECK: scf.condition(%[[GROWN]])
  // CHECK: ^bb0(%[[T:.*]]: i64):
  // CHECK: %[[STEP:.*]] = arith.ori %[[T]], %[[Y]]
  // CHECK: %[[NEXT:.*]] = arith.ori %[[T]], %[[STEP]]
  // CHECK: %[[MORE:.*]] = arith.cmpi ne, %[[T]], %[[NEXT]]
  // CHECK: scf.yield %[[NEXT]], %[[MORE]]
  %one = arith.constant 1.0 : f64
  %r = scf.while (%s = %x) : (f64) -> f64 {
    %c = arith.cmpf olt, %s, %one : f64
    scf.condition(%c) %s : f64
  } do {
  ^bb0(%s: f64):
    %t = circ.mul %s, %y : f64
    scf.yield %t : f64
  }
  return %r : f64
}

// Nothing flows through floor and stop.
// CHECK-LABEL: @none.pattern
func.func @none(%x: f64) -> (f64, f64) attributes {circ.pattern} {
  // CHECK-NEXT: %[[NONE:.*]] = arith.constant 0 : i64
  // CHECK-NEXT: return %[[NONE]], %[[NONE]]
  %f = circ.floor %x : f64
  %s = circ.stop %x : f64
  return %f, %s : f64, f64
}
