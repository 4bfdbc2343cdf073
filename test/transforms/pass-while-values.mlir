// RUN: %circ-opt --pass-pipeline='builtin.module(func.func(pass-while-values))' %s | FileCheck %s

// What the condition dropped (%b), passed in another order, or passed from outside (%x)
// is passed as it comes; marks stay.
// CHECK-LABEL: func.func @dropped
// CHECK-SAME: %[[X:.*]]: f64, %[[N:.*]]: i64
func.func @dropped(%x: f64, %n: i64) -> (f64, f64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  // CHECK: %[[R:.*]]:3 = scf.while (%[[I:.*]] = %{{.*}}, %[[B:.*]] = %[[X]], %[[A:.*]] = %[[X]]) : (i64, f64, f64) -> (i64, f64, f64)
  %r:3 = scf.while (%i = %zero, %b = %x, %a = %x) : (i64, f64, f64) -> (f64, i64, f64) {
    %go = arith.cmpi slt, %i, %n : i64
    // CHECK: scf.condition(%{{.*}}) %[[I]], %[[B]], %[[A]] : i64, f64, f64
    scf.condition(%go) %a, %i, %x : f64, i64, f64
  } do {
  // CHECK: ^bb0(%[[J:.*]]: i64, %{{.*}}: f64, %[[C:.*]]: f64):
  ^bb0(%c: f64, %j: i64, %y: f64):
    // CHECK: circ.mul %[[C]], %[[X]]
    %d = circ.mul %c, %y : f64
    // CHECK: arith.addi %[[J]]
    %k = arith.addi %j, %one : i64
    scf.yield %k, %x, %d : i64, f64, f64
  } attributes {circ.checkpoint = 0 : i64}
  // CHECK: attributes {circ.checkpoint = 0 : i64}
  // CHECK: return %[[R]]#2, %[[X]]
  return %r#0, %r#2 : f64, f64
}

// A condition that passes all is left alone.
// CHECK-LABEL: func.func @all
func.func @all(%x: f64, %n: f64) -> f64 {
  // CHECK: scf.while (%[[A:.*]] = %{{.*}}) : (f64) -> f64
  %r = scf.while (%a = %x) : (f64) -> f64 {
    %go = arith.cmpf olt, %a, %n : f64
    // CHECK: scf.condition(%{{.*}}) %[[A]] : f64
    scf.condition(%go) %a : f64
  } do {
  ^bb0(%c: f64):
    %d = circ.exp %c : f64
    scf.yield %d : f64
  }
  return %r : f64
}
