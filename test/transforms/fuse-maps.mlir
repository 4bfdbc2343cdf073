// RUN: circ-opt --fuse-maps %s | FileCheck %s

// CHECK-LABEL: @rows
// CHECK-NOT: tensor<?x3xf64>
// CHECK: circ.map (%[[I:.*]]) in (%arg1) {
// CHECK:   %[[ROW:.*]] = circ.from_elements
// CHECK:   circ.extract %[[ROW]][%{{.*}}] : tensor<2xf64>
// CHECK: } : tensor<?xf64>
func.func @rows(%x: tensor<?xf64>, %n: i64) -> tensor<?xf64> {
  %one = arith.constant 1 : i64
  %rows = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %s = circ.sin %e : f64
    %row = circ.from_elements %e, %s : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<?x2xf64>
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %rows[%i, %one] : tensor<?x2xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  return %y : tensor<?xf64>
}

// Not where another row is read, or a row elsewhere, or something can fail.
// CHECK-LABEL: @others
// CHECK-COUNT-6: circ.map
func.func @others(%x: tensor<?xf64>, %n: i64) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x2xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %rows = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %row = circ.from_elements %e, %e : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<?x2xf64>
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %rows[%zero, %one] : tensor<?x2xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  %kept = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %s = circ.sin %e : f64
    %row = circ.from_elements %e, %s : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<?x2xf64>
  %z = circ.map (%i) in (%n) {
    %e = circ.extract %kept[%i, %one] : tensor<?x2xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  %checked = circ.map (%i) in (%n) {
    circ.check_index %i, %one dimension 0 of "x"
    %e = circ.extract %x[%i] : tensor<?xf64>
    %row = circ.from_elements %e, %e : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<?x2xf64>
  %u = circ.map (%i) in (%n) {
    %e = circ.extract %checked[%i, %one] : tensor<?x2xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  return %y, %z, %u, %kept : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x2xf64>
}
