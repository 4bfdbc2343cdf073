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

// A packed triangle: row r, column j < r of a matrix whose columns lie one after another
// behind its diagonal.
// CHECK-LABEL: @packedTriangle
// CHECK: %[[LIMIT:.*]] = arith.constant 268435456
// CHECK: %[[SMALL:.*]] = arith.cmpi slt, %{{.*}}, %[[LIMIT]]
// CHECK: circ.check shape %[[SMALL]]
// CHECK-NOT: circ.check_index
// CHECK: return
func.func @packedTriangle(%t: tensor<?xf64>, %x: tensor<?xf64>) -> f64 {
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %d = circ.dim %x, 0 : tensor<?xf64>
  %size = circ.dim %t, 0 : tensor<?xf64>
  %next = arith.addi %d, %c1 : i64
  %square = arith.muli %d, %next : i64
  %packed = circ.floor_div %square, %c2
  %same = arith.cmpi eq, %size, %packed : i64
  circ.check shape %same, "sizes"
  %s = circ.reduce sum (%r) in (%d) {
    circ.check_index %r, %size dimension 0 of "t"
    %diagonal = circ.extract %t[%r] : tensor<?xf64>
    %row = circ.reduce sum (%j) in (%r) {
      %columns = arith.muli %j, %d : i64
      %start = arith.addi %d, %columns : i64
      %j1 = arith.addi %j, %c1 : i64
      %above = arith.muli %j, %j1 : i64
      %half = circ.floor_div %above, %c2
      %column = arith.subi %start, %half : i64
      %to = arith.addi %column, %r : i64
      %below = arith.subi %to, %j : i64
      %place = arith.subi %below, %c1 : i64
      circ.check_index %place, %size dimension 0 of "t"
      %e = circ.extract %t[%place] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    %both = circ.add %diagonal, %row : f64
    circ.yield %both : f64
  } : f64
  %less = arith.subi %d, %c1 : i64
  %pairs = arith.muli %d, %less : i64
  %strict = circ.floor_div %pairs, %c2
  %c0 = arith.constant 0 : i64
  %some = arith.cmpi sgt, %strict, %c0 : i64
  %trips = arith.select %some, %strict, %c0 : i64
  %q = circ.reduce sum (%l) in (%trips) {
    %place = arith.addi %d, %l : i64
    circ.check_index %place, %size dimension 0 of "t"
    %e = circ.extract %t[%place] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  %sum = circ.add %s, %q : f64
  return %sum : f64
}

// One too far, one too low, without the shape check, and what need not be whole.
// CHECK-LABEL: @notTriangle
// CHECK-NOT: 268435456
// CHECK-COUNT-4: circ.check_index
func.func @notTriangle(%t: tensor<?xf64>, %u: tensor<?xf64>, %x: tensor<?xf64>) -> f64 {
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %d = circ.dim %x, 0 : tensor<?xf64>
  %size = circ.dim %t, 0 : tensor<?xf64>
  %other = circ.dim %u, 0 : tensor<?xf64>
  %next = arith.addi %d, %c1 : i64
  %square = arith.muli %d, %next : i64
  %packed = circ.floor_div %square, %c2
  %same = arith.cmpi eq, %size, %packed : i64
  circ.check shape %same, "sizes"
  %s = circ.reduce sum (%r) in (%d) {
    %row = circ.reduce sum (%j) in (%r) {
      %r1 = arith.addi %r, %c1 : i64
      %above = arith.muli %r, %r1 : i64
      %half = circ.floor_div %above, %c2
      %inside = arith.addi %half, %j : i64
      %far = arith.addi %inside, %c2 : i64
      circ.check_index %far, %size dimension 0 of "t"
      %e = circ.extract %t[%far] : tensor<?xf64>
      %low = arith.subi %inside, %c2 : i64
      circ.check_index %low, %size dimension 0 of "t"
      %f = circ.extract %t[%low] : tensor<?xf64>
      circ.check_index %inside, %other dimension 0 of "u"
      %g = circ.extract %u[%inside] : tensor<?xf64>
      %odd = arith.muli %r, %j : i64
      %part = circ.floor_div %odd, %c2
      circ.check_index %part, %size dimension 0 of "t"
      %h = circ.extract %t[%part] : tensor<?xf64>
      %ef = circ.add %e, %f : f64
      %gh = circ.add %g, %h : f64
      %all = circ.add %ef, %gh : f64
      circ.yield %all : f64
    } : f64
    circ.yield %row : f64
  } : f64
  return %s : f64
}

// A packed triangle of known size: each iteration is looked at.
// CHECK-LABEL: @packed_of_known_size
// CHECK-NOT: check_index
// CHECK: return
func.func @packed_of_known_size(%x: tensor<2080xf64>) -> f64 {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %d = arith.constant 64 : i64
  %size = arith.constant 2080 : i64
  %s = circ.reduce sum (%r) in (%d) {
    %t = circ.reduce sum (%j) in (%r) {
      %jd = arith.muli %j, %d : i64
      %first = arith.addi %jd, %d : i64
      %next = arith.addi %j, %c1 : i64
      %twice = arith.muli %j, %next : i64
      %triangle = circ.floor_div %twice, %c2
      %a = arith.subi %first, %triangle : i64
      %b = arith.addi %a, %r : i64
      %c = arith.subi %b, %j : i64
      %at = arith.subi %c, %c1 : i64
      circ.check_index %at, %size dimension 0 of "x"
      %e = circ.extract %x[%at] : tensor<2080xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s : f64
}

// The same one element further on is out of bounds in the last iteration.
// CHECK-LABEL: @beyond_known_size
// CHECK: check_index
func.func @beyond_known_size(%x: tensor<2080xf64>) -> f64 {
  %c2 = arith.constant 2 : i64
  %d = arith.constant 64 : i64
  %size = arith.constant 2080 : i64
  %s = circ.reduce sum (%r) in (%d) {
    %t = circ.reduce sum (%j) in (%r) {
      %jd = arith.muli %j, %d : i64
      %twice = arith.muli %j, %j : i64
      %triangle = circ.floor_div %twice, %c2
      %a = arith.subi %jd, %triangle : i64
      %at = arith.addi %a, %d : i64
      circ.check_index %at, %size dimension 0 of "x"
      %e = circ.extract %x[%at] : tensor<2080xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s : f64
}
