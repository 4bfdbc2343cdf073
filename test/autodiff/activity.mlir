// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// What depends on data alone gets no adjoint: its sine has no cosine.
// CHECK-LABEL: func.func private @data.grad(
// CHECK-SAME: -> (f64, f64)
// CHECK: circ.sin
// CHECK-NOT: circ.cos
// CHECK: return
func.func @data(%x: f64, %c: f64 {circ.const}) -> f64 attributes {circ.gradient} {
  %s = circ.sin %c : f64
  %f = circ.mul %s, %x : f64
  return %f : f64
}

// What the result does not depend on gets none either.
// CHECK-LABEL: func.func private @useless.grad(
// CHECK-NOT: circ.cos
// CHECK: return
func.func @useless(%x: f64) -> f64 attributes {circ.gradient} {
  %s = circ.sin %x : f64
  circ.print %s : f64
  %f = circ.mul %x, %x : f64
  return %f : f64
}

// No derivative goes through a floor: the exponential before it has none.
// CHECK-LABEL: func.func private @floor.grad(
// CHECK-COUNT-1: circ.exp
// CHECK-NOT: circ.exp
// CHECK: return %{{.*}}, %[[FLOOR:.*]] : f64, f64
func.func @floor(%x: f64) -> f64 attributes {circ.gradient} {
  %e = circ.exp %x : f64
  %k = circ.floor %e : f64
  %f = circ.mul %k, %x : f64
  return %f : f64
}

// A loop over what is not active is not reversed: one loop is left.
// CHECK-LABEL: func.func private @inactive_loop.grad(
// CHECK-COUNT-1: scf.for
// CHECK-NOT: scf.for
// CHECK-NOT: circ.tape_new
// CHECK: return
func.func @inactive_loop(%x: f64, %c: f64 {circ.const}, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %p = scf.for %i = %zero to %n step %one iter_args(%a = %c) -> (f64) : i64 {
    %b = circ.mul %a, %c : f64
    scf.yield %b : f64
  }
  %f = circ.mul %p, %x : f64
  return %f : f64
}

// In a loop that carries an active and an inactive value, only one is active.
// CHECK-LABEL: func.func private @mixed_loop.grad(
// CHECK: scf.for {{.*}} -> (f64, f64)
// CHECK: scf.for {{.*}} -> (f64)
// CHECK: return
func.func @mixed_loop(%x: f64, %c: f64 {circ.const}, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %p:2 = scf.for %i = %zero to %n step %one iter_args(%a = %x, %b = %c) -> (f64, f64) : i64 {
    %s = circ.mul %a, %b : f64
    %t = circ.mul %b, %c : f64
    scf.yield %s, %t : f64, f64
  }
  return %p#0 : f64
}
