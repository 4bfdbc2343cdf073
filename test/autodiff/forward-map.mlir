// RUN: circ-opt --forward-tangents --canonicalize --cse %s | FileCheck %s

// The tangent of a map is a map; checks and prints stay with the first.
// CHECK-LABEL: @squares.jvp
// CHECK-SAME: (%[[X:.*]]: tensor<?xf64>, %[[N:.*]]: i64, %[[DX:.*]]: tensor<?xf64>)
func.func @squares(%x: tensor<?xf64>, %n: i64) -> tensor<?xf64> attributes {circ.tangent} {
  // CHECK: %[[Y:.*]] = circ.map (%{{.*}}) in (%[[N]])
  // CHECK: circ.check_index
  // CHECK: circ.print
  // CHECK: %[[DY:.*]] = circ.map (%[[I:.*]]) in (%[[N]]) {
  // CHECK-NOT: circ.check_index
  // CHECK-NOT: circ.print
  // CHECK: %[[E:.*]] = circ.extract %[[X]][%[[I]]]
  // CHECK: %[[DE:.*]] = circ.extract %[[DX]][%[[I]]]
  // CHECK: circ.mul %[[DE]], %[[E]]
  // CHECK: return %[[Y]], %[[DY]]
  %y = circ.map (%i) in (%n) {
    circ.check_index %i, %n dimension 0 of "x"
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.print %e : f64
    %s = circ.mul %e, %e : f64
    circ.yield %s : f64
  } : tensor<?xf64>
  return %y : tensor<?xf64>
}

// A map that nothing active enters has no second.
// CHECK-LABEL: @data.jvp
func.func @data(%x: f64, %n: i64) -> (f64, tensor<?xf64>) attributes {circ.tangent} {
  // CHECK: circ.map
  // CHECK-NOT: circ.map
  // CHECK: return
  %y = circ.map (%i) in (%n) {
    %s = arith.sitofp %i : i64 to f64
    circ.yield %s : f64
  } : tensor<?xf64>
  return %x, %y : f64, tensor<?xf64>
}
