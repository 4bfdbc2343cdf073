// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// The position of the extreme is noted; one iteration is reversed, no loop.
// CHECK-LABEL: func.func private @max.grad(
// CHECK: circ.reduce max
// CHECK: %[[P:.*]] = circ.arg_reduce max
// CHECK-NOT: scf.for
// CHECK: scf.if
// CHECK: circ.accumulate %{{.*}} into %{{.*}}[%[[P]]]
// CHECK-NOT: scf.for
// CHECK: return
func.func @max(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.gradient} {
  %f = circ.reduce max (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %f : f64
}

// The weights of a logsumexp are relative to the largest term.
// CHECK-LABEL: func.func private @logsumexp.grad(
// CHECK-NOT: circ.reduce
// CHECK: %[[M:.*]], %[[S:.*]] = circ.exp_sum
// CHECK: circ.log %[[S]]
// CHECK: circ.div %{{.*}}, %[[S]]
// CHECK: scf.for
// CHECK: circ.sub %{{.*}}, %[[M]]
// CHECK: circ.exp
// CHECK-NOT: circ.log
// CHECK: return
func.func @logsumexp(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.gradient} {
  %f = circ.reduce logsumexp (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %f : f64
}

// Each nested extreme has a position of its own.
// CHECK-LABEL: func.func private @nested.grad(
// CHECK: %[[P:.*]] = circ.arg_reduce max (%[[I:.*]]) in
// CHECK-NEXT: circ.reduce min (%[[J:.*]]) in
// CHECK-NEXT: circ.extract %{{.*}}[%[[I]], %[[J]]]
// CHECK: circ.arg_reduce min (%[[K:.*]]) in
// CHECK-NEXT: circ.extract %{{.*}}[%[[P]], %[[K]]]
func.func @nested(%x: tensor<?x?xf64>, %n: i64) -> f64 attributes {circ.gradient} {
  %f = circ.reduce max (%i) in (%n) {
    %g = circ.reduce min (%j) in (%n) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %g : f64
  } : f64
  return %f : f64
}

// A product is a loop that keeps the partial products: exact at zeros.
// CHECK-LABEL: func.func private @prod.grad(
// CHECK: scf.for
// CHECK: circ.push
// CHECK-NOT: circ.div
// CHECK: return
func.func @prod(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.gradient} {
  %f = circ.reduce prod (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %f : f64
}
