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

// A loop that may end any time keeps rows of snapshots as it runs, and thins them out; what lies
// between two of them is reversed by a schedule, the last first.
// CHECK-LABEL: func.func private @g.grad
// CHECK: %[[ROWS:.*]] = circ.splat
// CHECK: %[[LOOP:.*]]:6 = scf.while
// CHECK: scf.if
// CHECK: scf.if
// CHECK: circ.insert
// CHECK: scf.for {{.*}} to %[[LOOP]]#2 step
// CHECK: circ.extract %[[LOOP]]#5
// CHECK: circ.schedule_new %{{.*}} state %{{.*}} budget 32
// CHECK: circ.schedule_next
func.func @g(%x: f64) -> f64 attributes {circ.gradient} {
  %limit = arith.constant 10.0 : f64
  %y = scf.while (%s = %x) : (f64) -> f64 {
    %more = arith.cmpf olt, %s, %limit : f64
    scf.condition(%more) %s : f64
  } do {
  ^bb0(%s: f64):
    %u = circ.exp %s : f64
    scf.yield %u : f64
  } attributes {circ.checkpoint = 64 : i64}
  return %y : f64
}
