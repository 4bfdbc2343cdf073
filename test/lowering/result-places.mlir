// RUN: circ-opt --lower-arrays %s | FileCheck %s

// What is returned is made in the caller's memory: no other memory, no copy.
// CHECK-LABEL: @circ.mapped(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %{{.*}}: f64, %{{.*}}: i64, %[[PLACE:.*]]: !llvm.ptr, %[[BYTES:.*]]: i64)
// CHECK: %[[MADE:.*]] = llvm.call @circ_alloc_result(%{{.*}}, %[[PLACE]], %[[BYTES]],
// CHECK-NOT: circ_alloc
// CHECK-NOT: llvm.intr.memmove
// CHECK: return %[[MADE]]
func.func @mapped(%x: f64, %n: i64) -> tensor<?xf64> {
  %r = circ.map (%i) in (%n) {
    circ.yield %x : f64
  } : tensor<?xf64>
  return %r : tensor<?xf64>
}

// Updates and loops that work in place are followed back to their start.
// CHECK-LABEL: @circ.accumulated
// CHECK: %[[MADE:.*]] = llvm.call @circ_alloc_result
// CHECK-NOT: circ_alloc
// CHECK-NOT: llvm.intr.memmove
// CHECK: return %[[MADE]]
func.func @accumulated(%x: f64, %n: i64) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %a = circ.splat %x sizes(%n) : tensor<?xf64>
  %b = circ.insert %x into %a[%zero] : tensor<?xf64>
  %r = scf.for %i = %zero to %n step %one iter_args(%c = %b) -> (tensor<?xf64>) : i64 {
    %d = circ.accumulate %x into %c[%i] : tensor<?xf64>
    scf.yield %d : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// The copy of an argument that a loop updates is the result.
// CHECK-LABEL: @circ.copied
// CHECK: %[[MADE:.*]] = llvm.call @circ_alloc_result
// CHECK: llvm.intr.memmove
// CHECK-NOT: llvm.intr.memmove
// CHECK: return %[[MADE]]
func.func @copied(%a: tensor<?xf64>, %x: f64, %n: i64) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%c = %a) -> (tensor<?xf64>) : i64 {
    %d = circ.insert %x into %c[%i] : tensor<?xf64>
    scf.yield %d : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// One of two branches makes the result; both may do so in its place.
// CHECK-LABEL: @circ.either
// CHECK: scf.if
// CHECK: llvm.call @circ_alloc_result
// CHECK: else
// CHECK: llvm.call @circ_alloc_result
// CHECK-NOT: llvm.intr.memmove
// CHECK: return
func.func @either(%c: i1, %x: f64, %n: i64) -> tensor<?xf64> {
  %r = scf.if %c -> (tensor<?xf64>) {
    %a = circ.splat %x sizes(%n) : tensor<?xf64>
    scf.yield %a : tensor<?xf64>
  } else {
    %y = circ.sin %x : f64
    %b = circ.splat %y sizes(%n) : tensor<?xf64>
    scf.yield %b : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// An array that is there before the branch is read while the other is made: neither has
// the place, and the one that is returned is copied.
// CHECK-LABEL: @circ.read_in_branch
// CHECK: llvm.call @circ_alloc(
// CHECK: scf.if
// CHECK: llvm.call @circ_alloc(
// CHECK: llvm.call @circ_alloc_result
// CHECK: llvm.intr.memmove
// CHECK: return
func.func @read_in_branch(%c: i1, %x: f64, %n: i64) -> tensor<?xf64> {
  %a = circ.splat %x sizes(%n) : tensor<?xf64>
  %r = scf.if %c -> (tensor<?xf64>) {
    scf.yield %a : tensor<?xf64>
  } else {
    %b = circ.map (%i) in (%n) {
      %one = arith.constant 1 : i64
      %left = arith.subi %n, %i : i64
      %k = arith.subi %left, %one : i64
      %e = circ.extract %a[%k] : tensor<?xf64>
      circ.yield %e : f64
    } : tensor<?xf64>
    scf.yield %b : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// One array returned twice is made once and copied once; an argument is copied.
// CHECK-LABEL: @circ.twice
// CHECK: llvm.call @circ_alloc_result
// CHECK: llvm.call @circ_alloc_result
// CHECK: llvm.intr.memmove
// CHECK: llvm.call @circ_alloc_result
// CHECK: llvm.intr.memmove
// CHECK-NOT: llvm.intr.memmove
// CHECK: return
func.func @twice(%a: tensor<?xf64>, %x: f64, %n: i64) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
  %r = circ.splat %x sizes(%n) : tensor<?xf64>
  return %r, %r, %a : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// A callee makes its result where the caller's goes; for other calls there is no place.
// CHECK-LABEL: @circ.through_call
// CHECK-SAME: %[[PLACE:[^:]*]]: !llvm.ptr, %[[BYTES:[^:]*]]: i64)
// CHECK-DAG: %[[NONE:.*]] = llvm.mlir.zero
// CHECK: call @circ.mapped(%{{.*}}, %{{.*}}, %{{.*}}, %[[NONE]], %{{.*}})
// CHECK: call @circ.mapped(%{{.*}}, %{{.*}}, %{{.*}}, %[[PLACE]], %[[BYTES]])
// CHECK-NOT: llvm.intr.memmove
// CHECK: return
func.func @through_call(%x: f64, %n: i64) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %a = func.call @mapped(%x, %n) : (f64, i64) -> tensor<?xf64>
  %y = circ.extract %a[%zero] : tensor<?xf64>
  %b = func.call @mapped(%y, %n) : (f64, i64) -> tensor<?xf64>
  return %b : tensor<?xf64>
}

// An array of each iteration has memory of its own.
// CHECK-LABEL: @circ.in_loop
// CHECK: scf.for
// CHECK: llvm.call @circ_alloc(
// CHECK: llvm.call @circ_alloc_result
// CHECK: return
func.func @in_loop(%x: f64, %n: i64) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %y = scf.for %i = %zero to %n step %one iter_args(%s = %x) -> (f64) : i64 {
    %a = circ.splat %s sizes(%n) : tensor<?xf64>
    %e = circ.extract %a[%i] : tensor<?xf64>
    scf.yield %e : f64
  }
  %r = circ.splat %y sizes(%n) : tensor<?xf64>
  return %r : tensor<?xf64>
}
