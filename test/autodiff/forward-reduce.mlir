// RUN: circ-opt --forward-tangents --canonicalize --cse %s | FileCheck %s

// CHECK-LABEL: @total.jvp
// CHECK-SAME: (%[[X:.*]]: tensor<?xf64>, %[[N:.*]]: i64, %[[DX:.*]]: tensor<?xf64>)
func.func @total(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.tangent} {
  // CHECK: circ.reduce sum
  // CHECK: circ.reduce sum (%[[I:.*]]) in (%[[N]]) {
  // CHECK-NEXT: %[[DE:.*]] = circ.extract %[[DX]][%[[I]]]
  // CHECK-NEXT: circ.yield %[[DE]]
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// The weights are exp(x - m) / s; nothing flows when m is -inf.
// CHECK-LABEL: @soft.jvp
func.func @soft(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.tangent} {
  // CHECK: %[[M:.*]], %[[S:.*]] = circ.exp_sum
  // CHECK: circ.reduce sum
  // CHECK: circ.sub %{{.*}}, %[[M]]
  // CHECK: circ.div %{{.*}}, %[[S]]
  // CHECK: arith.cmpf oeq, %[[M]]
  %s = circ.reduce logsumexp (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// The tangent of the first extreme alone is computed, and none over nothing.
// CHECK-LABEL: @largest.jvp
// CHECK-SAME: (%{{.*}}: tensor<?xf64>, %{{.*}}: i64, %[[DX:.*]]: tensor<?xf64>)
func.func @largest(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.tangent} {
  // CHECK: circ.reduce max
  // CHECK: %[[P:.*]] = circ.arg_reduce max
  // CHECK: %[[FOUND:.*]] = arith.cmpi sge, %[[P]]
  // CHECK: scf.if %[[FOUND]]
  // CHECK: circ.extract %[[DX]][%[[P]]]
  %s = circ.reduce max (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// A product is a loop, exact where factors are zero.
// CHECK-LABEL: @product.jvp
func.func @product(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.tangent} {
  // CHECK-NOT: circ.reduce
  // CHECK: scf.for {{.*}} -> (f64, f64)
  %s = circ.reduce prod (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}
