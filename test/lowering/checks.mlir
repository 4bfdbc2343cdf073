// RUN: circ-opt --lower-arrays -mlir-print-debuginfo %s | FileCheck %s

// CHECK-DAG: index {0} is out of bounds for dimension 1 of size {1} of 'means'
// CHECK-DAG: division of the integer {0} by zero
// CHECK-DAG: the integer division {0} by {1} overflows
// CHECK-DAG: the real number {0} has no integer value

// One unsigned comparison checks both ends of an index; the failure gets index,
// size and status 1.
// CHECK-LABEL: @circ.index
// CHECK: %[[GOOD:.*]] = arith.cmpi ult, %[[I:arg[0-9]+]], %[[N:arg[0-9]+]] : i64
// CHECK: scf.if
// CHECK: llvm.call @circ_fail_value_i64(%{{.*}}, %[[I]])
// CHECK: llvm.call @circ_fail_value_i64(%{{.*}}, %[[N]])
// CHECK: %[[STATUS:.*]] = arith.constant 1 : i64
// CHECK: llvm.call @circ_fail(%{{.*}}, %[[STATUS]],
func.func @index(%i: i64, %n: i64) {
  circ.check_index %i, %n dimension 1 of "means"
  return
}

// A division is checked for zero and for the one overflow there is.
// CHECK-LABEL: @circ.division
// CHECK: arith.cmpi ne, %{{.*}}, %{{.*}} : i64
// CHECK: llvm.call @circ_fail(
// CHECK: arith.constant -9223372036854775808
// CHECK: llvm.call @circ_fail(
// CHECK: arith.divsi
func.func @division(%i: i64, %j: i64) -> i64 {
  %q = circ.floor_div %i, %j
  return %q : i64
}

// Ordered comparisons, so that NaN fails.
// CHECK-LABEL: @circ.truncation
// CHECK: arith.cmpf oge
// CHECK: arith.cmpf olt
// CHECK: llvm.call @circ_fail(
// CHECK: arith.fptosi
func.func @truncation(%x: f64) -> i64 {
  %k = circ.to_int %x : f64
  return %k : i64
}

// A recursive function looks at the stack first.
// CHECK-LABEL: @circ.recursive
// CHECK-NOT: call @circ.recursive
// CHECK: llvm.call @circ_check_stack
// CHECK: call @circ.recursive
func.func @recursive(%x: f64) -> f64 attributes {circ.recursive} {
  %r = func.call @recursive(%x) : (f64) -> f64
  return %r : f64
}
