// RUN: circ-opt --lower-arrays %s | FileCheck %s

// A loop around a loop asks for interrupts in each iteration; the inner one is
// cut into pieces and asks between them, so that it can become vector code. None
// of them is expected to be interrupted, or to be cut.
// CHECK-LABEL: @circ.nest
// CHECK: scf.for
// CHECK: %[[ASKED:.*]] = llvm.intr.expect %{{.*}}, %false
// CHECK: scf.if %[[ASKED]]
// CHECK: llvm.call @circ_poll
// CHECK: scf.for {{.*}} step %[[PIECE:.*]] iter_args
// CHECK: %[[LATER:.*]] = llvm.intr.expect %{{.*}}, %false
// CHECK: scf.if %[[LATER]]
// CHECK: llvm.intr.expect
// CHECK: llvm.call @circ_poll
// CHECK: scf.for
// CHECK-NOT: circ_poll
// CHECK: return
func.func @nest(%x: f64, %n: i64) -> f64 {
  %s = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%n) {
      circ.yield %x : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s : f64
}

// A loop that is known to be short does not ask.
// CHECK-LABEL: @circ.short
// CHECK-NOT: circ_poll
// CHECK: return
func.func @short(%x: f64) -> f64 {
  %n = arith.constant 1000 : i64
  %s = circ.reduce sum (%i) in (%n) {
    circ.yield %x : f64
  } : f64
  return %s : f64
}

// Neither does a loop that takes several elements a step: its pieces are as many times as long.
// CHECK-LABEL: @circ.steps
// CHECK-DAG: %[[PIECE:.*]] = arith.constant 4194304 : i64
// CHECK: scf.for %[[P:.*]] = %[[FROM:.*]] to %[[TO:.*]] step %[[PIECE]]
// CHECK: arith.cmpi ne, %[[P]], %[[FROM]]
// CHECK: llvm.call @circ_poll
// CHECK: %[[REST:.*]] = arith.subi %[[TO]], %[[P]]
// CHECK: arith.minui %[[REST]], %[[PIECE]]
// CHECK: scf.for
// CHECK-NOT: circ_poll
// CHECK: return
func.func @steps(%x: f64, %from: i64, %to: i64) -> f64 {
  %four = arith.constant 4 : i64
  %s = scf.for %i = %from to %to step %four iter_args(%sum = %x) -> (f64) : i64 {
    %next = circ.mul %sum, %x : f64
    scf.yield %next : f64
  }
  return %s : f64
}

// One that is marked as brief does not ask at all.
// CHECK-LABEL: @circ.brief
// CHECK-NOT: circ_poll
// CHECK: return
func.func @brief(%x: f64, %from: i64, %to: i64) -> f64 {
  %one = arith.constant 1 : i64
  %s = scf.for %i = %from to %to step %one iter_args(%sum = %x) -> (f64) : i64 {
    %next = circ.mul %sum, %x : f64
    scf.yield %next : f64
  } {circ.brief}
  return %s : f64
}
