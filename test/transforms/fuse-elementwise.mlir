// RUN: circ-opt --fuse-elementwise --canonicalize %s | FileCheck %s
// RUN: %python %S/Inputs/far_apart.py 200 | circ-opt --fuse-elementwise | FileCheck %s --check-prefix=NEAR
// RUN: %python %S/Inputs/far_apart.py 300 | circ-opt --fuse-elementwise | FileCheck %s --check-prefix=FAR

// Loops that are far apart stay apart: each would be compared with each.
// NEAR-NOT: circ.map
// NEAR: scf.for
// NEAR-NOT: scf.for
// FAR-COUNT-2: circ.map

// A chain of maps and a sum is one loop; nobody else uses the array between them.
// CHECK-LABEL: @chain
// CHECK-NOT: circ.map
// CHECK-NOT: circ.reduce
// CHECK: %[[SPACE:.*]] = circ.empty
// CHECK: %[[LOOP:.*]]:2 = scf.for %[[I:.*]] = {{.*}} iter_args(%[[Z:.*]] = %[[SPACE]], %[[S:.*]] = %{{.*}}) -> (tensor<?xf64>, f64)
// CHECK: %[[E:.*]] = circ.extract %arg0[%[[I]]]
// CHECK: %[[X:.*]] = circ.exp %[[E]]
// CHECK: %[[SQUARE:.*]] = circ.mul %[[X]], %[[X]]
// CHECK-DAG: circ.insert %[[SQUARE]] into %[[Z]][%[[I]]]
// CHECK-DAG: circ.add %[[S]], %[[SQUARE]]
// CHECK: circ.elementwise
// CHECK: return %[[LOOP]]#0, %[[LOOP]]#1
func.func @chain(%x: tensor<?xf64>) -> (tensor<?xf64>, f64) {
  %n = circ.dim %x, 0 : tensor<?xf64>
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %t = circ.exp %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  %z = circ.map (%i) in (%n) {
    %e = circ.extract %y[%i] : tensor<?xf64>
    %t = circ.mul %e, %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %z[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %z, %s : tensor<?xf64>, f64
}

// What adds to rows of an array: one access for each row. A row that is taken out,
// from the last element to the first, and made zero goes along.
// CHECK-LABEL: @rows
// CHECK: scf.for %[[I:.*]] = {{.*}} iter_args(%[[D:.*]] = %arg0, %{{.*}} = %{{.*}})
// CHECK: %[[OLD:.*]] = circ.extract %[[D]][%arg3, %[[I]]]
// CHECK: %[[V:.*]] = circ.extract %arg1[%[[I]]]
// CHECK: %[[NEW:.*]] = circ.add %[[OLD]], %[[V]]
// CHECK-DAG: circ.insert %{{.*}} into %[[D]][%arg3, %[[I]]]
// CHECK-NOT: circ.accumulate
// CHECK: circ.elementwise
// CHECK-NOT: scf.for
func.func @rows(%d: tensor<?x?xf64>, %v: tensor<?xf64>, %n: i64, %row: i64) -> (tensor<?x?xf64>, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %none = arith.constant 0.0 : f64
  %added = scf.for %i = %zero to %n step %one iter_args(%c = %d) -> (tensor<?x?xf64>) : i64 {
    %e = circ.extract %v[%i] : tensor<?xf64>
    %next = circ.accumulate %e into %c[%row, %i] : tensor<?x?xf64>
    scf.yield %next : tensor<?x?xf64>
  } {circ.independent}
  %empty = circ.splat %none sizes(%n) : tensor<?xf64>
  %taken:2 = scf.for %k = %zero to %n step %one iter_args(%c = %added, %t = %empty) -> (tensor<?x?xf64>, tensor<?xf64>) : i64 {
    %last = arith.subi %n, %one : i64
    %i = arith.subi %last, %k : i64
    %e = circ.extract %c[%row, %i] : tensor<?x?xf64>
    %next = circ.insert %none into %c[%row, %i] : tensor<?x?xf64>
    %kept = circ.accumulate %e into %t[%i] : tensor<?xf64>
    scf.yield %next, %kept : tensor<?x?xf64>, tensor<?xf64>
  }
  return %taken#0, %taken#1 : tensor<?x?xf64>, tensor<?xf64>
}

// Different constant rows are different elements; two that may be one are left.
// CHECK-LABEL: @constants
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: circ.elementwise
// CHECK-LABEL: @unknown
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: circ.elementwise
func.func @constants(%d: tensor<?x?xf64>, %v: f64, %n: i64) -> tensor<?x?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %a = scf.for %i = %zero to %n step %one iter_args(%c = %d) -> (tensor<?x?xf64>) : i64 {
    %next = circ.accumulate %v into %c[%zero, %i] : tensor<?x?xf64>
    scf.yield %next : tensor<?x?xf64>
  }
  %b = scf.for %i = %zero to %n step %one iter_args(%c = %a) -> (tensor<?x?xf64>) : i64 {
    %next = circ.insert %v into %c[%one, %i] : tensor<?x?xf64>
    scf.yield %next : tensor<?x?xf64>
  }
  return %b : tensor<?x?xf64>
}
func.func @unknown(%d: tensor<?x?xf64>, %v: f64, %n: i64, %r: i64, %q: i64) -> tensor<?x?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %a = scf.for %i = %zero to %n step %one iter_args(%c = %d) -> (tensor<?x?xf64>) : i64 {
    %next = circ.accumulate %v into %c[%r, %i] : tensor<?x?xf64>
    scf.yield %next : tensor<?x?xf64>
  }
  %b = scf.for %i = %zero to %n step %one iter_args(%c = %a) -> (tensor<?x?xf64>) : i64 {
    %next = circ.insert %v into %c[%q, %i] : tensor<?x?xf64>
    scf.yield %next : tensor<?x?xf64>
  }
  return %b : tensor<?x?xf64>
}

// What needs all elements, another element, or a sum stays behind.
// CHECK-LABEL: @shifted
// CHECK: circ.map
// CHECK: circ.map
// CHECK-LABEL: @waits
// CHECK: circ.reduce
// CHECK: circ.map
// CHECK-LABEL: @others
// CHECK: circ.map
// CHECK: circ.map
func.func @shifted(%x: tensor<?xf64>, %n: i64) -> tensor<?xf64> {
  %one = arith.constant 1 : i64
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %t = circ.exp %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  %z = circ.map (%i) in (%n) {
    %last = arith.subi %n, %one : i64
    %k = arith.subi %last, %i : i64
    %e = circ.extract %y[%k] : tensor<?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  return %z : tensor<?xf64>
}
func.func @waits(%x: tensor<?xf64>, %n: i64) -> tensor<?xf64> {
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  %z = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %t = circ.div %e, %s : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  return %z : tensor<?xf64>
}
func.func @others(%x: tensor<?xf64>, %n: i64, %m: i64) -> (tensor<?xf64>, tensor<?xf64>) {
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  %z = circ.map (%i) in (%m) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  return %y, %z : tensor<?xf64>, tensor<?xf64>
}

// A loop does not move over a check that it may need; one that needs nothing of the
// loops before goes ahead of them, what is pushed moves behind.
// CHECK-LABEL: @between
// CHECK: circ.check assert
// CHECK: scf.for
// CHECK: circ.elementwise
// CHECK: circ.push
// CHECK: return
// CHECK-LABEL: @guarded
// CHECK: circ.map
// CHECK: circ.check assert
// CHECK: circ.map
func.func @between(%x: tensor<?xf64>, %n: i64, %tape: !circ.tape, %fine: i1) -> tensor<?xf64> {
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %t = circ.exp %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  circ.check assert %fine, "not fine"
  circ.push %y onto %tape : tensor<?xf64>
  %z = circ.map (%i) in (%n) {
    %e = circ.extract %y[%i] : tensor<?xf64>
    %t = circ.neg %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  return %z : tensor<?xf64>
}
func.func @guarded(%x: tensor<?xf64>, %n: i64, %k: i64) -> tensor<?xf64> {
  %bound = arith.constant 1.0 : f64
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %t = circ.exp %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  %first = circ.extract %y[%k] : tensor<?xf64>
  %fine = arith.cmpf olt, %first, %bound : f64
  circ.check assert %fine, "not fine"
  %z = circ.map (%i) in (%n) {
    %e = circ.extract %y[%i] : tensor<?xf64>
    %t = circ.neg %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  return %z : tensor<?xf64>
}

// An array that is changed between two loops is not read after the change, which
// would need a copy; what reads the old one behind the change keeps its loop, too.
// CHECK-LABEL: @changed
// CHECK: circ.map
// CHECK: circ.insert
// CHECK: circ.map
func.func @changed(%start: tensor<?xf64>, %n: i64, %k: i64, %v: f64) -> (tensor<?xf64>, tensor<?xf64>) {
  %x = circ.map (%i) in (%k) {
    circ.yield %v : f64
  } : tensor<?xf64>
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %t = circ.exp %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  %w = circ.insert %v into %x[%k] : tensor<?xf64>
  %z = circ.map (%i) in (%n) {
    %e = circ.extract %y[%i] : tensor<?xf64>
    %t = circ.neg %e : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  return %z, %w : tensor<?xf64>, tensor<?xf64>
}
