// RUN: circ-opt --lower-arrays %s | FileCheck %s

// An argument belongs to the caller: the first update copies it, the second
// overwrites the copy.
// CHECK-LABEL: @circ.twice
// CHECK-COUNT-1: llvm.intr.memmove
// CHECK-NOT: llvm.intr.memmove
// CHECK: llvm.store
// CHECK: llvm.store
// CHECK: return
func.func @twice(%a: tensor<?xf64>, %x: f64, %i: i64, %j: i64) -> f64 {
  %b = circ.insert %x into %a[%i] : tensor<?xf64>
  %c = circ.insert %x into %b[%j] : tensor<?xf64>
  %e = circ.extract %c[%i] : tensor<?xf64>
  return %e : f64
}

// A loop that updates what it carries copies before the loop, never in it.
// CHECK-LABEL: @circ.carried
// CHECK: llvm.intr.memmove
// CHECK: scf.for
// CHECK-NOT: llvm.intr.memmove
// CHECK: llvm.store
// CHECK-NOT: llvm.intr.memmove
// CHECK: return
func.func @carried(%a: tensor<?xf64>, %x: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%b = %a) -> (tensor<?xf64>) : i64 {
    %c = circ.accumulate %x into %b[%i] : tensor<?xf64>
    scf.yield %c : tensor<?xf64>
  }
  %e = circ.extract %r[%zero] : tensor<?xf64>
  return %e : f64
}

// The old value is read afterwards: it must not be overwritten.
// CHECK-LABEL: @circ.read_after
// CHECK: circ_alloc
// CHECK: circ_alloc
// CHECK: llvm.intr.memmove
// CHECK: return
func.func @read_after(%x: f64, %n: i64, %i: i64) -> f64 {
  %a = circ.splat %x sizes(%n) : tensor<?xf64>
  %c = arith.constant 2.0 : f64
  %b = circ.insert %c into %a[%i] : tensor<?xf64>
  %e = circ.extract %b[%i] : tensor<?xf64>
  %f = circ.extract %a[%i] : tensor<?xf64>
  %g = circ.add %e, %f : f64
  return %g : f64
}

// One of two selected arrays is read afterwards: neither is overwritten.
// CHECK-LABEL: @circ.selected
// CHECK: arith.select %{{.*}} : !llvm.ptr
// CHECK: llvm.intr.memmove
// CHECK: return
func.func @selected(%c: i1, %x: f64, %n: i64, %i: i64) -> f64 {
  %a = circ.splat %x sizes(%n) : tensor<?xf64>
  %y = circ.sin %x : f64
  %b = circ.splat %y sizes(%n) : tensor<?xf64>
  %s = arith.select %c, %a, %b : tensor<?xf64>
  %u = circ.insert %x into %s[%i] : tensor<?xf64>
  %e = circ.extract %u[%i] : tensor<?xf64>
  %f = circ.extract %b[%i] : tensor<?xf64>
  %g = circ.add %e, %f : f64
  return %g : f64
}
