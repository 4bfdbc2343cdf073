// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// The backward branch stands under the same condition: what was not taken is
// neither computed nor differentiated.
// CHECK-LABEL: func.func private @guard.grad(
// CHECK-SAME: %[[C:[^:]*]]: i1
// CHECK-NOT: circ.div
// CHECK: scf.if %[[C]] -> (f64, f64) {
// CHECK: circ.log
// CHECK: circ.div
// CHECK-NOT: circ.add
// CHECK: } else {
// CHECK-NOT: circ.div
// CHECK: circ.mul
// CHECK-NEXT: circ.add
// CHECK-NEXT: scf.yield
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @guard(%c: i1, %x: f64) -> f64 attributes {circ.gradient} {
  %f = scf.if %c -> (f64) {
    %l = circ.log %x : f64
    scf.yield %l : f64
  } else {
    %s = circ.mul %x, %x : f64
    scf.yield %s : f64
  }
  return %f : f64
}

// A branch that holds a loop keeps what the loop needs on a tape.
// CHECK-LABEL: func.func private @loop_in_branch.grad(
// CHECK: circ.tape_new
// CHECK: scf.if
// CHECK: circ.push
// CHECK: circ.pop
// CHECK: circ.tape_free
func.func @loop_in_branch(%c: i1, %x: f64, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %f = scf.if %c -> (f64) {
    %r = scf.for %i = %zero to %n step %one iter_args(%a = %x) -> (f64) : i64 {
      %b = circ.sin %a : f64
      scf.yield %b : f64
    }
    scf.yield %r : f64
  } else {
    scf.yield %x : f64
  }
  return %f : f64
}

// A selection between arrays selects the adjoint.
// CHECK-LABEL: func.func private @arrays.grad(
// CHECK: %[[ZERO:.*]] = circ.splat
// CHECK: arith.select %{{.*}}, %[[SEED:.*]], %[[ZERO]] : tensor<?xf64>
// CHECK: arith.select %{{.*}}, %[[ZERO]], %[[SEED]] : tensor<?xf64>
func.func @arrays(%c: i1, %x: tensor<?xf64>, %y: tensor<?xf64>, %i: i64) -> f64 attributes {circ.gradient} {
  %a = arith.select %c, %x, %y : tensor<?xf64>
  %f = circ.extract %a[%i] : tensor<?xf64>
  return %f : f64
}
