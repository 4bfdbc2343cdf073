// RUN: circ-opt --forward-tangents --canonicalize --cse %s | FileCheck %s

// What does not depend on a wanted argument gets no tangent code.
// CHECK-LABEL: func.func private @product.jvp
// CHECK-SAME: (%[[X:.*]]: f64, %[[Y:.*]]: f64 {circ.const}, %[[DX:.*]]: f64) -> (f64, f64)
func.func @product(%x: f64, %y: f64 {circ.const}) -> f64 attributes {circ.tangent} {
  // CHECK: %[[S:.*]] = circ.sin %[[Y]]
  // CHECK-NOT: circ.cos
  // CHECK: %[[V:.*]] = circ.mul %[[X]], %[[S]]
  // CHECK: %[[T:.*]] = circ.mul %[[DX]], %[[S]]
  // CHECK-NOT: circ.add
  // CHECK: return %[[V]], %[[T]]
  %s = circ.sin %y : f64
  %v = circ.mul %x, %s : f64
  return %v : f64
}

// A zero tangent contributes zero where the partial can be infinite.
// CHECK-LABEL: @root.jvp
// CHECK-SAME: (%[[X:.*]]: f64, %[[DX:.*]]: f64)
func.func @root(%x: f64) -> f64 attributes {circ.tangent} {
  // CHECK: circ.divided %[[DX]], %
  %r = circ.sqrt %x : f64
  return %r : f64
}

// CHECK-LABEL: @narrow.jvp
// CHECK-SAME: (%{{.*}}: f64, %[[DX:.*]]: f64) -> (f64, i64, f64)
func.func @narrow(%x: f64) -> (f64, i64) attributes {circ.tangent} {
  // CHECK: %[[T:.*]] = arith.truncf %[[DX]]
  // CHECK: arith.extf %[[T]]
  %c = arith.constant 3 : i64
  %t = arith.truncf %x : f64 to f32
  %e = arith.extf %t : f32 to f64
  return %e, %c : f64, i64
}

// CHECK-LABEL: @choice.jvp
// CHECK-SAME: (%[[C:.*]]: i1, %[[X:.*]]: f64, %[[DX:.*]]: f64)
func.func @choice(%c: i1, %x: f64) -> f64 attributes {circ.tangent} {
  // CHECK: %[[ZERO:.*]] = arith.constant 0.0
  // CHECK: arith.select %[[C]], %[[DX]], %[[ZERO]]
  %one = arith.constant 1.0 : f64
  %s = arith.select %c, %x, %one : f64
  return %s : f64
}

// Nothing flows through floor: the tangent is zero.
// CHECK-LABEL: @steps.jvp
func.func @steps(%x: f64) -> f64 attributes {circ.tangent} {
  // CHECK: %[[ZERO:.*]] = arith.constant 0.0
  // CHECK: %[[V:.*]] = circ.floor
  // CHECK: return %[[V]], %[[ZERO]]
  %r = circ.floor %x : f64
  return %r : f64
}
