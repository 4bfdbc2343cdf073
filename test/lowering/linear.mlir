// RUN: circ-opt --lower-arrays %s | FileCheck %s
// RUN: circ-opt --lower-arrays=strict %s | FileCheck %s --check-prefix=STRICT

// The runtime solves; its answer is an error when it is the position of a zero pivot.
// CHECK-LABEL: @circ.solve
// CHECK: llvm.call @circ_lu(
// CHECK: %[[Z:.*]] = llvm.call @circ_lu_solve(
// CHECK: arith.cmpi slt, %[[Z]]
// CHECK: llvm.call @circ_fail(
func.func @solve(%a: tensor<?x?xf64>, %b: tensor<?xf64>) -> tensor<?xf64> {
  %f, %p = circ.lu %a : tensor<?x?xf64>, tensor<?xi64>
  %x = circ.lu_solve %a factors(%f, %p), %b : tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>
  return %x : tensor<?xf64>
}

// In f32 by functions of that type; strict sums are made in order, by loops.
// CHECK-LABEL: @circ.product
// CHECK: llvm.call @circ_matmulf(
// STRICT-LABEL: @circ.product
// STRICT-NOT: circ_matmul
// STRICT: scf.for
// STRICT: scf.for
// STRICT: scf.for {{.*}} iter_args
// STRICT: arith.addf
func.func @product(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c = circ.matmul %a transposed, %b : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  return %c : tensor<?x?xf32>
}

// With BLAS the runtime also takes a function of Fortran, that of the element type.
// RUN: circ-opt --lower-arrays="blas=true" %s | FileCheck %s --check-prefix=BLAS
// BLAS-LABEL: @circ.solve
// BLAS: %[[LU:.*]] = llvm.mlir.addressof @dgetrf_
// BLAS: llvm.call @circ_blas_lu({{.*}}%[[LU]]
// BLAS: llvm.call @circ_blas_lu_solve(
// BLAS-LABEL: @circ.product
// BLAS: %[[GEMM:.*]] = llvm.mlir.addressof @sgemm_
// BLAS: llvm.call @circ_blas_matmulf({{.*}}%[[GEMM]]
