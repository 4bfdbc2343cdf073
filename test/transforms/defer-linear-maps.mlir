// RUN: circ-opt --defer-linear-maps %s | FileCheck %s

// The adjoint of an array of an iteration goes through %q, which all iterations share, and
// then to %g: the sums of what goes in are mapped after the loop, if it had iterations.
// CHECK-LABEL: @local
// CHECK-SAME: %[[X:.*]]: tensor<?x?xf64>, %[[Q:.*]]: tensor<?x?xf64>, %[[G:.*]]: tensor<?xf64>, %[[N:.*]]: i64, %[[D:.*]]: i64
// CHECK: %[[SIZE:.*]] = arith.maxsi %[[D]]
// CHECK: %[[ZEROS:.*]] = circ.splat %{{.*}} sizes(%[[SIZE]])
// CHECK: %[[SUMS:.*]] = scf.for %{{.*}} = %{{.*}} to %[[N]] {{.*}} iter_args(%{{.*}} = %[[ZEROS]])
// CHECK-NOT: circ.splat
// CHECK: scf.for %[[R:.*]] = %{{.*}} to %[[D]] {{.*}} iter_args(%[[SO_FAR:.*]] =
// CHECK: %[[V:.*]] = circ.exp
// CHECK-NEXT: %[[NEXT:.*]] = circ.accumulate %[[V]] into %[[SO_FAR]][%[[R]]]
// CHECK-NEXT: scf.yield %[[NEXT]]
// CHECK: } {circ.independent}
// CHECK: %[[ANY:.*]] = arith.cmpi sgt, %[[N]]
// CHECK: %[[RESULT:.*]] = scf.if %[[ANY]]
// CHECK: circ.splat
// CHECK: scf.for %[[R2:.*]] = %{{.*}} to %[[D]]
// CHECK: %[[SUM:.*]] = circ.extract %[[SUMS]][%[[R2]]]
// CHECK: scf.for %[[J:.*]] = %{{.*}} to %[[R2]]
// CHECK: circ.extract %[[Q]][%[[R2]], %[[J]]]
// CHECK: circ.mul %[[SUM]]
// CHECK: circ.accumulate
// CHECK: circ.neg
// CHECK: circ.accumulate
// CHECK: else
// CHECK-NEXT: scf.yield %[[G]]
// CHECK: return %[[RESULT]]
func.func @local(%x: tensor<?x?xf64>, %q: tensor<?x?xf64>, %g: tensor<?xf64>, %n: i64, %d: i64) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %nothing = arith.constant 0.0 : f64
  %r = scf.for %i = %zero to %n step %one iter_args(%g0 = %g) -> (tensor<?xf64>) : i64 {
    %own = circ.splat %nothing sizes(%d) : tensor<?xf64>
    %sum = scf.for %r = %zero to %d step %one iter_args(%y = %own) -> (tensor<?xf64>) : i64 {
      %e = circ.extract %x[%i, %r] : tensor<?x?xf64>
      %v = circ.exp %e : f64
      %y1 = scf.for %j = %zero to %r step %one iter_args(%y2 = %y) -> (tensor<?xf64>) : i64 {
        %c = circ.extract %q[%r, %j] : tensor<?x?xf64>
        %p = circ.mul %v, %c : f64
        %y3 = circ.accumulate %p into %y2[%j] : tensor<?xf64>
        scf.yield %y3 : tensor<?xf64>
      } {circ.independent}
      scf.yield %y1 : tensor<?xf64>
    } {circ.independent}
    %g3 = scf.for %j = %zero to %d step %one iter_args(%g1 = %g0) -> (tensor<?xf64>) : i64 {
      %s = circ.extract %sum[%j] : tensor<?xf64>
      %m = circ.neg %s : f64
      %g2 = circ.accumulate %m into %g1[%j] : tensor<?xf64>
      scf.yield %g2 : tensor<?xf64>
    } {circ.independent}
    scf.yield %g3 : tensor<?xf64>
  } {circ.independent}
  return %r : tensor<?xf64>
}

// A number of the iteration goes to all elements of an array. What else is added stays.
// CHECK-LABEL: @direct
// CHECK: %[[LOOP:.*]]:2 = scf.for %[[I:.*]] = {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[S:.*]] = %{{.*}}) -> (tensor<?xf64>, tensor<1xf64>)
// CHECK-NEXT: %[[E:.*]] = circ.extract
// CHECK-NEXT: %[[S1:.*]] = circ.accumulate %[[E]] into %[[S]][%{{.*}}]
// CHECK-NEXT: %[[A1:.*]] = circ.accumulate %[[E]] into %[[A]][%[[I]]]
// CHECK-NEXT: scf.yield %[[A1]], %[[S1]]
// CHECK: scf.if
// CHECK: circ.extract %[[LOOP]]#1
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[LOOP]]#0)
// CHECK: circ.mul
// CHECK: circ.accumulate
func.func @direct(%x: tensor<?xf64>, %q: tensor<?xf64>, %g: tensor<?xf64>, %n: i64, %d: i64) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%g0 = %g) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %g3 = scf.for %j = %zero to %d step %one iter_args(%g1 = %g0) -> (tensor<?xf64>) : i64 {
      %c = circ.extract %q[%j] : tensor<?xf64>
      %p = circ.mul %c, %e : f64
      %g2 = circ.accumulate %p into %g1[%j] : tensor<?xf64>
      scf.yield %g2 : tensor<?xf64>
    } {circ.independent}
    %g4 = circ.accumulate %e into %g3[%i] : tensor<?xf64>
    scf.yield %g4 : tensor<?xf64>
  } {circ.independent}
  return %r : tensor<?xf64>
}

// Factors that differ between iterations, or that treat a zero apart.
// CHECK-LABEL: @factors
// CHECK-NOT: scf.if
// CHECK: return
func.func @factors(%x: tensor<?x?xf64>, %q: tensor<?xf64>, %g: tensor<?xf64>, %n: i64, %d: i64) -> (tensor<?xf64>, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %differ = scf.for %i = %zero to %n step %one iter_args(%g0 = %g) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %x[%i, %zero] : tensor<?x?xf64>
    %g3 = scf.for %j = %zero to %d step %one iter_args(%g1 = %g0) -> (tensor<?xf64>) : i64 {
      %c = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %p = circ.mul %c, %e : f64
      %g2 = circ.accumulate %p into %g1[%j] : tensor<?xf64>
      scf.yield %g2 : tensor<?xf64>
    } {circ.independent}
    scf.yield %g3 : tensor<?xf64>
  } {circ.independent}
  %apart = scf.for %i = %zero to %n step %one iter_args(%g0 = %g) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %x[%i, %zero] : tensor<?x?xf64>
    %g3 = scf.for %j = %zero to %d step %one iter_args(%g1 = %g0) -> (tensor<?xf64>) : i64 {
      %c = circ.extract %q[%j] : tensor<?xf64>
      %p = circ.scaled %e, %c : f64
      %g2 = circ.accumulate %p into %g1[%j] : tensor<?xf64>
      scf.yield %g2 : tensor<?xf64>
    } {circ.independent}
    scf.yield %g3 : tensor<?xf64>
  } {circ.independent}
  return %differ, %apart : tensor<?xf64>, tensor<?xf64>
}

// Where the iteration reads the sum for something else, or what it adds to, where places
// differ between iterations, where as much goes in as comes out, and where there are few
// iterations.
// CHECK-LABEL: @others
// CHECK-NOT: scf.if
// CHECK: return
func.func @others(%x: tensor<?x?xf64>, %q: tensor<?xf64>, %g: tensor<?xf64>, %n: i64, %d: i64) -> (tensor<?xf64>, f64, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %few = arith.constant 3 : i64
  %nothing = arith.constant 0.0 : f64
  %read:2 = scf.for %i = %zero to %n step %one iter_args(%g0 = %g, %t0 = %nothing) -> (tensor<?xf64>, f64) : i64 {
    %own = circ.splat %nothing sizes(%d) : tensor<?xf64>
    %e = circ.extract %x[%i, %zero] : tensor<?x?xf64>
    %sum = scf.for %j = %zero to %d step %one iter_args(%y = %own) -> (tensor<?xf64>) : i64 {
      %c = circ.extract %q[%j] : tensor<?xf64>
      %p = circ.mul %e, %c : f64
      %y1 = circ.accumulate %p into %y[%j] : tensor<?xf64>
      scf.yield %y1 : tensor<?xf64>
    } {circ.independent}
    %s = circ.extract %sum[%one] : tensor<?xf64>
    %g1 = circ.accumulate %s into %g0[%one] : tensor<?xf64>
    %t = circ.exp %s : f64
    %t1 = circ.add %t0, %t : f64
    scf.yield %g1, %t1 : tensor<?xf64>, f64
  } {circ.independent}
  %changed = scf.for %i = %zero to %n step %one iter_args(%g0 = %g) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %g0[%one] : tensor<?xf64>
    %g3 = scf.for %j = %zero to %d step %one iter_args(%g1 = %g0) -> (tensor<?xf64>) : i64 {
      %c = circ.extract %q[%j] : tensor<?xf64>
      %p = circ.mul %c, %e : f64
      %g2 = circ.accumulate %p into %g1[%j] : tensor<?xf64>
      scf.yield %g2 : tensor<?xf64>
    } {circ.independent}
    scf.yield %g3 : tensor<?xf64>
  } {circ.independent}
  %places = scf.for %i = %zero to %n step %one iter_args(%g0 = %g) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %x[%i, %zero] : tensor<?x?xf64>
    %g3 = scf.for %j = %zero to %d step %one iter_args(%g1 = %g0) -> (tensor<?xf64>) : i64 {
      %c = circ.extract %q[%j] : tensor<?xf64>
      %p = circ.mul %c, %e : f64
      %g2 = circ.accumulate %p into %g1[%i] : tensor<?xf64>
      scf.yield %g2 : tensor<?xf64>
    } {circ.independent}
    scf.yield %g3 : tensor<?xf64>
  } {circ.independent}
  %same = scf.for %i = %zero to %n step %one iter_args(%g0 = %g) -> (tensor<?xf64>) : i64 {
    %g3 = scf.for %j = %zero to %d step %one iter_args(%g1 = %g0) -> (tensor<?xf64>) : i64 {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %c = circ.extract %q[%j] : tensor<?xf64>
      %p = circ.mul %c, %e : f64
      %g2 = circ.accumulate %p into %g1[%j] : tensor<?xf64>
      scf.yield %g2 : tensor<?xf64>
    } {circ.independent}
    scf.yield %g3 : tensor<?xf64>
  } {circ.independent}
  %three = scf.for %i = %zero to %few step %one iter_args(%g0 = %g) -> (tensor<?xf64>) : i64 {
    %e = circ.extract %x[%i, %zero] : tensor<?x?xf64>
    %g3 = scf.for %j = %zero to %d step %one iter_args(%g1 = %g0) -> (tensor<?xf64>) : i64 {
      %c = circ.extract %q[%j] : tensor<?xf64>
      %p = circ.mul %c, %e : f64
      %g2 = circ.accumulate %p into %g1[%j] : tensor<?xf64>
      scf.yield %g2 : tensor<?xf64>
    } {circ.independent}
    scf.yield %g3 : tensor<?xf64>
  } {circ.independent}
  return %read#0, %read#1, %changed, %places, %same, %three : tensor<?xf64>, f64, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}
