// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// The adjoint of a solve uses the factors again, transposed: there is one `lu`.
// CHECK-LABEL: @solve.grad
// CHECK: %[[F:.*]], %[[P:.*]] = circ.lu %[[A:.*]] :
// CHECK: %[[X:.*]] = circ.lu_solve %[[A]] factors(%[[F]], %[[P]])
// CHECK-NOT: circ.lu %
// CHECK: %[[H:.*]] = circ.lu_solve %[[A]] transposed factors(%[[F]], %[[P]])
// CHECK-NOT: circ.lu %
// CHECK: return %{{.*}}, %{{.*}}, %[[H]]
func.func @solve(%a: tensor<?x?xf64>, %b: tensor<?xf64>) -> f64 attributes {circ.gradient} {
  %c0 = arith.constant 0 : i64
  %f, %p = circ.lu %a : tensor<?x?xf64>, tensor<?xi64>
  %x = circ.lu_solve %a factors(%f, %p), %b : tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>
  %y = circ.extract %x[%c0] : tensor<?xf64>
  return %y : f64
}

// Both adjoints of a product are products.
// CHECK-LABEL: @product.grad
// CHECK-SAME: (%[[A:.*]]: tensor<?x?xf64>, %[[B:.*]]: tensor<?x?xf64>)
// CHECK: %[[G:.*]] = circ.accumulate
// CHECK-DAG: %[[DA:.*]] = circ.matmul %[[G]], %[[B]] transposed
// CHECK-DAG: %[[DB:.*]] = circ.matmul %[[A]] transposed, %[[G]]
// CHECK: return %{{.*}}, %[[DA]], %[[DB]]
func.func @product(%a: tensor<?x?xf64>, %b: tensor<?x?xf64>) -> f64 attributes {circ.gradient} {
  %c0 = arith.constant 0 : i64
  %c = circ.matmul %a, %b : tensor<?x?xf64>, tensor<?x?xf64> -> tensor<?x?xf64>
  %y = circ.extract %c[%c0, %c0] : tensor<?x?xf64>
  return %y : f64
}
