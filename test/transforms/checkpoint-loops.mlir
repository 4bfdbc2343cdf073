// RUN: %circ-opt --pass-pipeline='builtin.module(func.func(checkpoint-loops{budget=1000}))' %s | FileCheck %s

// The outermost loops are marked, also below a branch; what is inside a loop or
// an independent iteration is not, unless the user marked it.
// CHECK-LABEL: func.func @nest
func.func @nest(%n: i64, %c: i1, %x: f64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  // CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}})
  %a = scf.for %i = %zero to %n step %one iter_args(%s = %x) -> (f64) : i64 {
    // CHECK: scf.for
    // CHECK: scf.yield
    // CHECK-NOT: circ.checkpoint
    // CHECK: scf.for
    %b = scf.for %j = %zero to %i step %one iter_args(%t = %s) -> (f64) : i64 {
      %u = circ.sin %t : f64
      scf.yield %u : f64
    }
    %d = scf.for %j = %zero to %i step %one iter_args(%t = %b) -> (f64) : i64 {
      %u = circ.cos %t : f64
      scf.yield %u : f64
    } {circ.checkpoint = 0 : i64}
    scf.yield %d : f64
  }
  // CHECK: {circ.checkpoint = 1000 : i64}
  // CHECK: {circ.checkpoint = 1000 : i64}
  // CHECK: scf.if
  %e = scf.if %c -> (f64) {
    %f = scf.for %i = %zero to %n step %one iter_args(%s = %a) -> (f64) : i64 {
      %u = circ.sin %s : f64
      scf.yield %u : f64
    }
    // CHECK: {circ.checkpoint = 1000 : i64}
    scf.yield %f : f64
  } else {
    scf.yield %a : f64
  }
  // CHECK: circ.reduce
  %r = circ.reduce sum (%k) in (%n) {
    %f = scf.for %i = %zero to %k step %one iter_args(%s = %e) -> (f64) : i64 {
      %u = circ.sin %s : f64
      scf.yield %u : f64
    }
    circ.yield %f : f64
  } : f64
  // CHECK-NOT: circ.checkpoint
  // CHECK: return
  return %r : f64
}
