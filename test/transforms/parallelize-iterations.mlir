// RUN: circ-opt --parallelize-iterations --canonicalize --merge-equal-ops %s 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks

// How long blocks are follows from the sizes; of each block comes a sum, and these are added in order.
// REMARK: across cores: a function for blocks of iterations
// CHECK-LABEL: func.func @sum
// CHECK: arith.fptosi %{{.*}} : f64 to i64
// CHECK: %[[PARTS:.*]] = circ.call_blocks @sum.block.0 %arg1 by %{{.*}}(%arg0, %arg2) sizes() joined [false] : (tensor<?x?xf64>, i64) -> tensor<?xf64>
// CHECK: circ.reduce sum (%[[B:.*]]) in (%{{.*}}) {
// CHECK-NEXT: circ.extract %[[PARTS]][%[[B]]]
// CHECK-LABEL: func.func private @sum.block.0(%arg0: i64, %arg1: i64, %arg2: tensor<?x?xf64>, %arg3: i64) -> f64
// CHECK: circ.reduce sum (%[[LOCAL:.*]]) in (%arg1) {
// CHECK-NEXT: %[[I:.*]] = arith.addi %arg0, %[[LOCAL]]
// CHECK: circ.extract %arg2[%[[I]], %{{.*}}]
func.func @sum(%x: tensor<?x?xf64>, %n: i64, %d: i64) -> f64 {
  %s = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%d) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %f = circ.exp %e : f64
      circ.yield %f : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s : f64
}

// A block makes its rows; constants are made anew in the function.
// CHECK-LABEL: func.func @rows
// CHECK: circ.call_blocks @rows.block.0 %arg1 by %{{.*}}(%arg0, %arg2) sizes(%arg2) joined [true] : (tensor<?x?xf64>, i64) -> tensor<?x?xf64>
// CHECK-LABEL: func.func private @rows.block.0(%arg0: i64, %arg1: i64, %arg2: tensor<?x?xf64>, %arg3: i64) -> tensor<?x?xf64>
// CHECK: arith.constant 2.0
// CHECK: circ.map (%{{.*}}, %{{.*}}) in (%arg1, %arg3)
func.func @rows(%x: tensor<?x?xf64>, %n: i64, %d: i64) -> tensor<?x?xf64> {
  %two = arith.constant 2.0 : f64
  %y = circ.map (%i, %k) in (%n, %d) {
    %t = circ.reduce prod (%j) in (%d) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %f = circ.mul %e, %two : f64
      circ.yield %f : f64
    } : f64
    circ.yield %t : f64
  } : tensor<?x?xf64>
  return %y : tensor<?x?xf64>
}

// What all iterations add to is zero where a block begins, and added up after it, itself across cores. What each
// changes in a row of its own is there for the block's rows alone, from the first on.
// CHECK-LABEL: func.func @adjoints
// CHECK: %[[MADE:.*]]:3 = circ.call_blocks @adjoints.block.0 {{.*}} joined [false, true, false]
// CHECK: circ.call_blocks @adjoints.block.1 %{{.*}}(%[[MADE]]#0,
// CHECK: circ.reduce sum
// CHECK: circ.add %arg5
// CHECK-LABEL: func.func private @adjoints.block.1(
// CHECK: circ.map
// CHECK: circ.reduce sum
// CHECK-LABEL: func.func private @adjoints.block.0(%arg0: i64, %arg1: i64,
// CHECK: %[[ZEROS:.*]] = circ.splat %{{.*}} sizes(%{{.*}}) : tensor<?x3xf64>
// CHECK: %[[OWN:.*]] = circ.map (%[[R:.*]]) in (%arg1) {
// CHECK-NEXT: arith.addi %arg0, %[[R]]
// CHECK: scf.for %[[LOCAL:.*]] = %{{.*}} to %arg1 step %{{.*}} iter_args(%[[W:.*]] = %[[ZEROS]], %[[V:.*]] = %[[OWN]], %{{.*}} = %{{.*}})
// CHECK: %[[I:.*]] = arith.addi %arg0, %[[LOCAL]]
// CHECK: circ.extract %arg2[%[[I]]]
// CHECK: circ.extract %[[V]][%[[LOCAL]]]
// CHECK: circ.accumulate %{{.*}} into %[[V]][%[[LOCAL]]]
// CHECK: circ.independent
func.func @adjoints(%x: tensor<?xf64>, %w: tensor<?x3xf64>, %v: tensor<?xf64>, %n: i64, %d: i64, %a: f64)
    -> (tensor<?x3xf64>, tensor<?xf64>, f64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r:3 = scf.for %i = %zero to %n step %one iter_args(%dw = %w, %dv = %v, %s = %a)
      -> (tensor<?x3xf64>, tensor<?xf64>, f64) : i64 {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %inner = scf.for %j = %zero to %d step %one iter_args(%u = %dw) -> (tensor<?x3xf64>) : i64 {
      %next = circ.accumulate %e into %u[%j, %one] : tensor<?x3xf64>
      scf.yield %next : tensor<?x3xf64>
    }
    %old = circ.extract %dv[%i] : tensor<?xf64>
    %square = circ.mul %old, %e : f64
    %own = circ.accumulate %square into %dv[%i] : tensor<?xf64>
    %t = circ.add %s, %e : f64
    scf.yield %inner, %own, %t : tensor<?x3xf64>, tensor<?xf64>, f64
  } {circ.independent}
  return %r#0, %r#1, %r#2 : tensor<?x3xf64>, tensor<?xf64>, f64
}

// Sums of exponentials are relative to the largest of their block.
// CHECK-LABEL: func.func @exponentials
// CHECK: %[[PARTS:.*]]:2 = circ.call_blocks @exponentials.block.0
// CHECK: %[[LARGEST:.*]] = circ.reduce max
// CHECK: circ.reduce sum
// CHECK: circ.sub %{{.*}}, %[[LARGEST]]
// CHECK: arith.cmpf oeq, %{{.*}}, %[[LARGEST]]
func.func @exponentials(%x: tensor<?x?xf64>, %n: i64, %d: i64) -> (f64, f64) {
  %m, %s = circ.exp_sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%d) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %m, %s : f64, f64
}

// REMARK: not across cores: it prints
// CHECK-LABEL: func.func @prints
// CHECK-NOT: circ.call_blocks
func.func private @says(%x: f64) {
  circ.print %x : f64
  return
}
func.func @prints(%x: tensor<?xf64>, %n: i64) -> f64 {
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    func.call @says(%e) : (f64) -> ()
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// REMARK: not across cores: iterations do more with what they share than add to it
// CHECK-LABEL: func.func @neighbours
// CHECK-NOT: circ.call_blocks
func.func @neighbours(%w: tensor<?xf64>, %n: i64, %d: i64) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%dw = %w) -> (tensor<?xf64>) : i64 {
    %j = arith.addi %i, %one : i64
    %e = circ.extract %dw[%j] : tensor<?xf64>
    %t = circ.reduce sum (%k) in (%d) {
      %f = circ.sin %e : f64
      circ.yield %f : f64
    } : f64
    %next = circ.accumulate %t into %dw[%i] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  } {circ.independent}
  return %r : tensor<?xf64>
}

// REMARK: not across cores: its iterations are in order
// CHECK-LABEL: func.func @ordered
// CHECK-NOT: circ.call_blocks
func.func @ordered(%n: i64, %a: f64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%s = %a) -> (f64) : i64 {
    %next = circ.sin %s : f64
    scf.yield %next : f64
  }
  return %r : f64
}

// REMARK: not across cores: its iterations are too little work
// CHECK-LABEL: func.func @little
// CHECK-NOT: circ.call_blocks
func.func @little(%x: tensor<?xf64>, %n: i64) -> f64 {
  %s = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// REMARK: across cores: a function for blocks of iterations
// REMARK: not across cores: other loops are nearly all of the work
// CHECK-LABEL: func.func @unequal
// CHECK: circ.call_blocks
// CHECK-NOT: circ.call_blocks
func.func @unequal(%x: tensor<?x?xf64>, %n: i64, %d: i64) -> (f64, f64) {
  %s = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%d) {
      %u = circ.reduce sum (%k) in (%d) {
        %v = circ.reduce sum (%l) in (%d) {
          %e = circ.extract %x[%k, %l] : tensor<?x?xf64>
          circ.yield %e : f64
        } : f64
        circ.yield %v : f64
      } : f64
      circ.yield %u : f64
    } : f64
    circ.yield %t : f64
  } : f64
  %small = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%d) {
      %e = circ.extract %x[%i, %j] : tensor<?x?xf64>
      circ.yield %e : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s, %small : f64, f64
}
