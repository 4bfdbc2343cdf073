// RUN: circ-opt --lower-arrays --lower-to-llvm %s | FileCheck %s

// Sums and products, with what they allow, comparisons and choices have the same form in the
// LLVM dialect.
// CHECK-LABEL: llvm.func @circ.numbers(
// CHECK-SAME: %[[X:[a-z0-9]+]]: f64, %[[Y:[a-z0-9]+]]: f64)
// CHECK: %[[ZERO:.*]] = llvm.mlir.constant(0.000000e+00 : f64)
// CHECK: %[[PRODUCT:.*]] = llvm.fmul %[[X]], %[[Y]] {fastmathFlags = #llvm.fastmath<contract>} : f64
// CHECK: %[[SUM:.*]] = llvm.fadd %[[PRODUCT]], %[[X]] {fastmathFlags = #llvm.fastmath<contract>} : f64
// CHECK: %[[LESS:.*]] = llvm.fcmp "olt" %[[SUM]], %[[ZERO]] : f64
// CHECK: %[[CHOSEN:.*]] = llvm.select %[[LESS]], %[[SUM]], %[[Y]] : i1, f64
// CHECK: llvm.return %[[CHOSEN]] : f64
func.func @numbers(%x: f64, %y: f64) -> f64 {
  %zero = arith.constant 0.0 : f64
  %product = circ.mul %x, %y : f64
  %sum = circ.add %product, %x : f64
  %less = arith.cmpf olt, %sum, %zero : f64
  %chosen = arith.select %less, %sum, %y : f64
  return %chosen : f64
}

// Sizes have no such form: MLIR's conversion knows their width.
// CHECK-LABEL: llvm.func @circ.lengths(
// CHECK: llvm.add %{{.*}} : i64
// CHECK-NOT: arith.
func.func @lengths(%n: i64) -> i64 {
  %m = arith.addi %n, %n : i64
  return %m : i64
}
