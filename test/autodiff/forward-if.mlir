// RUN: circ-opt --forward-tangents --cse %s | FileCheck %s

// The branch gives value and tangent; what is not taken is not evaluated.
// CHECK-LABEL: @guarded.jvp
// CHECK-SAME: (%[[C:.*]]: i1, %[[X:.*]]: f64, %[[DX:.*]]: f64)
func.func @guarded(%c: i1, %x: f64) -> f64 attributes {circ.tangent} {
  // CHECK: %[[R:.*]]:2 = scf.if %[[C]] -> (f64, f64) {
  // CHECK: %[[L:.*]] = circ.log %[[X]]
  // CHECK: circ.divided %[[DX]], %
  // CHECK: scf.yield %[[L]], %{{.*}}
  // CHECK: } else {
  // CHECK: %[[ONE:.*]] = arith.constant 1.0
  // CHECK: %[[ZERO:.*]] = arith.constant 0.0
  // CHECK: scf.yield %[[ONE]], %[[ZERO]]
  %r = scf.if %c -> f64 {
    %l = circ.log %x : f64
    scf.yield %l : f64
  } else {
    %one = arith.constant 1.0 : f64
    scf.yield %one : f64
  }
  // CHECK: return %[[R]]#0, %[[R]]#1
  return %r : f64
}
