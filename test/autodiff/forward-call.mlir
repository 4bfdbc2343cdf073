// RUN: circ-opt --forward-tangents --canonicalize --cse %s | FileCheck %s

// CHECK-LABEL: @caller.jvp
// CHECK-SAME: (%[[X:.*]]: f64, %[[Y:.*]]: f64 {circ.const}, %[[DX:.*]]: f64)
func.func @caller(%x: f64, %y: f64 {circ.const}) -> f64 attributes {circ.tangent} {
  // CHECK: call @power.tangent.100(%[[X]], %[[Y]], %{{.*}}, %[[DX]]) : (f64, f64, i64, f64) -> (f64, f64)
  // What is not active is called as it is.
  // CHECK: call @power(%[[Y]]
  %two = arith.constant 2 : i64
  %a = call @power(%x, %y, %two) : (f64, f64, i64) -> f64
  %b = call @power(%y, %y, %two) : (f64, f64, i64) -> f64
  %c = circ.add %a, %b : f64
  return %c : f64
}

func.func @power(%x: f64, %y: f64, %k: i64) -> f64 attributes {circ.recursive} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %done = arith.cmpi eq, %k, %zero : i64
  %r = scf.if %done -> f64 {
    scf.yield %y : f64
  } else {
    %less = arith.subi %k, %one : i64
    %p = func.call @power(%x, %y, %less) : (f64, f64, i64) -> f64
    %m = circ.mul %x, %p : f64
    scf.yield %m : f64
  }
  return %r : f64
}

// Recursion calls the function itself, which keeps the check of its depth.
// CHECK-LABEL: func.func private @power.tangent.100
// CHECK-SAME: attributes {circ.recursive}
// CHECK: call @power.tangent.100
