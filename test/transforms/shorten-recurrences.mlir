// RUN: circ-opt --shorten-recurrences %s | FileCheck %s

// Factors that are there early are multiplied beside the chain, and what is the same in all iterations
// stands ahead. x + c x stays: the rounding of 1 + c would be the same in all iterations.
// CHECK-LABEL: @decay
// CHECK: %[[K:.*]] = circ.extract %arg0
// CHECK: scf.for {{.*}} iter_args(%[[Y:.*]] = %arg1)
// CHECK-NEXT: %[[HK:.*]] = circ.mul %arg2, %[[K]]
// CHECK-NEXT: %[[P:.*]] = circ.mul %[[HK]], %[[Y]]
// CHECK-NEXT: %[[NEXT:.*]] = circ.add %[[P]], %[[Y]]
// CHECK-NEXT: scf.yield %[[NEXT]]
func.func @decay(%r: tensor<2xf64>, %y0: f64, %h: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %y = scf.for %i = %zero to %n step %one iter_args(%y = %y0) -> (f64) : i64 {
    %k = circ.extract %r[%one] : tensor<2xf64>
    %slope = circ.mul %k, %y : f64
    %part = circ.mul %h, %slope : f64
    %next = circ.add %y, %part : f64
    scf.yield %next : f64
  }
  return %y : f64
}

// The step of a reversed loop: entries of its Jacobian come from what was kept. A sum of
// parameter's adjoints is on no chain but its own.
// CHECK-LABEL: @adjoint
// CHECK: scf.for {{.*}} iter_args(%[[A:[^ ]*]] = %{{[^,]*}}, %[[B:[^ ]*]] = %{{[^,]*}}, %[[G:[^ ]*]] =
// CHECK: %[[X:.*]] = circ.pop
// CHECK: %[[U:.*]] = circ.mul %[[A]], %[[X]]
// CHECK: %[[RX:.*]] = circ.mul %[[X]], %arg1
// CHECK: %[[HRX:.*]] = circ.mul %[[RX]], %arg3
// CHECK: circ.mul %[[HRX]], %[[A]]
// CHECK: circ.add %[[G]], %[[U]]
// CHECK: scf.yield
func.func @adjoint(%tape: !circ.tape, %r: f64, %s: f64, %h: f64, %n: i64) -> (f64, f64, f64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %start = arith.constant 1.0 : f64
  %none = arith.constant 0.0 : f64
  %g:3 = scf.for %i = %zero to %n step %one
      iter_args(%a = %start, %b = %none, %sum = %none) -> (f64, f64, f64) : i64 {
    %x = circ.pop %tape : f64
    %u = circ.mul %a, %x : f64
    %v = circ.mul %u, %r : f64
    %w = circ.mul %b, %s : f64
    %c = circ.add %v, %w : f64
    %d = circ.mul %h, %c : f64
    %e = circ.neg %d : f64
    %nextA = circ.add %a, %d : f64
    %nextB = circ.add %b, %e : f64
    %next = circ.add %sum, %u : f64
    scf.yield %nextA, %nextB, %next : f64, f64, f64
  }
  return %g#0, %g#1, %g#2 : f64, f64, f64
}

// A sum waits for one addition already.
// CHECK-LABEL: @sum
// CHECK: %[[P:.*]] = circ.mul %[[X:.*]], %[[X]]
// CHECK-NEXT: %[[Q:.*]] = circ.mul %[[P]], %arg1
// CHECK-NEXT: %[[NEXT:.*]] = circ.add %{{.*}}, %[[Q]]
// CHECK-NEXT: scf.yield %[[NEXT]]
func.func @sum(%x: tensor<?xf64>, %c: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %start = arith.constant 0.0 : f64
  %s = scf.for %i = %zero to %n step %one iter_args(%s = %start) -> (f64) : i64 {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %p = circ.mul %e, %e : f64
    %q = circ.mul %p, %c : f64
    %next = circ.add %s, %q : f64
    scf.yield %next : f64
  }
  return %s : f64
}

// An element that need not exist is read where the loop reads it.
// CHECK-LABEL: @unsafe
// CHECK: scf.for
// CHECK-NEXT: circ.extract
func.func @unsafe(%r: tensor<?xf64>, %y0: f64, %h: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %y = scf.for %i = %zero to %n step %one iter_args(%y = %y0) -> (f64) : i64 {
    %k = circ.extract %r[%zero] : tensor<?xf64>
    %slope = circ.mul %k, %y : f64
    %part = circ.mul %h, %slope : f64
    %next = circ.add %y, %part : f64
    scf.yield %next : f64
  }
  return %y : f64
}

// Of late factors a sum stays a sum: x (1 - x) near 1. The early one goes to the other.
// CHECK-LABEL: @logistic
// CHECK: scf.for {{.*}} iter_args(%[[Y:.*]] = %arg1)
// CHECK: %[[REST:.*]] = circ.sub %{{.*}}, %[[Y]]
// CHECK: %[[RY:.*]] = circ.mul %arg0, %[[Y]]
// CHECK: circ.mul %[[RY]], %[[REST]]
func.func @logistic(%r: f64, %y0: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %unit = arith.constant 1.0 : f64
  %y = scf.for %i = %zero to %n step %one iter_args(%y = %y0) -> (f64) : i64 {
    %rest = circ.sub %unit, %y : f64
    %p = circ.mul %y, %rest : f64
    %q = circ.mul %r, %p : f64
    scf.yield %q : f64
  }
  return %y : f64
}

// A loop inside takes longer than what could be saved.
// CHECK-LABEL: @nested
// CHECK: %[[P:.*]] = circ.mul %arg2, %{{.*}}
// CHECK-NEXT: circ.add %{{.*}}, %[[P]]
func.func @nested(%r: f64, %y0: f64, %h: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %y = scf.for %i = %zero to %n step %one iter_args(%y = %y0) -> (f64) : i64 {
    %slope = scf.for %j = %zero to %n step %one iter_args(%z = %y) -> (f64) : i64 {
      %root = circ.sqrt %z : f64
      scf.yield %root : f64
    }
    %scaled = circ.mul %r, %slope : f64
    %part = circ.mul %h, %scaled : f64
    %next = circ.add %y, %part : f64
    scf.yield %next : f64
  }
  return %y : f64
}

// A branch is waited for, and what is made in it stays as it is.
// CHECK-LABEL: @branch
// CHECK: scf.for {{.*}} iter_args(%[[Y:.*]] = %arg1)
// CHECK: %[[SLOPE:.*]] = scf.if
// CHECK: circ.mul %arg0, %[[Y]]
// CHECK: %[[R2:.*]] = circ.mul %arg0, %arg0
// CHECK: %[[R3:.*]] = circ.mul %arg0, %[[R2]]
// CHECK: %[[HR3:.*]] = circ.mul %arg2, %[[R3]]
// CHECK: %[[P:.*]] = circ.mul %[[HR3]], %[[SLOPE]]
// CHECK: circ.add %[[P]], %[[Y]]
func.func @branch(%r: f64, %y0: f64, %h: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %unit = arith.constant 1.0 : f64
  %y = scf.for %i = %zero to %n step %one iter_args(%y = %y0) -> (f64) : i64 {
    %high = arith.cmpf ogt, %y, %unit : f64
    %slope = scf.if %high -> (f64) {
      %p = circ.mul %r, %y : f64
      scf.yield %p : f64
    } else {
      scf.yield %unit : f64
    }
    %scaled = circ.mul %r, %slope : f64
    %twice = circ.mul %r, %scaled : f64
    %again = circ.mul %r, %twice : f64
    %part = circ.mul %h, %again : f64
    %next = circ.add %y, %part : f64
    scf.yield %next : f64
  }
  return %y : f64
}

// What measures its rounding keeps the order: c = ((s + y) - s) - y.
// CHECK-LABEL: @compensated
// CHECK: %[[Y:.*]] = circ.sub %{{.*}}, %{{.*}}
// CHECK: %[[T:.*]] = circ.add %[[S:.*]], %[[Y]]
// CHECK: %[[HIGH:.*]] = circ.sub %[[T]], %[[S]]
// CHECK: %[[C:.*]] = circ.sub %[[HIGH]], %[[Y]]
// CHECK: scf.yield %[[T]], %[[C]]
func.func @compensated(%x: tensor<?xf64>, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %none = arith.constant 0.0 : f64
  %r:2 = scf.for %i = %zero to %n step %one iter_args(%s = %none, %c = %none) -> (f64, f64) : i64 {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %y = circ.sub %e, %c : f64
    %t = circ.add %s, %y : f64
    %high = circ.sub %t, %s : f64
    %lost = circ.sub %high, %y : f64
    scf.yield %t, %lost : f64, f64
  }
  return %r#0 : f64
}
