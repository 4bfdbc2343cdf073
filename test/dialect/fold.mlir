// RUN: circ-opt --canonicalize %s | FileCheck %s

// Sizes come from what made the array, not from the array.
// CHECK-LABEL: @sizes
// CHECK-SAME: (%[[X:.*]]: f64, %[[N:.*]]: i64, %[[I:.*]]: i64)
// CHECK-NEXT: %[[THREE:.*]] = arith.constant 3 : i64
// CHECK-NEXT: return %[[N]], %[[THREE]], %[[N]] : i64, i64, i64
func.func @sizes(%x: f64, %n: i64, %i: i64) -> (i64, i64, i64) {
  %a = circ.splat %x sizes(%n) : tensor<?x3xf64>
  %b = circ.insert %x into %a[%i, %i] : tensor<?x3xf64>
  %d0 = circ.dim %b, 0 : tensor<?x3xf64>
  %d1 = circ.dim %b, 1 : tensor<?x3xf64>
  %m = circ.map (%k) in (%n) {
    circ.yield %x : f64
  } : tensor<?xf64>
  %d2 = circ.dim %m, 0 : tensor<?xf64>
  return %d0, %d1, %d2 : i64, i64, i64
}

// An element of a fill, and the element just written, are known.
// CHECK-LABEL: @elements
// CHECK-SAME: (%[[X:.*]]: f64, %[[Y:[^:]*]]: f64,
// CHECK-NEXT: return %[[X]], %[[Y]]
func.func @elements(%x: f64, %y: f64, %n: i64, %i: i64, %a: tensor<?xf64>) -> (f64, f64) {
  %s = circ.splat %x sizes(%n) : tensor<?xf64>
  %e = circ.extract %s[%i] : tensor<?xf64>
  %b = circ.insert %y into %a[%i] : tensor<?xf64>
  %f = circ.extract %b[%i] : tensor<?xf64>
  return %e, %f : f64, f64
}

// Another index may be another element.
// CHECK-LABEL: @other_element
// CHECK: circ.extract
func.func @other_element(%y: f64, %i: i64, %j: i64, %a: tensor<?xf64>) -> f64 {
  %b = circ.insert %y into %a[%i] : tensor<?xf64>
  %f = circ.extract %b[%j] : tensor<?xf64>
  return %f : f64
}

// Quotients are floored; those that are run-time errors stay.
// CHECK-LABEL: @integers
// CHECK-DAG: %[[Q:.*]] = arith.constant -4 : i64
// CHECK-DAG: %[[R:.*]] = arith.constant 1 : i64
// CHECK: %[[BAD:.*]] = circ.floor_div
// CHECK: return %[[Q]], %[[R]], %[[BAD]]
func.func @integers() -> (i64, i64, i64) {
  %m7 = arith.constant -7 : i64
  %two = arith.constant 2 : i64
  %none = arith.constant 0 : i64
  %q = circ.floor_div %m7, %two
  %r = circ.floor_mod %m7, %two
  %bad = circ.floor_div %m7, %none
  return %q, %r, %bad : i64, i64, i64
}
