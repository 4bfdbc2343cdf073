// RUN: circ-opt --forward-tangents --canonicalize --cse %s | FileCheck %s

// CHECK-LABEL: @update.jvp
// CHECK-SAME: (%[[A:.*]]: tensor<?xf64>, %[[V:.*]]: f64, %[[I:.*]]: i64, %[[DA:.*]]: tensor<?xf64>, %[[DV:.*]]: f64)
func.func @update(%a: tensor<?xf64>, %v: f64, %i: i64) -> tensor<?xf64> attributes {circ.tangent} {
  // CHECK: %[[E:.*]] = circ.extract %[[A]][%[[I]]]
  // CHECK: %[[DE:.*]] = circ.extract %[[DA]][%[[I]]]
  // CHECK: %[[B:.*]] = circ.insert %[[V]] into %[[A]][%[[I]]]
  // CHECK: %[[DB:.*]] = circ.insert %[[DV]] into %[[DA]][%[[I]]]
  // CHECK: %[[C:.*]] = circ.accumulate %[[E]] into %[[B]][%[[I]]]
  // CHECK: %[[DC:.*]] = circ.accumulate %[[DE]] into %[[DB]][%[[I]]]
  // CHECK: return %[[C]], %[[DC]]
  %e = circ.extract %a[%i] : tensor<?xf64>
  %b = circ.insert %v into %a[%i] : tensor<?xf64>
  %c = circ.accumulate %e into %b[%i] : tensor<?xf64>
  return %c : tensor<?xf64>
}

// An array without a tangent is one of zeros of its size when an active value is
// put into it.
// CHECK-LABEL: @into_data.jvp
// CHECK-SAME: (%[[A:.*]]: tensor<?xf64> {circ.const}, %[[V:.*]]: f64, %[[I:.*]]: i64, %[[DV:.*]]: f64)
func.func @into_data(%a: tensor<?xf64> {circ.const}, %v: f64, %i: i64) -> tensor<?xf64> attributes {circ.tangent} {
  // CHECK: %[[N:.*]] = circ.dim %[[A]], 0
  // CHECK: %[[ZEROS:.*]] = circ.splat %{{.*}} sizes(%[[N]])
  // CHECK: circ.insert %[[DV]] into %[[ZEROS]]
  %b = circ.insert %v into %a[%i] : tensor<?xf64>
  return %b : tensor<?xf64>
}

// CHECK-LABEL: @fills.jvp
// CHECK-SAME: (%[[V:.*]]: f64, %[[N:.*]]: i64, %[[DV:.*]]: f64)
func.func @fills(%v: f64, %n: i64) -> (tensor<?xf64>, tensor<2xf64>) attributes {circ.tangent} {
  // CHECK: circ.splat %[[DV]] sizes(%[[N]])
  // CHECK: circ.from_elements %[[DV]], %{{.*}} : tensor<2xf64>
  %one = arith.constant 1.0 : f64
  %s = circ.splat %v sizes(%n) : tensor<?xf64>
  %l = circ.from_elements %v, %one : tensor<2xf64>
  return %s, %l : tensor<?xf64>, tensor<2xf64>
}

// CHECK-LABEL: @sums.jvp
// CHECK-SAME: (%[[A:.*]]: tensor<?xf64>, %[[B:.*]]: tensor<?xf64>, %[[DA:.*]]: tensor<?xf64>, %[[DB:.*]]: tensor<?xf64>)
func.func @sums(%a: tensor<?xf64>, %b: tensor<?xf64>) -> tensor<?xf64> attributes {circ.tangent} {
  // CHECK: circ.add_arrays %[[DA]], %[[DB]]
  %s = circ.add_arrays %a, %b : tensor<?xf64>
  return %s : tensor<?xf64>
}
