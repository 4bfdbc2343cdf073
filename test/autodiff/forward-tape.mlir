// RUN: circ-opt --forward-tangents %s | FileCheck %s

// A tape holds each real value with its tangent on top; integers have none.
// CHECK-LABEL: @over_tape.jvp
// CHECK-SAME: (%[[X:.*]]: f64, %[[K:.*]]: i64, %[[DX:.*]]: f64)
func.func @over_tape(%x: f64, %k: i64) -> f64 attributes {circ.tangent} {
  // CHECK: %[[TAPE:.*]] = circ.tape_new
  %tape = circ.tape_new
  // CHECK-NEXT: circ.push %[[X]] onto %[[TAPE]]
  // CHECK-NEXT: circ.push %[[DX]] onto %[[TAPE]]
  circ.push %x onto %tape : f64
  // CHECK-NEXT: circ.push %[[K]] onto %[[TAPE]]
  circ.push %k onto %tape : i64
  // CHECK-NEXT: %[[ONE:.*]] = arith.constant 1.0
  %one = arith.constant 1.0 : f64
  // CHECK-NEXT: circ.push %[[ONE]] onto %[[TAPE]]
  // CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0.0
  // CHECK-NEXT: circ.push %[[ZERO]] onto %[[TAPE]]
  circ.push %one onto %tape : f64
  // CHECK-NEXT: %[[DA:.*]] = circ.pop %[[TAPE]] : f64
  // CHECK-NEXT: %[[A:.*]] = circ.pop %[[TAPE]] : f64
  %a = circ.pop %tape : f64
  // CHECK-NEXT: circ.pop %[[TAPE]] : i64
  %j = circ.pop %tape : i64
  // CHECK-NEXT: %[[DB:.*]] = circ.pop %[[TAPE]] : f64
  // CHECK-NEXT: %[[B:.*]] = circ.pop %[[TAPE]] : f64
  %b = circ.pop %tape : f64
  // CHECK-NEXT: circ.tape_free %[[TAPE]]
  circ.tape_free %tape
  // CHECK-NEXT: %[[S:.*]] = circ.add %[[A]], %[[B]]
  // CHECK-NEXT: %[[DS:.*]] = circ.add %[[DA]], %[[DB]]
  %s = circ.add %a, %b : f64
  return %s : f64
}
