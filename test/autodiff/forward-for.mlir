// RUN: circ-opt --forward-tangents --canonicalize --cse %s | FileCheck %s

// The loop carries the tangents of what is active, and nothing for the counter of
// iterations or the value that does not depend on x.
// CHECK-LABEL: @carried.jvp
// CHECK-SAME: (%[[X:.*]]: f64, %[[N:.*]]: i64, %[[DX:.*]]: f64)
func.func @carried(%x: f64, %n: i64) -> f64 attributes {circ.tangent} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %start = arith.constant 1.0 : f64
  // CHECK: %[[LOOP:.*]]:3 = scf.for {{.*}} iter_args(%[[P:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}}, %[[DP:.*]] = %{{.*}}) -> (f64, f64, f64)
  // CHECK: circ.independent
  %r:2 = scf.for %i = %zero to %n step %one iter_args(%p = %start, %c = %start) -> (f64, f64) : i64 {
    %d = circ.sin %c : f64
    %m = circ.mul %p, %x : f64
    %q = circ.add %m, %d : f64
    scf.yield %q, %d : f64, f64
  } {circ.independent}
  // CHECK: return %[[LOOP]]#0, %[[LOOP]]#2
  return %r#0 : f64
}

// A result that does not depend on the carried value.
// CHECK-LABEL: @late.jvp
func.func @late(%x: f64, %n: i64) -> f64 attributes {circ.tangent} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %start = arith.constant 1.0 : f64
  // CHECK: scf.for {{.*}} -> (f64, f64)
  %r = scf.for %i = %zero to %n step %one iter_args(%p = %start) -> (f64) : i64 {
    %q = circ.exp %x : f64
    scf.yield %q : f64
  }
  return %r : f64
}
