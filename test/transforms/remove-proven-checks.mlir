// RUN: circ-opt --remove-proven-checks %s | FileCheck %s

// The range of a map proves the index.
// CHECK-LABEL: @proven
// CHECK-NOT: check_index
func.func @proven(%x: tensor<?xf64>) -> tensor<?xf64> {
  %n = circ.dim %x, 0 : tensor<?xf64>
  %y = circ.map (%i) in (%n) {
    circ.check_index %i, %n dimension 0 of "x"
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  return %y : tensor<?xf64>
}

// Sizes that nothing says are equal keep the check.
// CHECK-LABEL: @other_size
// CHECK: check_index
func.func @other_size(%x: tensor<?xf64>, %n: i64) -> f64 {
  %size = circ.dim %x, 0 : tensor<?xf64>
  %s = circ.reduce sum (%i) in (%n) {
    circ.check_index %i, %size dimension 0 of "x"
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// A shape check before says that they are.
// CHECK-LABEL: @checked_size
// CHECK-NOT: check_index
func.func @checked_size(%x: tensor<?xf64>, %n: i64) -> f64 {
  %size = circ.dim %x, 0 : tensor<?xf64>
  %same = arith.cmpi eq, %size, %n : i64
  circ.check shape %same, "sizes"
  %s = circ.reduce sum (%i) in (%n) {
    circ.check_index %i, %size dimension 0 of "x"
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// i + 1 leaves the array in the last iteration; i - 1 in the first.
// CHECK-LABEL: @shifted
// CHECK-COUNT-2: check_index
func.func @shifted(%x: tensor<?xf64>) -> f64 {
  %one = arith.constant 1 : i64
  %n = circ.dim %x, 0 : tensor<?xf64>
  %s = circ.reduce sum (%i) in (%n) {
    %next = arith.addi %i, %one : i64
    circ.check_index %next, %n dimension 0 of "x"
    %before = arith.subi %i, %one : i64
    circ.check_index %before, %n dimension 0 of "x"
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// A loop from 1: i, i - 1 are in bounds; the array that it carries keeps its shape.
// CHECK-LABEL: @carried
// CHECK-NOT: check_index
func.func @carried(%x: tensor<?xf64>) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %n = circ.dim %x, 0 : tensor<?xf64>
  %trip = arith.subi %n, %one : i64
  %r = scf.for %k = %zero to %trip step %one iter_args(%a = %x) -> (tensor<?xf64>) : i64 {
    %i = arith.addi %k, %one : i64
    %m = circ.dim %a, 0 : tensor<?xf64>
    circ.check_index %i, %m dimension 0 of "a"
    circ.check_index %k, %m dimension 0 of "a"
    %e = circ.extract %a[%k] : tensor<?xf64>
    %b = circ.insert %e into %a[%i] : tensor<?xf64>
    scf.yield %b : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// The second of two checks of one index is needless.
// CHECK-LABEL: @twice
// CHECK-COUNT-1: check_index
// CHECK-NOT: check_index
func.func @twice(%i: i64, %n: i64) {
  circ.check_index %i, %n dimension 0 of "x"
  circ.check_index %i, %n dimension 0 of "x"
  return
}

// An index below that of an outer loop is below what bounds that one.
// CHECK-LABEL: @triangle
// CHECK-NOT: check_index
func.func @triangle(%x: tensor<?xf64>) -> tensor<?xf64> {
  %n = circ.dim %x, 0 : tensor<?xf64>
  %y = circ.map (%i) in (%n) {
    %s = circ.reduce sum (%j) in (%i) {
      circ.check_index %j, %n dimension 0 of "x"
      %e = circ.extract %x[%j] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %s : f64
  } : tensor<?xf64>
  return %y : tensor<?xf64>
}

// What is known to hold is not checked.
// CHECK-LABEL: @known
// CHECK-NOT: circ.check
// CHECK: circ.check assert %arg0
func.func @known(%c: i1) {
  %true = arith.constant true
  circ.check shape %true, "never"
  circ.check assert %c, "sometimes"
  return
}
