// RUN: circ-opt --forward-tangents --cse %s | FileCheck %s

// CHECK-LABEL: @newton.jvp
// CHECK-SAME: (%[[X:.*]]: f64, %[[DX:.*]]: f64)
func.func @newton(%x: f64) -> f64 attributes {circ.tangent} {
  // CHECK: scf.while (%[[R:.*]] = %[[X]], %[[DR:.*]] = %[[DX]]) : (f64, f64) -> (f64, f64)
  %end = scf.while (%r = %x) : (f64) -> f64 {
    // The condition has no tangents of its own.
    // CHECK: circ.mul
    // CHECK-NEXT: arith.cmpf
    // CHECK-NEXT: scf.condition(%{{.*}}) %[[R]], %[[DR]] : f64, f64
    %s = circ.mul %r, %r : f64
    %c = arith.cmpf ogt, %s, %x : f64
    scf.condition(%c) %r : f64
  } do {
  ^bb0(%r: f64):
    // CHECK: ^bb0(%{{.*}}: f64, %{{.*}}: f64)
    %q = circ.sqrt %r : f64
    // CHECK: scf.yield %{{.*}}, %{{.*}} : f64, f64
    scf.yield %q : f64
  }
  return %end : f64
}
