// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// f = (x + y) z: the product's adjoints need the other operand, the sum's none.
// CHECK-LABEL: func.func private @product.grad(
// CHECK-SAME: %[[X:.*]]: f64, %[[Y:.*]]: f64, %[[Z:.*]]: f64) -> (f64, f64, f64, f64)
// CHECK-NEXT: %[[Q:.*]] = circ.add %[[X]], %[[Y]] : f64
// CHECK-NEXT: %[[F:.*]] = circ.mul %[[Q]], %[[Z]] : f64
// CHECK-NEXT: return %[[F]], %[[Z]], %[[Z]], %[[Q]]
func.func @product(%x: f64, %y: f64, %z: f64) -> f64 attributes {circ.gradient} {
  %q = circ.add %x, %y : f64
  %f = circ.mul %q, %z : f64
  return %f : f64
}

// The derivative of exp uses its value, and computes no second exponential.
// CHECK-LABEL: func.func private @reuse.grad(
// CHECK: %[[E:.*]] = circ.exp
// CHECK-NOT: circ.exp
// CHECK: return %[[E]], %[[E]]
func.func @reuse(%x: f64) -> f64 attributes {circ.gradient} {
  %f = circ.exp %x : f64
  return %f : f64
}

// Contributions of several uses are added, and nothing is added to zero.
// CHECK-LABEL: func.func private @uses.grad(
// CHECK-COUNT-1: circ.add
// CHECK-NOT: circ.add
// CHECK-NOT: constant 0.0
// CHECK: return
func.func @uses(%x: f64, %y: f64) -> f64 attributes {circ.gradient} {
  %a = circ.sin %x : f64
  %f = circ.mul %a, %x : f64
  return %f : f64
}
