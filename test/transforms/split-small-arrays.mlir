// RUN: circ-opt --split-small-arrays %s | FileCheck %s

// An element written, read again.
// CHECK-LABEL: @update
// CHECK-SAME: (%[[X:.*]]: f64, %[[Y:.*]]: f64)
// CHECK-NOT: tensor
// CHECK: %[[S:.*]] = circ.add %[[X]], %[[Y]]
// CHECK: %[[T:.*]] = circ.add %[[X]], %[[S]]
// CHECK: return %[[T]], %[[Y]]
func.func @update(%x: f64, %y: f64) -> (f64, f64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %a = circ.from_elements %x, %x : tensor<2xf64>
  %b = circ.insert %y into %a[%zero] : tensor<2xf64>
  %c = circ.accumulate %y into %b[%one] : tensor<2xf64>
  %p = circ.extract %c[%zero] : tensor<2xf64>
  %q = circ.extract %c[%one] : tensor<2xf64>
  %d = circ.from_elements %q, %x : tensor<2xf64>
  %e = circ.from_elements %x, %p : tensor<2xf64>
  %f = circ.add_arrays %e, %d : tensor<2xf64>
  %r = circ.extract %f[%zero] : tensor<2xf64>
  return %r, %p : f64, f64
}

// What is added to the zeros that an adjoint starts from is not added.
// CHECK-LABEL: @adjoint
// CHECK-SAME: (%[[X:.*]]: f64)
// CHECK-NOT: circ.add
// CHECK: return %[[X]]
func.func @adjoint(%x: f64) -> f64 {
  %zero = arith.constant 0 : i64
  %none = arith.constant 0.0 : f64
  %a = circ.splat %none sizes() : tensor<3xf64>
  %b = circ.accumulate %x into %a[%zero] : tensor<3xf64>
  %p = circ.extract %b[%zero] : tensor<3xf64>
  return %p : f64
}

// A branch gives elements; of an array that is not split they are read.
// CHECK-LABEL: @branch
// CHECK-SAME: (%[[C:.*]]: i1, %[[X:.*]]: f64, %[[A:.*]]: tensor<2xf64>)
// CHECK: %[[R:.*]]:2 = scf.if %[[C]] -> (f64, f64)
// CHECK: scf.yield %[[X]], %[[X]]
// CHECK: else
// CHECK: %[[P:.*]] = circ.extract %[[A]]
// CHECK: %[[Q:.*]] = circ.extract %[[A]]
// CHECK: scf.yield %[[P]], %[[Q]]
// CHECK: return %[[R]]#1
func.func @branch(%c: i1, %x: f64, %a: tensor<2xf64>) -> f64 {
  %one = arith.constant 1 : i64
  %r = scf.if %c -> tensor<2xf64> {
    %b = circ.from_elements %x, %x : tensor<2xf64>
    scf.yield %b : tensor<2xf64>
  } else {
    scf.yield %a : tensor<2xf64>
  }
  %e = circ.extract %r[%one] : tensor<2xf64>
  return %e : f64
}

// CHECK-LABEL: @choice
// CHECK: arith.select %{{.*}} : f64
// CHECK-NOT: tensor<2xf64>
// CHECK: return
func.func @choice(%c: i1, %x: f64, %y: f64) -> f64 {
  %zero = arith.constant 0 : i64
  %a = circ.from_elements %x, %y : tensor<2xf64>
  %b = circ.from_elements %y, %x : tensor<2xf64>
  %r = arith.select %c, %a, %b : tensor<2xf64>
  %e = circ.extract %r[%zero] : tensor<2xf64>
  return %e : f64
}

// At a place that is not known, and outside the array, memory is needed.
// CHECK-LABEL: @unknown
// CHECK: circ.insert
// CHECK: circ.insert
func.func @unknown(%x: f64, %i: i64) -> tensor<2xf64> {
  %outside = arith.constant 2 : i64
  %a = circ.from_elements %x, %x : tensor<2xf64>
  %b = circ.insert %x into %a[%i] : tensor<2xf64>
  %c = circ.insert %x into %b[%outside] : tensor<2xf64>
  return %c : tensor<2xf64>
}

// A loop carries elements in place of an array that iterations make of elements, and so do
// loops around it.
// CHECK-LABEL: @loop
// CHECK: %[[OUTER:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %arg1, %{{.*}} = %arg2) -> (f64, f64)
// CHECK: %[[INNER:.*]]:2 = scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}) -> (f64, f64)
// CHECK: %[[S:.*]] = circ.add %[[A]], %[[B]]
// CHECK: scf.yield %[[B]], %[[S]]
// CHECK: scf.yield %[[INNER]]#0, %[[INNER]]#1
// CHECK: return %[[OUTER]]#1
func.func @loop(%n: i64, %x: f64, %y: f64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %start = circ.from_elements %x, %y : tensor<2xf64>
  %end = scf.for %i = %zero to %n step %one iter_args(%c = %start) -> (tensor<2xf64>) : i64 {
    %next = scf.for %j = %zero to %n step %one iter_args(%d = %c) -> (tensor<2xf64>) : i64 {
      %a = circ.extract %d[%zero] : tensor<2xf64>
      %b = circ.extract %d[%one] : tensor<2xf64>
      %s = circ.add %a, %b : f64
      %e = circ.from_elements %b, %s : tensor<2xf64>
      scf.yield %e : tensor<2xf64>
    }
    scf.yield %next : tensor<2xf64>
  }
  %r = circ.extract %end[%one] : tensor<2xf64>
  return %r : f64
}

// An array stays where an element is looked for at a place that is not known, and where
// iterations only add to it.
// CHECK-LABEL: @search
// CHECK: scf.for {{.*}} -> (tensor<2xf64>)
// CHECK: scf.for {{.*}} -> (tensor<2xf64>)
func.func @search(%n: i64, %start: tensor<2xf64>) -> (tensor<2xf64>, tensor<2xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %end = scf.for %i = %zero to %n step %one iter_args(%c = %start) -> (tensor<2xf64>) : i64 {
    %a = circ.extract %c[%i] : tensor<2xf64>
    %e = circ.from_elements %a, %a : tensor<2xf64>
    scf.yield %e : tensor<2xf64>
  }
  %sum = scf.for %i = %zero to %n step %one iter_args(%c = %start) -> (tensor<2xf64>) : i64 {
    %a = circ.extract %end[%zero] : tensor<2xf64>
    %e = circ.from_elements %a, %a : tensor<2xf64>
    %d = circ.add_arrays %c, %e : tensor<2xf64>
    scf.yield %d : tensor<2xf64>
  } {circ.independent}
  return %end, %sum : tensor<2xf64>, tensor<2xf64>
}
