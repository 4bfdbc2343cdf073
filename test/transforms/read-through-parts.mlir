// RUN: circ-opt --read-through-parts %s | FileCheck %s

// A row of a part is read where it stands.
// CHECK-LABEL: @row
// CHECK-NOT: circ.map
// CHECK: circ.extract %arg0[%arg1, %arg2, %arg3]
func.func @row(%a: tensor<?x8x?xf64>, %i: i64, %j: i64, %k: i64) -> f64 {
  %eight = arith.constant 8 : i64
  %n = circ.dim %a, 2 : tensor<?x8x?xf64>
  %part = circ.map (%r, %c) in (%eight, %n) {
    %e = circ.extract %a[%i, %r, %c] : tensor<?x8x?xf64>
    circ.yield %e : f64
  } : tensor<8x?xf64>
  %row = circ.map (%c) in (%n) {
    %e = circ.extract %part[%j, %c] : tensor<8x?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  %x = circ.extract %row[%k] : tensor<?xf64>
  return %x : f64
}

// Columns are brought together, and what is changed later is read before.
// CHECK-LABEL: @kept
// CHECK-COUNT-2: circ.map
func.func @kept(%a: tensor<?x?xf64>, %b: tensor<?xf64>, %j: i64, %k: i64, %v: f64) -> (f64, f64, tensor<?xf64>) {
  %n = circ.dim %a, 0 : tensor<?x?xf64>
  %column = circ.map (%r) in (%n) {
    %e = circ.extract %a[%r, %j] : tensor<?x?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  %x = circ.extract %column[%k] : tensor<?xf64>
  %m = circ.dim %b, 0 : tensor<?xf64>
  %copy = circ.map (%i) in (%m) {
    %e = circ.extract %b[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  %changed = circ.insert %v into %b[%k] : tensor<?xf64>
  %y = circ.extract %copy[%k] : tensor<?xf64>
  return %x, %y, %changed : f64, f64, tensor<?xf64>
}
