// RUN: %circ-opt --reverse-gradients %s | FileCheck %s

// The forward sweep keeps nothing; the backward sweep is one loop around a
// schedule, which keeps snapshots of the loop-carried value alone.
// CHECK-LABEL: func.func private @f.grad
// CHECK: scf.for
// CHECK-NOT: circ.push
// CHECK: circ.checkpoint
// CHECK: %[[TAPE:.*]] = circ.tape_new
// CHECK: %[[SCHEDULE:.*]] = circ.schedule_new %{{.*}} state %{{.*}} budget 64
// CHECK: circ.schedule_next %[[SCHEDULE]]
// CHECK: scf.while
// CHECK: scf.for
// CHECK: circ.sin
// CHECK: circ.push %{{.*}} onto %[[TAPE]] : f64
// CHECK: circ.pop %[[TAPE]] : f64
// CHECK: circ.push %{{.*}} onto %[[TAPE]] : f64
// CHECK: circ.cos
// CHECK: circ.schedule_next %[[SCHEDULE]]
// CHECK: circ.tape_free %[[TAPE]]
func.func @f(%x: f64, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %y = scf.for %i = %zero to %n step %one iter_args(%s = %x) -> (f64) : i64 {
    %u = circ.sin %s : f64
    scf.yield %u : f64
  } {circ.checkpoint = 64 : i64}
  return %y : f64
}
