// RUN: circ-opt --lower-arrays --canonicalize --measure-memory %s 2> %t | FileCheck %s --implicit-check-not=sized_by_data.measure
// RUN: FileCheck %s --check-prefix=REMARKS < %t

// A branch that sizes choose stays; of one that data choose both sides are there.
// CHECK-LABEL: @circ.branches.measure(
// CHECK: scf.if
// CHECK: circ_measure_array
// CHECK: } else
// CHECK: circ_measure_array
// CHECK: }
// CHECK-NOT: scf.if
// CHECK: circ_measure_array
// CHECK: circ_measure_array
// CHECK: return
func.func @branches(%x: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %three = arith.constant 3 : i64
  %long = arith.cmpi sgt, %n, %three : i64
  %a = scf.if %long -> (tensor<?xf64>) {
    %s = circ.splat %x sizes(%n) : tensor<?xf64>
    scf.yield %s : tensor<?xf64>
  } else {
    %s = circ.splat %x sizes(%three) : tensor<?xf64>
    scf.yield %s : tensor<?xf64>
  }
  %e = circ.extract %a[%zero] : tensor<?xf64>
  %c = arith.cmpf ogt, %e, %x : f64
  %r = scf.if %c -> (f64) {
    %s = circ.splat %e sizes(%n) : tensor<?xf64>
    %f = circ.extract %s[%zero] : tensor<?xf64>
    scf.yield %f : f64
  } else {
    %y = circ.sin %e : f64
    %s = circ.splat %y sizes(%n) : tensor<?xf64>
    %f = circ.extract %s[%three] : tensor<?xf64>
    scf.yield %f : f64
  }
  return %r : f64
}

// Each iteration takes the same and gives it back: one stands for all. Nothing of the
// numbers is left.
// CHECK-LABEL: @circ.mapped.measure(
// CHECK-SAME: %[[M:.*]]: !llvm.ptr, %{{.*}}: f64, %[[N:[^:]*]]: i64,
// CHECK: %[[EIGHT:.*]] = arith.constant 8
// CHECK: llvm.call @circ_measure_array(%[[M]], %[[N]], %[[EIGHT]])
// CHECK-NEXT: %[[MARK:.*]] = llvm.call @circ_measure_mark(%[[M]])
// CHECK-NEXT: llvm.call @circ_measure_array(%[[M]], %[[N]], %[[EIGHT]])
// CHECK-NEXT: llvm.call @circ_measure_release(%[[M]], %[[MARK]])
// CHECK-NEXT: return %[[N]]
func.func @mapped(%x: f64, %n: i64) -> tensor<?xf64> {
  %r = circ.map (%i) in (%n) {
    %row = circ.splat %x sizes(%n) : tensor<?xf64>
    %e = circ.extract %row[%i] : tensor<?xf64>
    %f = circ.sin %e : f64
    circ.yield %f : f64
  } : tensor<?xf64>
  return %r : tensor<?xf64>
}

// REMARKS: measure-memory.mlir:[[@LINE+3]]:{{.*}}: remark: the size of an array follows from data
func.func @sized_by_data(%a: tensor<?xi64>, %x: f64, %n: i64) -> f64 {
  %k = circ.extract %a[%n] : tensor<?xi64>
  %row = circ.splat %x sizes(%k) : tensor<?xf64>
  %e = circ.extract %row[%n] : tensor<?xf64>
  return %e : f64
}

// What is put on a tape counts each time; the sizes of arrays come back from it.
// CHECK-LABEL: @circ.taped.measure(
// CHECK: %[[TAPE:.*]] = llvm.call @circ_measure_tape
// CHECK: scf.for
// CHECK: llvm.call @circ_measure_push(%[[TAPE]],
// CHECK: llvm.call @circ_measure_push_size(%[[TAPE]],
// CHECK: scf.for
// CHECK: %[[SIZE:.*]] = llvm.call @circ_measure_pop_size(%[[TAPE]])
// CHECK: llvm.call @circ_measure_array(%{{.*}}, %[[SIZE]],
// CHECK: llvm.call @circ_measure_tape_free(%[[TAPE]])
func.func @taped(%a: tensor<?xf64>, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %start = arith.constant 0.0 : f64
  %tape = circ.tape_new
  scf.for %i = %zero to %n step %one : i64 {
    circ.push %a onto %tape : tensor<?xf64>
  }
  %r = scf.for %i = %zero to %n step %one iter_args(%s = %start) -> (f64) : i64 {
    %b = circ.pop %tape : tensor<?xf64>
    %e = circ.extract %b[%i] : tensor<?xf64>
    %t = circ.add %s, %e : f64
    scf.yield %t : f64
  }
  circ.tape_free %tape
  return %r : f64
}

// Iterations that differ are all gone through.
// CHECK-LABEL: @circ.triangle.measure(
// CHECK: scf.for %[[I:.*]] =
// CHECK: llvm.store %[[I]],
// CHECK: %[[COUNT:.*]] = llvm.call @circ_measure_count
// CHECK: llvm.call @circ_measure_array(%{{.*}}, %[[COUNT]],
// CHECK: return
func.func @triangle(%x: f64, %n: i64) -> tensor<?xf64> {
  %r = circ.map (%i) in (%n) {
    %row = circ.splat %x sizes(%i, %n) : tensor<?x?xf64>
    %e = circ.extract %row[%i, %i] : tensor<?x?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  return %r : tensor<?xf64>
}
