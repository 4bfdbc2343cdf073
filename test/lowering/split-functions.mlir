// RUN: circ-opt --lower-arrays --split-functions=limit=3 %s | FileCheck %s

// What one part hands to another is stored behind its definition and loaded
// before its first use; what comes from outside the block is an argument.
// CHECK-LABEL: func.func private @circ.straight.part.0(
// CHECK-SAME: %[[X:.*]]: f64, %[[FRAME:.*]]: !llvm.ptr)
// CHECK-SAME: passthrough = ["noinline", "noimplicitfloat"]
// CHECK: %[[A:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK: %[[SLOT:.*]] = llvm.getelementptr inbounds %[[FRAME]][0]
// CHECK: llvm.store %[[A]], %[[SLOT]]
// CHECK: return
// CHECK-LABEL: func.func private @circ.straight.part.1(
// CHECK: llvm.getelementptr inbounds %{{.*}}[0]
// CHECK: llvm.load
// CHECK-LABEL: func.func private @circ.straight(
// CHECK: llvm.alloca
// CHECK: call @circ.straight.part.0(
// CHECK: call @circ.straight.part.1(
// CHECK: %[[RESULT:.*]] = llvm.load
// CHECK: return %[[RESULT]] : f64
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

// Short functions stay as they are.
// CHECK-LABEL: func.func private @circ.short(
// CHECK-NOT: call
// CHECK: return
func.func @short(%x: f64) -> f64 {
  %a = circ.mul %x, %x : f64
  %b = circ.add %a, %x : f64
  return %b : f64
}
