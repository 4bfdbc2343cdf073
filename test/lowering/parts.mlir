// RUN: circ-opt --lower-arrays --split-functions=limit=3 --lower-to-llvm %s | FileCheck %s

// Parts keep what LLVM is told of them, and are called from where they were.
// CHECK-LABEL: llvm.func @circ.straight(
// CHECK: llvm.call @circ.straight.part.0(
// CHECK: llvm.call @circ.straight.part.1(
// CHECK: llvm.return
// CHECK-LABEL: llvm.func @circ.straight.part.0(
// CHECK-SAME: attributes {passthrough = ["noinline", "noimplicitfloat"], sym_visibility = "private"}
// CHECK: llvm.store
// CHECK: llvm.return{{$}}
// CHECK-LABEL: llvm.func @circ.straight.part.1(
func.func @straight(%x: f64) -> f64 {
  %a = circ.mul %x, %x : f64
  %b = circ.add %a, %x : f64
  %c = circ.mul %b, %b : f64
  %d = circ.add %c, %x : f64
  %e = circ.mul %d, %d : f64
  %f = circ.add %e, %x : f64
  %g = circ.mul %f, %a : f64
  return %g : f64
}
