// RUN: circ-opt --split-functions=limit=3 %s | FileCheck %s

// Stack memory stays in the function that calls the parts where pointers into it go from one to another,
// as lanes of pointers, too: it would end with the first.
// CHECK-LABEL: func.func private @lane_pointers.part.0(
// CHECK-NOT: llvm.alloca
// CHECK: llvm.getelementptr {{.*}} -> !llvm.vec<2 x ptr>
// CHECK-LABEL: func.func private @lane_pointers.part.1(
// CHECK-NOT: llvm.alloca
// CHECK: llvm.intr.masked.gather
// CHECK-LABEL: func.func @lane_pointers(
// CHECK: llvm.alloca %{{.*}} x f64
func.func @lane_pointers(%x: f64, %i: vector<2xi64>, %m: vector<2xi1>, %none: vector<2xf64>) -> vector<2xf64> {
  %two = arith.constant 2 : i64
  %array = llvm.alloca %two x f64 : (i64) -> !llvm.ptr
  llvm.store %x, %array : f64, !llvm.ptr
  %places = llvm.getelementptr %array[%i] : (!llvm.ptr, vector<2xi64>) -> !llvm.vec<2 x ptr>, f64
  %a = arith.addf %none, %none : vector<2xf64>
  %b = arith.mulf %a, %a : vector<2xf64>
  %c = arith.addf %b, %a : vector<2xf64>
  %r = llvm.intr.masked.gather %places, %m, %c {alignment = 8 : i32} : (!llvm.vec<2 x ptr>, vector<2xi1>, vector<2xf64>) -> vector<2xf64>
  %d = arith.addf %r, %c : vector<2xf64>
  return %d : vector<2xf64>
}
