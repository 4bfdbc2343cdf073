// RUN: circ-opt --fuse-elementwise --vectorize-elementwise=bits=512 %s | FileCheck %s --check-prefixes CHECK,WIDE
// RUN: circ-opt --fuse-elementwise --vectorize-elementwise=bits=256 %s | FileCheck %s --check-prefixes CHECK,HALF
// RUN: circ-opt --fuse-elementwise --vectorize-elementwise=bits=128 %s | FileCheck %s --check-prefix SCALAR

// The last round is masked alone; without AVX, LLVM decides.
// CHECK-LABEL: @maps
// CHECK: scf.for
// WIDE: circ.gather %arg0[%{{.*}}] : tensor<?xf64>, vector<8xi64> -> vector<8xf64>
// WIDE: circ.scatter %{{.*}} into %{{.*}}[%{{.*}}] : vector<8xf64>
// HALF: circ.gather %arg0[%{{.*}}] : tensor<?xf64>, vector<4xi64> -> vector<4xf64>
// HALF: circ.scatter %{{.*}} into %{{.*}}[%{{.*}}] : vector<4xf64>
// CHECK: scf.for
// CHECK: %[[ON:.*]] = arith.cmpi slt
// CHECK: %[[X:.*]] = circ.gather %arg0[%{{.*}}] mask %[[ON]]
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

// A loop that does nothing but sum has four sums for what fills four registers; its rest
// is short. One inside another loop is put into lanes on its own.
// CHECK-LABEL: @dots
// CHECK: circ.map
// WIDE: %[[STEP:.*]] = arith.constant 32 : i64
// WIDE: %[[SUMS:.*]]:4 = scf.for {{.*}} step %{{.*}} iter_args{{.*}} -> (vector<8xf64>, vector<8xf64>, vector<8xf64>, vector<8xf64>)
// HALF: %[[SUMS:.*]]:4 = scf.for {{.*}} -> (vector<4xf64>, vector<4xf64>, vector<4xf64>, vector<4xf64>)
// CHECK-NOT: cmpi
// CHECK: circ.add %[[SUMS]]#0, %[[SUMS]]#1
// CHECK: scf.for
// CHECK-NOT: cmpi
// CHECK: {circ.brief}
// CHECK: scf.for
// CHECK: arith.cmpi slt
// CHECK: {circ.brief}
// The sum starts from nothing, which need not be added.
// CHECK: %[[SUM:.*]] = circ.combine_lanes sum
// CHECK-NEXT: circ.yield %[[SUM]]
func.func @dots(%x: tensor<?x?xf64>, %w: tensor<?xf64>, %n: i64) -> tensor<?xf64> {
  %d = circ.dim %w, 0 : tensor<?xf64>
  %y = circ.map (%i) in (%n) {
    %s = circ.reduce sum (%j) in (%d) {
      %a = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %b = circ.extract %w[%j] : tensor<?xf64>
      %p = circ.mul %a, %b : f64
      circ.yield %p : f64
    } : f64
    circ.yield %s : f64
  } : tensor<?xf64>
  return %y : tensor<?xf64>
}
