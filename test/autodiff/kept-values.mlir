// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// What is cheap to compute from what is kept is computed again, an exp too: only
// the loop-carried value is kept.
// CHECK-LABEL: @again.grad
// CHECK: circ.push %[[T:.*]] onto %[[TAPE:.*]] : f64
// CHECK-NOT: circ.push
// CHECK: scf.yield
// CHECK: scf.for
// CHECK: %[[KEPT:.*]] = circ.pop %[[TAPE]] : f64
// CHECK-NOT: circ.pop
// CHECK: circ.exp
// CHECK: return
func.func @again(%x: f64, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %y = scf.for %i = %zero to %n step %one iter_args(%t = %x) -> (f64) : i64 {
    %a = circ.mul %t, %t : f64
    %e = circ.exp %a : f64
    %b = circ.mul %e, %t : f64
    %c = circ.mul %b, %e : f64
    scf.yield %c : f64
  }
  return %y : f64
}

// What is dear is kept, and what it was made of is not needed.
// CHECK-LABEL: @dear.grad
// CHECK: %[[G:.*]] = circ.lgamma
// CHECK-DAG: circ.push %{{.*}} onto %[[TAPE:.*]] : f64
// CHECK-DAG: circ.push %[[G]] onto %[[TAPE]] : f64
// CHECK-NOT: circ.push
// CHECK: scf.yield
// CHECK: scf.for
// CHECK-NOT: circ.lgamma
// CHECK: return
func.func @dear(%x: f64, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %y = scf.for %i = %zero to %n step %one iter_args(%t = %x) -> (f64) : i64 {
    %g = circ.lgamma %t : f64
    %c = circ.mul %g, %g : f64
    scf.yield %c : f64
  }
  return %y : f64
}

// Sums are linear: of the array nothing is kept but the number that the gates
// behind its sum need; sin and square come from it.
// CHECK-LABEL: @narrow.grad
// CHECK: %[[S:.*]] = circ.reduce sum
// CHECK: circ.push %[[S]] onto %{{.*}} : f64
// CHECK-NOT: circ.push
// CHECK: scf.yield
// CHECK: return
func.func @narrow(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.gradient} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %y = scf.for %i = %zero to %n step %one iter_args(%t = %x) -> (tensor<?xf64>) : i64 {
    %d = circ.dim %t, 0 : tensor<?xf64>
    %s = circ.reduce sum (%j) in (%d) {
      %e = circ.extract %t[%j] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    %u = circ.sin %s : f64
    %v = circ.mul %u, %s : f64
    %next = circ.map (%j) in (%d) {
      %e = circ.extract %t[%j] : tensor<?xf64>
      %w = circ.add %e, %v : f64
      circ.yield %w : f64
    } : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  }
  %d = circ.dim %y, 0 : tensor<?xf64>
  %r = circ.reduce sum (%j) in (%d) {
    %e = circ.extract %y[%j] : tensor<?xf64>
    %q = circ.mul %e, %e : f64
    circ.yield %q : f64
  } : f64
  return %r : f64
}
