// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// The forward loop counts; the backward loop is a counted one.
// CHECK-LABEL: func.func private @while.grad(
// CHECK: %[[R:.*]]:2 = scf.while
// CHECK: arith.addi
// CHECK: circ.push
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[R]]#1 step
// CHECK: circ.pop
// CHECK-NOT: scf.while
// CHECK: return
func.func @while(%x: f64, %y: f64) -> f64 attributes {circ.gradient} {
  %r = scf.while (%a = %x) : (f64) -> f64 {
    %go = arith.cmpf olt, %a, %y : f64
    scf.condition(%go) %a : f64
  } do {
  ^bb0(%a: f64):
    %b = circ.mul %a, %a : f64
    scf.yield %b : f64
  }
  return %r : f64
}
