// RUN: circ-opt --merge-equal-sizes --canonicalize %s | FileCheck %s

// After the check the two sizes are one, also in loops and of what loops carry; before
// it they are not.
// CHECK-LABEL: @checked
// CHECK-DAG: %[[M:.*]] = circ.dim %arg1, 0
// CHECK: circ.check_index %{{.*}}, %[[M]]
// CHECK: circ.check shape
// CHECK: scf.for %{{.*}} to %[[N:[0-9a-z_]+]] step
// CHECK: circ.check_index %{{.*}}, %[[N]]
// CHECK: circ.map (%{{.*}}) in (%[[N]])
// CHECK: return %{{.*}}, %[[N]]
func.func @checked(%a: tensor<?xf64>, %b: tensor<?xf64>, %k: i64) -> (tensor<?xf64>, i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %x = arith.constant 1.0 : f64
  %n = circ.dim %a, 0 : tensor<?xf64>
  %m = circ.dim %b, 0 : tensor<?xf64>
  circ.check_index %k, %m dimension 0 of "b"
  %same = arith.cmpi eq, %n, %m : i64
  circ.check shape %same, "sizes {0} and {1}"(%n, %m : i64, i64)
  %r = scf.for %i = %zero to %n step %one iter_args(%c = %b) -> (tensor<?xf64>) : i64 {
    %size = circ.dim %c, 0 : tensor<?xf64>
    circ.check_index %k, %size dimension 0 of "c"
    %next = circ.insert %x into %c[%k] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  }
  %size = circ.dim %r, 0 : tensor<?xf64>
  %doubled = circ.map (%i) in (%size) {
    %e = circ.extract %r[%i] : tensor<?xf64>
    %d = circ.add %e, %e : f64
    circ.yield %d : f64
  } : tensor<?xf64>
  %end = circ.dim %doubled, 0 : tensor<?xf64>
  return %doubled, %end : tensor<?xf64>, i64
}

// A size is not negative.
// CHECK-LABEL: @range
// CHECK: %[[N:.*]] = circ.dim
// CHECK-NOT: arith.select
// CHECK: return %[[N]]
func.func @range(%a: tensor<?xf64>) -> i64 {
  %zero = arith.constant 0 : i64
  %n = circ.dim %a, 0 : tensor<?xf64>
  %some = arith.cmpi sgt, %n, %zero : i64
  %trips = arith.select %some, %n, %zero : i64
  return %trips : i64
}

// Other numbers may be, and other checks say nothing about sizes.
// CHECK-LABEL: @others
// CHECK: arith.select
// CHECK: circ.check assert
// CHECK: return %{{.*}}, %arg1
func.func @others(%n: i64, %m: i64) -> (i64, i64) {
  %zero = arith.constant 0 : i64
  %some = arith.cmpi sgt, %n, %zero : i64
  %trips = arith.select %some, %n, %zero : i64
  %same = arith.cmpi eq, %n, %m : i64
  circ.check assert %same, "different"
  return %trips, %m : i64, i64
}

// In one branch only.
// CHECK-LABEL: @branch
// CHECK: %[[M:.*]] = circ.dim %arg1
// CHECK: scf.if
// CHECK: circ.check shape
// CHECK: return %[[M]]
func.func @branch(%a: tensor<?xf64>, %b: tensor<?xf64>, %c: i1) -> i64 {
  %n = circ.dim %a, 0 : tensor<?xf64>
  %m = circ.dim %b, 0 : tensor<?xf64>
  scf.if %c {
    %same = arith.cmpi eq, %n, %m : i64
    circ.check shape %same, "sizes"
  }
  return %m : i64
}
