// RUN: circ-opt --fuse-elementwise --vectorize-elementwise=bits=512 %s | FileCheck %s --check-prefixes CHECK,WIDE
// RUN: circ-opt --fuse-elementwise --vectorize-elementwise=bits=256 %s | FileCheck %s --check-prefixes CHECK,HALF
// RUN: circ-opt --fuse-elementwise --vectorize-elementwise=bits=128 %s | FileCheck %s --check-prefix SCALAR

// With AVX-512 every round is masked, with AVX the last one alone; else LLVM decides.
// CHECK-LABEL: @maps
// HALF: scf.for
// HALF: circ.gather %arg0[%{{.*}}] : tensor<?xf64>, vector<4xi64> -> vector<4xf64>
// HALF: circ.scatter %{{.*}} into %{{.*}}[%{{.*}}] : vector<4xf64>
// CHECK: scf.for
// CHECK: %[[ON:.*]] = arith.cmpi slt
// WIDE: %[[X:.*]] = circ.gather %arg0[%{{.*}}] mask %[[ON]] : vector<8xi1> : tensor<?xf64>, vector<8xi64> -> vector<8xf64>
// HALF: %[[X:.*]] = circ.gather %arg0[%{{.*}}] mask %[[ON]]
// CHECK: %[[Y:.*]] = circ.exp %[[X]]
// CHECK: %[[Z:.*]] = circ.mul %[[Y]], %[[Y]]
// CHECK: circ.scatter %[[Z]] into %{{.*}}[%{{.*}}] mask %[[ON]]
// A sum takes nothing from lanes beyond the end.
// CHECK: arith.select %[[ON]]
// CHECK: circ.combine_lanes sum
// SCALAR-LABEL: @maps
// SCALAR: circ.elementwise
func.func @maps(%x: tensor<?xf64>) -> (tensor<?xf64>, f64) {
  %n = circ.dim %x, 0 : tensor<?xf64>
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %t = circ.exp %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  %z = circ.map (%i) in (%n) {
    %e = circ.extract %y[%i] : tensor<?xf64>
    %t = circ.mul %e, %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %z[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %z, %s : tensor<?xf64>, f64
}

// Additions to elements are masked, too.
// CHECK-LABEL: @adds
// WIDE: %[[ON:.*]] = arith.cmpi slt
// WIDE: circ.accumulate_lanes %{{.*}} into %{{.*}}[%arg2, %{{.*}}] mask %[[ON]]
func.func @adds(%d: tensor<?x?xf64>, %v: tensor<?xf64>, %row: i64) -> tensor<?x?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %n = circ.dim %v, 0 : tensor<?xf64>
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %v[%i] : tensor<?xf64>
    %t = circ.sin %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  %added = scf.for %i = %zero to %n step %one iter_args(%c = %d) -> (tensor<?x?xf64>) : i64 {
    %e = circ.extract %y[%i] : tensor<?xf64>
    %next = circ.accumulate %e into %c[%row, %i] : tensor<?x?xf64>
    scf.yield %next : tensor<?x?xf64>
  } {circ.independent}
  return %added : tensor<?x?xf64>
}
