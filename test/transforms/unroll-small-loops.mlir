// RUN: circ-opt --unroll-small-loops %s | FileCheck %s

// CHECK-LABEL: @sum
// CHECK-NOT: circ.reduce
// CHECK: %[[A:.*]] = circ.extract %arg0
// CHECK: %[[B:.*]] = circ.extract %arg0
// CHECK: %[[AB:.*]] = circ.add %[[A]], %[[B]]
// CHECK: %[[C:.*]] = circ.extract %arg0
// CHECK: %[[S:.*]] = circ.add %[[AB]], %[[C]]
// CHECK: return %[[S]]
func.func @sum(%x: tensor<3xf64>) -> f64 {
  %n = arith.constant 3 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<3xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// A matrix is made row by row; of rows that are arrays their elements are taken.
// CHECK-LABEL: @matrix
// CHECK-NOT: circ.map
// CHECK: circ.from_elements %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x2xf64>
// CHECK: return
func.func @matrix(%x: f64) -> tensor<2x2xf64> {
  %n = arith.constant 2 : i64
  %m = circ.map (%i) in (%n) {
    %row = circ.map (%j) in (%n) {
      %p = arith.muli %i, %j : i64
      %f = arith.sitofp %p : i64 to f64
      circ.yield %f : f64
    } : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<2x2xf64>
  return %m : tensor<2x2xf64>
}

// From eight iterations on a loop is worth having, unless its index decides branches.
// CHECK-LABEL: @eight
// CHECK: circ.map
// CHECK: circ.reduce sum
// CHECK-NOT: circ.map
// CHECK: circ.from_elements
func.func @eight(%x: tensor<?xf64>) -> (tensor<8xf64>, f64, tensor<9xf64>) {
  %two = arith.constant 2 : i64
  %n = arith.constant 8 : i64
  %m = arith.constant 9 : i64
  %a = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : tensor<8xf64>
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  %b = circ.map (%i) in (%m) {
    %first = arith.cmpi slt, %i, %two : i64
    %e = scf.if %first -> (f64) {
      %f = circ.extract %x[%i] : tensor<?xf64>
      scf.yield %f : f64
    } else {
      %f = circ.extract %x[%two] : tensor<?xf64>
      scf.yield %f : f64
    }
    circ.yield %e : f64
  } : tensor<9xf64>
  return %a, %s, %b : tensor<8xf64>, f64, tensor<9xf64>
}

// Rows of an array come apart, unless it is that of one iteration among others.
// CHECK-LABEL: @rows
// CHECK-COUNT-8: scf.for
// CHECK-NOT: scf.for
// CHECK: circ.reduce
// CHECK: scf.for
// CHECK: scf.for
func.func @rows(%x: tensor<8x?xf64>, %n: i64, %v: f64) -> (tensor<8x?xf64>, f64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %eight = arith.constant 8 : i64
  %y = scf.for %i = %zero to %eight step %one iter_args(%a = %x) -> (tensor<8x?xf64>) : i64 {
    %r = scf.for %j = %zero to %n step %one iter_args(%b = %a) -> (tensor<8x?xf64>) : i64 {
      %c = circ.accumulate %v into %b[%i, %j] : tensor<8x?xf64>
      scf.yield %c : tensor<8x?xf64>
    } {circ.independent}
    scf.yield %r : tensor<8x?xf64>
  } {circ.independent}
  %s = circ.reduce sum (%k) in (%n) {
    %z = circ.splat %v sizes(%n) : tensor<8x?xf64>
    %t = scf.for %i = %zero to %eight step %one iter_args(%a = %z) -> (tensor<8x?xf64>) : i64 {
      %r = scf.for %j = %zero to %n step %one iter_args(%b = %a) -> (tensor<8x?xf64>) : i64 {
        %c = circ.accumulate %v into %b[%i, %j] : tensor<8x?xf64>
        scf.yield %c : tensor<8x?xf64>
      } {circ.independent}
      scf.yield %r : tensor<8x?xf64>
    } {circ.independent}
    %e = circ.extract %t[%zero, %k] : tensor<8x?xf64>
    circ.yield %e : f64
  } : f64
  return %y, %s : tensor<8x?xf64>, f64
}

// A loop's state goes from one iteration to the next: 1, 3.
// CHECK-LABEL: @state
// CHECK-SAME: (%[[X:.*]]: f64)
// CHECK-NOT: scf.for
// CHECK: %[[ONE:.*]] = arith.sitofp
// CHECK: %[[A:.*]] = circ.mul %[[X]], %[[ONE]]
// CHECK: %[[THREE:.*]] = arith.sitofp
// CHECK: %[[B:.*]] = circ.mul %[[A]], %[[THREE]]
// CHECK: return %[[B]]
func.func @state(%x: f64) -> f64 {
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %four = arith.constant 4 : i64
  %y = scf.for %i = %one to %four step %two iter_args(%s = %x) -> (f64) : i64 {
    %f = arith.sitofp %i : i64 to f64
    %t = circ.mul %s, %f : f64
    scf.yield %t : f64
  }
  return %y : f64
}

// Many iterations stay a loop, and so do those whose number is not known.
// CHECK-LABEL: @long
// CHECK: circ.reduce sum
// CHECK: circ.reduce max
// CHECK: circ.reduce logsumexp
func.func @long(%x: tensor<?xf64>, %m: i64) -> (f64, f64, f64) {
  %n = arith.constant 100 : i64
  %two = arith.constant 2 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  %t = circ.reduce max (%i) in (%m) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  %u = circ.reduce logsumexp (%i) in (%two) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s, %t, %u : f64, f64, f64
}
