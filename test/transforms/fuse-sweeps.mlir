// RUN: circ-opt --fuse-sweeps %s | FileCheck %s

// The sum moves into the loop of the adjoints, where the inner sum is computed
// once; what uses it comes after.
// CHECK-LABEL: @fused
// CHECK-NOT: circ.reduce
// CHECK: %[[LOOP:.*]]:2 = scf.for {{.*}} iter_args({{.*}}, %[[TOTAL:.*]] = %{{.*}}) -> (tensor<?xf64>, f64)
// CHECK: %[[INNER:.*]] = circ.reduce sum
// CHECK-NOT: circ.reduce
// CHECK: circ.accumulate
// CHECK: circ.add %[[TOTAL]], %[[INNER]]
// CHECK: circ.independent
// CHECK: circ.mul %[[LOOP]]#1
func.func @fused(%x: tensor<?xf64>, %start: tensor<?xf64>, %n: i64, %a: f64) -> (f64, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%i) {
      %e = circ.extract %x[%j] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  %value = circ.mul %s, %a : f64
  %g = scf.for %i = %zero to %n step %one iter_args(%d = %start) -> (tensor<?xf64>) : i64 {
    %t = circ.reduce sum (%j) in (%i) {
      %e = circ.extract %x[%j] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    %next = circ.accumulate %t into %d[%i] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  return %value, %g : f64, tensor<?xf64>
}

// A logsumexp and the parts of it that its gradient needs are one.
// CHECK-LABEL: @logsumexp
// CHECK-NOT: circ.reduce
// CHECK: scf.for
// CHECK: circ.exp_sum
// CHECK-NOT: circ.exp_sum
// CHECK: return
func.func @logsumexp(%x: tensor<?x?xf64>, %start: tensor<?xf64>, %n: i64, %k: i64) -> (f64, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce logsumexp (%j) in (%k) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  %g = scf.for %i = %zero to %n step %one iter_args(%d = %start) -> (tensor<?xf64>) : i64 {
    %m, %t = circ.exp_sum (%j) in (%k) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      circ.yield %e : f64
    } : f64
    %next = circ.accumulate %t into %d[%i] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  return %s, %g : f64, tensor<?xf64>
}

// Nothing in common, nothing gained.
// CHECK-LABEL: @apart
// CHECK: circ.reduce sum
// CHECK: -> (tensor<?xf64>)
func.func @apart(%x: tensor<?xf64>, %start: tensor<?xf64>, %n: i64) -> (f64, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  %g = scf.for %i = %zero to %n step %one iter_args(%d = %start) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %next = circ.accumulate %e into %d[%i] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  return %s, %g : f64, tensor<?xf64>
}

// An error of the sum must not come after one of a check that follows it.
// CHECK-LABEL: @order
// CHECK: circ.reduce sum
// CHECK: circ.check assert
// CHECK: scf.for
func.func @order(%x: tensor<?xf64>, %start: tensor<?xf64>, %n: i64, %holds: i1) -> (f64, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %size = circ.dim %x, 0 : tensor<?xf64>
  %s = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%i) {
      circ.check_index %j, %size dimension 0 of "x"
      %e = circ.extract %x[%j] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  circ.check assert %holds, "it holds"
  %g = scf.for %i = %zero to %n step %one iter_args(%d = %start) -> (tensor<?xf64>) : i64 {
    %t = circ.reduce sum (%j) in (%i) {
      circ.check_index %j, %size dimension 0 of "x"
      %e = circ.extract %x[%j] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    %next = circ.accumulate %t into %d[%i] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  return %s, %g : f64, tensor<?xf64>
}

// Loops that share no inner loop stay as they were, also where two of the sum's ops are equal.
// CHECK-LABEL: @nothing_to_gain
// CHECK: scf.for
// CHECK-NEXT: %[[A:.*]] = circ.floor_mod
// CHECK-NEXT: %[[X:.*]] = circ.extract %{{.*}}[%[[A]]]
// CHECK-NEXT: %[[B:.*]] = circ.floor_mod
// CHECK-NEXT: circ.accumulate %[[X]] into %{{.*}}[%[[B]]]
func.func @nothing_to_gain(%x: tensor<?xf64>, %g: tensor<?xf64>, %n: i64) -> (f64, tensor<?xf64>) {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c3 = arith.constant 3 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %a = circ.floor_mod %i, %c3
    %b = circ.floor_mod %i, %c3
    %y = circ.extract %x[%a] : tensor<?xf64>
    %z = circ.extract %x[%b] : tensor<?xf64>
    %p = circ.mul %y, %z : f64
    circ.yield %p : f64
  } : f64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%h = %g) -> (tensor<?xf64>) : i64 {
    %a = circ.floor_mod %i, %c3
    %y = circ.extract %x[%a] : tensor<?xf64>
    %b = circ.floor_mod %i, %c3
    %next = circ.accumulate %y into %h[%b] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  return %s, %r : f64, tensor<?xf64>
}
