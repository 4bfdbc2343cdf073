// RUN: circ-opt --remove-tapes %s | FileCheck %s

// What is pushed last is popped first.
// CHECK-LABEL: @straight
// CHECK-SAME: (%[[X:.*]]: f64, %[[Y:.*]]: f64)
// CHECK-NOT: tape
// CHECK: return %[[Y]], %[[X]]
func.func @straight(%x: f64, %y: f64) -> (f64, f64) {
  %t = circ.tape_new
  circ.push %x onto %t : f64
  circ.push %y onto %t : f64
  %a = circ.pop %t : f64
  %b = circ.pop %t : f64
  circ.tape_free %t
  return %a, %b : f64, f64
}

// Between the same sides of two branches a value is a result of the first.
// CHECK-LABEL: @branches
// CHECK-SAME: (%[[C:.*]]: i1, %[[X:.*]]: f64)
// CHECK: %[[R:.*]]:2 = scf.if %[[C]] -> (f64, f64)
// CHECK: scf.yield %[[X]], %{{.*}} : f64, f64
// CHECK: else
// CHECK: %[[E:.*]] = circ.exp %[[X]]
// CHECK: scf.yield %[[E]], %[[E]] : f64, f64
// CHECK: scf.if %[[C]]
// CHECK: scf.yield %[[X]]
// CHECK: else
// CHECK: circ.mul %[[R]]#1, %[[R]]#1
// CHECK-NOT: pop
func.func @branches(%c: i1, %x: f64) -> (f64, f64) {
  %t = circ.tape_new
  %r = scf.if %c -> f64 {
    scf.yield %x : f64
  } else {
    %e = circ.exp %x : f64
    circ.push %e onto %t : f64
    scf.yield %e : f64
  }
  %d = scf.if %c -> f64 {
    scf.yield %x : f64
  } else {
    %e = circ.pop %t : f64
    %p = circ.mul %e, %e : f64
    scf.yield %p : f64
  }
  circ.tape_free %t
  return %r, %d : f64, f64
}

// Both in one side of a branch.
// CHECK-LABEL: @inside
// CHECK-SAME: (%[[C:.*]]: i1, %[[X:.*]]: f64)
// CHECK: scf.if %[[C]] -> (f64)
// CHECK: %[[E:.*]] = circ.exp %[[X]]
// CHECK: circ.mul %[[E]], %[[E]]
// CHECK-NOT: pop
// CHECK: return
func.func @inside(%c: i1, %x: f64) -> f64 {
  %t = circ.tape_new
  %d = scf.if %c -> f64 {
    %e = circ.exp %x : f64
    circ.push %e onto %t : f64
    %p = circ.pop %t : f64
    %m = circ.mul %p, %p : f64
    scf.yield %m : f64
  } else {
    scf.yield %x : f64
  }
  circ.tape_free %t
  return %d : f64
}

// A condition from the tape; an array in one side, zeros in the other.
// CHECK-LABEL: @condition
// CHECK-SAME: (%[[C:.*]]: i1, %[[X:.*]]: f64)
// CHECK: scf.if %[[C]] -> (tensor<2xf64>)
// CHECK: circ.from_elements
// CHECK: else
// CHECK: circ.splat
// CHECK-NOT: pop
// CHECK: return
func.func @condition(%c: i1, %x: f64) -> f64 {
  %zero = arith.constant 0 : i64
  %t = circ.tape_new
  scf.if %c {
    %a = circ.from_elements %x, %x : tensor<2xf64>
    circ.push %a onto %t : tensor<2xf64>
  }
  circ.push %c onto %t : i1
  %k = circ.pop %t : i1
  %d = scf.if %k -> f64 {
    %a = circ.pop %t : tensor<2xf64>
    %e = circ.extract %a[%zero] : tensor<2xf64>
    scf.yield %e : f64
  } else {
    scf.yield %x : f64
  }
  return %d : f64
}

// Loops, other conditions and arrays of any size in branches keep their tape.
// CHECK-LABEL: @kept
// CHECK: circ.tape_new
// CHECK: circ.tape_new
// CHECK: circ.tape_new
func.func @kept(%c: i1, %k: i1, %x: f64, %n: i64, %a: tensor<?xf64>) -> (f64, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %t = circ.tape_new
  scf.for %i = %zero to %n step %one : i64 {
    circ.push %x onto %t : f64
  }
  %u = circ.tape_new
  scf.if %c {
    circ.push %x onto %u : f64
  }
  %d = scf.if %k -> f64 {
    %e = circ.pop %u : f64
    scf.yield %e : f64
  } else {
    scf.yield %x : f64
  }
  %v = circ.tape_new
  scf.if %c {
    circ.push %a onto %v : tensor<?xf64>
  }
  %b = scf.if %c -> tensor<?xf64> {
    %e = circ.pop %v : tensor<?xf64>
    scf.yield %e : tensor<?xf64>
  } else {
    scf.yield %a : tensor<?xf64>
  }
  return %d, %b : f64, tensor<?xf64>
}
