// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// A linear loop keeps nothing.
// CHECK-LABEL: func.func private @linear.grad(
// CHECK-NOT: circ.push
// CHECK: return
func.func @linear(%x: f64, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %half = arith.constant 0.5 : f64
  %r = scf.for %i = %zero to %n step %one iter_args(%a = %x) -> (f64) : i64 {
    %b = circ.mul %a, %half : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// A non-linear one keeps the carried value, once, and pops what it pushes.
// CHECK-LABEL: func.func private @nonlinear.grad(
// CHECK: scf.for
// CHECK-SAME: iter_args(%[[A:.*]] =
// CHECK: circ.push %[[A]] onto %{{.*}} : f64
// CHECK-NOT: circ.push
// CHECK: scf.for
// CHECK-COUNT-1: circ.pop
// CHECK-NOT: circ.pop
// CHECK: circ.tape_free
func.func @nonlinear(%x: f64, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%a = %x) -> (f64) : i64 {
    %b = circ.mul %a, %a : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// What can be read again is read again: the array is not kept, nor the index.
// CHECK-LABEL: func.func private @read_again.grad(
// CHECK-COUNT-1: circ.push %{{.*}} onto %{{.*}} : f64
// CHECK-NOT: circ.push
// CHECK: return
func.func @read_again(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %start = arith.constant 1.0 : f64
  %r = scf.for %i = %zero to %n step %one iter_args(%a = %start) -> (f64) : i64 {
    %k = arith.muli %i, %i : i64
    %e = circ.extract %x[%k] : tensor<?xf64>
    %b = circ.mul %a, %e : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// An array that one element of changes: the old element is kept, not the array.
// CHECK-LABEL: func.func private @element.grad(
// CHECK-NOT: circ.push %{{.*}} onto %{{.*}} : tensor
// CHECK: circ.push %{{.*}} onto %{{.*}} : f64
// CHECK-NOT: circ.push
// CHECK: return
func.func @element(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%a = %x) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %a[%i] : tensor<?xf64>
    %s = circ.sin %e : f64
    %b = circ.insert %s into %a[%i] : tensor<?xf64>
    scf.yield %b : tensor<?xf64>
  }
  %f = circ.extract %r[%zero] : tensor<?xf64>
  return %f : f64
}
