// RUN: circ-opt --inline-calls %s | FileCheck %s

// CHECK-LABEL: @outer
// CHECK-SAME: (%[[X:.*]]: f64)
// CHECK-NOT: call
// CHECK: %[[E:.*]] = circ.exp %[[X]]
// CHECK: %[[S:.*]] = circ.sin %[[E]]
// CHECK: return %[[S]]
func.func @outer(%x: f64) -> f64 {
  %y = call @middle(%x) : (f64) -> f64
  return %y : f64
}

func.func private @middle(%x: f64) -> f64 {
  %e = circ.exp %x : f64
  %y = call @inner(%e) : (f64) -> f64
  return %y : f64
}

func.func private @inner(%x: f64) -> f64 {
  %s = circ.sin %x : f64
  return %s : f64
}

// On a cycle of calls one stays a call.
// CHECK-LABEL: @even
// CHECK: call @even
// CHECK-LABEL: @odd
// CHECK: call @even
func.func @even(%n: i64) -> i64 {
  %m = call @odd(%n) : (i64) -> i64
  return %m : i64
}
func.func @odd(%n: i64) -> i64 {
  %m = call @even(%n) : (i64) -> i64
  return %m : i64
}

// Recursive circuits watch their depth and stay.
// CHECK-LABEL: @caller
// CHECK: call @recursive
func.func @caller(%n: i64) -> i64 {
  %m = call @recursive(%n) : (i64) -> i64
  return %m : i64
}
func.func @recursive(%n: i64) -> i64 attributes {circ.recursive} {
  return %n : i64
}

// Calls within loops and branches, with several results.
// CHECK-LABEL: @loop
// CHECK: circ.map
// CHECK-NOT: call
// CHECK: circ.neg
func.func @loop(%n: i64) -> tensor<?xf64> {
  %a = circ.map (%i) in (%n) {
    %x = arith.sitofp %i : i64 to f64
    %y:2 = func.call @pair(%x) : (f64) -> (f64, f64)
    circ.yield %y#1 : f64
  } : tensor<?xf64>
  return %a : tensor<?xf64>
}
func.func private @pair(%x: f64) -> (f64, f64) {
  %y = circ.neg %x : f64
  return %x, %y : f64, f64
}
