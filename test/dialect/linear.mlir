// RUN: circ-opt %s --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: @ops
// CHECK: circ.matmul %{{.*}} transposed, %{{.*}} : tensor<?x3xf64>, tensor<?x?xf64> -> tensor<3x?xf64>
// CHECK: circ.lu %{{.*}} : tensor<?x?xf64>, tensor<?xi64>
// CHECK: circ.lu_solve %{{.*}} transposed factors(%{{.*}}, %{{.*}}), %{{.*}} : tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>
// CHECK: circ.lu_logdet %{{.*}} factors(%{{.*}}, %{{.*}}) : tensor<?x?xf64>, tensor<?xi64> -> f64
// CHECK: circ.cholesky %{{.*}} : tensor<?x?xf64>
// CHECK: circ.triangular_solve %{{.*}}, %{{.*}} : tensor<?x?xf64>, tensor<?x2xf64>
// CHECK: circ.sort_order %{{.*}} : tensor<?xf64> -> tensor<?xi64>
func.func @ops(%a: tensor<?x3xf64>, %m: tensor<?x?xf64>, %v: tensor<?xf64>, %w: tensor<?x2xf64>) {
  %p = circ.matmul %a transposed, %m : tensor<?x3xf64>, tensor<?x?xf64> -> tensor<3x?xf64>
  %f, %q = circ.lu %m : tensor<?x?xf64>, tensor<?xi64>
  %x = circ.lu_solve %m transposed factors(%f, %q), %v : tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>
  %d = circ.lu_logdet %m factors(%f, %q) : tensor<?x?xf64>, tensor<?xi64> -> f64
  %l = circ.cholesky %m : tensor<?x?xf64>
  %t = circ.triangular_solve %l, %w : tensor<?x?xf64>, tensor<?x2xf64>
  %o = circ.sort_order %v : tensor<?xf64> -> tensor<?xi64>
  return
}

// -----

func.func @sizes(%a: tensor<?x3xf64>, %b: tensor<4x?xf64>) {
  // expected-error @+1 {{sums over sizes that do not agree}}
  %p = circ.matmul %a, %b : tensor<?x3xf64>, tensor<4x?xf64> -> tensor<?x?xf64>
  return
}

// -----

func.func @result(%a: tensor<2x3xf64>, %b: tensor<3x4xf64>) {
  // expected-error @+1 {{has a result of another shape}}
  %p = circ.matmul %a, %b : tensor<2x3xf64>, tensor<3x4xf64> -> tensor<2x3xf64>
  return
}

// -----

func.func @square(%a: tensor<2x3xf64>) {
  // expected-error @+1 {{needs a square matrix}}
  %l = circ.cholesky %a : tensor<2x3xf64>
  return
}

// -----

func.func @right(%a: tensor<3x3xf64>, %b: tensor<4xf64>) {
  // expected-error @+1 {{needs a right side with as many rows as the matrix}}
  %x = circ.triangular_solve %a, %b : tensor<3x3xf64>, tensor<4xf64>
  return
}

// -----

func.func @pivots(%a: tensor<3x3xf64>) {
  // expected-error @+1 {{needs one i64 for each element or row}}
  %f, %q = circ.lu %a : tensor<3x3xf64>, tensor<4xi64>
  return
}

// -----

func.func @order(%a: tensor<3x3xf64>) {
  // expected-error @+1 {{sorts a vector of numbers}}
  %o = circ.sort_order %a : tensor<3x3xf64> -> tensor<3xi64>
  return
}
