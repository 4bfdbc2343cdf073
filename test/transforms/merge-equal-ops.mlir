// RUN: circ-opt --merge-equal-ops %s | FileCheck %s

// Ops are equal when their regions are, also where these use what was merged before.
// CHECK-LABEL: @regions
// CHECK-COUNT-2: circ.map
// CHECK-NOT: circ.map
// CHECK: return %[[B:.*]], %[[B]]
func.func @regions(%x: tensor<?xf64>, %n: i64) -> (tensor<?xf64>, tensor<?xf64>) {
  %a0 = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %s = circ.sin %e : f64
    circ.yield %s : f64
  } : tensor<?xf64>
  %a1 = circ.map (%j) in (%n) {
    %e = circ.extract %x[%j] : tensor<?xf64>
    %s = circ.sin %e : f64
    circ.yield %s : f64
  } : tensor<?xf64>
  %b0 = circ.map (%i) in (%n) {
    %e = circ.extract %a0[%i] : tensor<?xf64>
    %s = circ.exp %e : f64
    circ.yield %s : f64
  } : tensor<?xf64>
  %b1 = circ.map (%i) in (%n) {
    %e = circ.extract %a1[%i] : tensor<?xf64>
    %s = circ.exp %e : f64
    circ.yield %s : f64
  } : tensor<?xf64>
  return %b0, %b1 : tensor<?xf64>, tensor<?xf64>
}

// Another op, another operand, another order of operands inside: not equal.
// CHECK-LABEL: @different
// CHECK-COUNT-4: circ.map
func.func @different(%x: tensor<?xf64>, %y: tensor<?xf64>, %n: i64)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
  %a = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %s = circ.sin %e : f64
    %d = circ.sub %s, %e : f64
    circ.yield %d : f64
  } : tensor<?xf64>
  %b = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %s = circ.cos %e : f64
    %d = circ.sub %s, %e : f64
    circ.yield %d : f64
  } : tensor<?xf64>
  %c = circ.map (%i) in (%n) {
    %e = circ.extract %y[%i] : tensor<?xf64>
    %s = circ.sin %e : f64
    %d = circ.sub %s, %e : f64
    circ.yield %d : f64
  } : tensor<?xf64>
  %d = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %s = circ.sin %e : f64
    %d = circ.sub %e, %s : f64
    circ.yield %d : f64
  } : tensor<?xf64>
  return %a, %b, %c, %d : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// What is computed in a branch is not there behind it; what is computed before is there in it.
// CHECK-LABEL: @scopes
// CHECK: %[[E:.*]] = circ.exp
// CHECK: scf.if
// CHECK-NOT: circ.exp
// CHECK: circ.sin
// CHECK: scf.yield %[[E]]
// CHECK: circ.sin
func.func @scopes(%x: f64, %c: i1) -> (f64, f64) {
  %e = circ.exp %x : f64
  %r:2 = scf.if %c -> (f64, f64) {
    %again = circ.exp %x : f64
    %s = circ.sin %x : f64
    scf.yield %again, %s : f64, f64
  } else {
    scf.yield %e, %x : f64, f64
  }
  %s = circ.sin %x : f64
  %sum = circ.add %s, %r#1 : f64
  return %r#0, %sum : f64, f64
}
