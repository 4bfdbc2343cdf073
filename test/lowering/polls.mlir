// RUN: circ-opt --lower-arrays %s | FileCheck %s

// A loop around a loop asks for interrupts in each iteration; the inner one is
// cut into pieces and asks between them, so that it can become vector code.
// CHECK-LABEL: @circ.nest
// CHECK: scf.for
// CHECK: llvm.call @circ_poll
// CHECK: scf.for {{.*}} step %[[PIECE:.*]] iter_args
// CHECK: scf.if
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
