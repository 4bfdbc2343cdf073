// RUN: circ-opt --reverse-gradients --forward-tangents --canonicalize %s | FileCheck %s

// A gate that states its derivative is differentiated by what it states.
// CHECK-LABEL: @caller.grad
// CHECK: %[[R:.*]] = call @gate(%[[X:.*]]) : (f64) -> f64
// CHECK: call @gate.backward(%[[X]], %[[R]], %{{.*}}) : (f64, f64, f64) -> f64
// CHECK-LABEL: @caller.jvp
// CHECK: %[[R:.*]] = call @gate(%[[X:.*]]) : (f64) -> f64
// CHECK: call @gate.transposed(%[[X]], %[[R]], %{{.*}})
// CHECK-LABEL: func.func private @gate.transposed
// CHECK: call @gate.backward.forward.001
// CHECK: call @gate.backward.backward.001
func.func @caller(%x: f64) -> f64 attributes {circ.gradient, circ.tangent} {
  %y = call @gate(%x) : (f64) -> f64
  return %y : f64
}
func.func @gate(%x: f64) -> f64 attributes {circ.gate_backward = @gate.backward} {
  %y = circ.sqrt %x : f64
  return %y : f64
}
func.func private @gate.backward(%x: f64, %result: f64, %g: f64) -> f64 {
  %two = arith.constant 2.0 : f64
  %d = circ.mul %two, %result : f64
  %a = circ.div %g, %d : f64
  return %a : f64
}
