// RUN: circ-opt --expand-small-products %s | FileCheck %s

// CHECK-LABEL: @turn
// CHECK-DAG: %[[TWO:.*]] = arith.constant 2 : i64
// CHECK-DAG: %[[THREE:.*]] = arith.constant 3 : i64
// CHECK-DAG: %[[FOUR:.*]] = arith.constant 4 : i64
// CHECK: circ.map (%[[I:.*]], %[[J:.*]]) in (%[[TWO]], %[[FOUR]]) {
// CHECK: circ.reduce sum (%[[K:.*]]) in (%[[THREE]]) {
// CHECK: %[[X:.*]] = circ.extract %arg0[%[[K]], %[[I]]]
// CHECK: %[[Y:.*]] = circ.extract %arg1[%[[K]], %[[J]]]
// CHECK: circ.mul %[[X]], %[[Y]]
func.func @turn(%a: tensor<3x2xf64>, %b: tensor<3x4xf64>) -> tensor<2x4xf64> {
  %c = circ.matmul %a transposed, %b : tensor<3x2xf64>, tensor<3x4xf64> -> tensor<2x4xf64>
  return %c : tensor<2x4xf64>
}

// Larger ones, and those of unknown sizes, are blocked by the runtime.
// CHECK-LABEL: @large
// CHECK-COUNT-2: circ.matmul
func.func @large(%a: tensor<100x100xf64>, %b: tensor<?x3xf64>, %c: tensor<3x3xf64>) -> (tensor<100x100xf64>, tensor<?x3xf64>) {
  %d = circ.matmul %a, %a : tensor<100x100xf64>, tensor<100x100xf64> -> tensor<100x100xf64>
  %e = circ.matmul %b, %c : tensor<?x3xf64>, tensor<3x3xf64> -> tensor<?x3xf64>
  return %d, %e : tensor<100x100xf64>, tensor<?x3xf64>
}
