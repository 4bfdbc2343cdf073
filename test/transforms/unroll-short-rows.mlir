// RUN: circ-opt --unroll-short-rows %s | FileCheck %s
// RUN: circ-opt --unroll-short-rows=bits=256 %s | FileCheck --check-prefix=NARROW %s
// RUN: circ-opt --unroll-short-rows --vectorize-elementwise --merge-equal-ops %s | FileCheck --check-prefix=LANES %s

// Both loops go through a row of %x: up to sixteen elements stay in two registers.
// CHECK-LABEL: @rows
// CHECK: %[[MOST:.*]] = arith.constant 16 : i64
// CHECK: %[[SHORT:.*]] = arith.cmpi sle, %arg2, %[[MOST]]
// CHECK: %[[R:.*]] = scf.if %[[SHORT]]
// CHECK:   scf.for %{{.*}} to %arg3
// CHECK-COUNT-2: {circ.elementwise, circ.registers = 2 : i64}
// CHECK: } else {
// CHECK:   scf.for %{{.*}} to %arg3
// CHECK-COUNT-2: {circ.elementwise}
// CHECK: return %[[R]]

// NARROW-LABEL: @rows
// NARROW-NOT: circ.registers
// NARROW: return

// What both read is read once, and there is no loop left inside.
// LANES-LABEL: @rows
// LANES: scf.if
// LANES: scf.for
// LANES-COUNT-4: circ.gather %{{.*}} mask %
// LANES-NOT: scf.for
// LANES-NOT: circ.gather
// LANES: } else {
func.func @rows(%x: tensor<?x?xf64>, %y: tensor<?x?xf64>, %n: i64, %m: i64, %g: tensor<?x?xf64>) -> tensor<?x?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %none = arith.constant 0.0 : f64
  %r = scf.for %i = %zero to %m step %one iter_args(%a = %g) -> (tensor<?x?xf64>) : i64 {
    %s = scf.for %j = %zero to %n step %one iter_args(%sum = %none) -> (f64) : i64 {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %f = circ.extract %y[%i, %j] : tensor<?x?xf64>
      %p = circ.mul %e, %f : f64
      %t = circ.add %sum, %p : f64
      scf.yield %t : f64
    } {circ.elementwise}
    %h = scf.for %j = %zero to %n step %one iter_args(%b = %a) -> (tensor<?x?xf64>) : i64 {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %p = circ.mul %e, %s : f64
      %c = circ.accumulate %p into %b[%i, %j] : tensor<?x?xf64>
      scf.yield %c : tensor<?x?xf64>
    } {circ.elementwise}
    scf.yield %h : tensor<?x?xf64>
  }
  return %r : tensor<?x?xf64>
}

// Not where the loops read nothing in common, one of them changes what the other reads, or
// the number of elements differs or is known.
// CHECK-LABEL: @others
// CHECK-NOT: scf.if
// CHECK: return
func.func @others(%x: tensor<?x?xf64>, %y: tensor<?x?xf64>, %n: i64, %m: i64, %g: tensor<?x?xf64>) -> (tensor<?x?xf64>, tensor<?x?xf64>, f64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %ten = arith.constant 10 : i64
  %none = arith.constant 0.0 : f64
  %apart = scf.for %i = %zero to %m step %one iter_args(%a = %g) -> (tensor<?x?xf64>) : i64 {
    %s = scf.for %j = %zero to %n step %one iter_args(%sum = %none) -> (f64) : i64 {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %t = circ.add %sum, %e : f64
      scf.yield %t : f64
    } {circ.elementwise}
    %h = scf.for %j = %zero to %n step %one iter_args(%b = %a) -> (tensor<?x?xf64>) : i64 {
      %e = circ.extract %y[%i, %j] : tensor<?x?xf64>
      %p = circ.mul %e, %s : f64
      %c = circ.accumulate %p into %b[%i, %j] : tensor<?x?xf64>
      scf.yield %c : tensor<?x?xf64>
    } {circ.elementwise}
    scf.yield %h : tensor<?x?xf64>
  }
  %changed = scf.for %i = %zero to %m step %one iter_args(%a = %g) -> (tensor<?x?xf64>) : i64 {
    %h = scf.for %j = %zero to %n step %one iter_args(%b = %a) -> (tensor<?x?xf64>) : i64 {
      %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
      %c = circ.accumulate %e into %b[%i, %j] : tensor<?x?xf64>
      scf.yield %c : tensor<?x?xf64>
    } {circ.elementwise}
    %k = scf.for %j = %zero to %n step %one iter_args(%b = %h) -> (tensor<?x?xf64>) : i64 {
      %e = circ.extract %h[%i, %j] : tensor<?x?xf64>
      %c = circ.accumulate %e into %b[%i, %j] : tensor<?x?xf64>
      scf.yield %c : tensor<?x?xf64>
    } {circ.elementwise}
    scf.yield %k : tensor<?x?xf64>
  }
  %known = scf.for %i = %zero to %m step %one iter_args(%all = %none) -> (f64) : i64 {
    %s = scf.for %j = %zero to %ten step %one iter_args(%sum = %none) -> (f64) : i64 {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %t = circ.add %sum, %e : f64
      scf.yield %t : f64
    } {circ.elementwise}
    %u = scf.for %j = %zero to %ten step %one iter_args(%sum = %none) -> (f64) : i64 {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %p = circ.mul %e, %s : f64
      %t = circ.add %sum, %p : f64
      scf.yield %t : f64
    } {circ.elementwise}
    %both = circ.add %s, %u : f64
    %next = circ.add %all, %both : f64
    scf.yield %next : f64
  }
  return %apart, %changed, %known : tensor<?x?xf64>, tensor<?x?xf64>, f64
}
