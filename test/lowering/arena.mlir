// RUN: circ-opt --lower-arrays %s | FileCheck %s

// What an iteration takes is given back when it ends, in the innermost loop.
// CHECK-LABEL: @circ.map_of_arrays
// CHECK: scf.for
// CHECK: %[[MARK:.*]] = llvm.call @circ_mark
// CHECK: llvm.call @circ_alloc
// CHECK: llvm.call @circ_release(%{{.*}}, %[[MARK]])
// CHECK: return
func.func @map_of_arrays(%x: f64, %n: i64) -> tensor<?xf64> {
  %r = circ.map (%i) in (%n) {
    %row = circ.splat %x sizes(%n) : tensor<?xf64>
    %s = circ.reduce sum (%j) in (%n) {
      %k = arith.addi %i, %j : i64
      %e = circ.extract %row[%k] : tensor<?xf64>
      circ.yield %e : f64
    } : f64
    %b = circ.insert %s into %row[%i] : tensor<?xf64>
    %e = circ.extract %b[%n] : tensor<?xf64>
    circ.yield %e : f64
  } : tensor<?xf64>
  return %r : tensor<?xf64>
}

// A loop that takes nothing gives nothing back.
// CHECK-LABEL: @circ.scalars
// CHECK-NOT: circ_mark
// CHECK: return
func.func @scalars(%x: f64, %n: i64) -> f64 {
  %r = circ.reduce sum (%i) in (%n) {
    circ.yield %x : f64
  } : f64
  return %r : f64
}

// A small array of known size lives on the stack.
// CHECK-LABEL: @circ.small
// CHECK: llvm.alloca
// CHECK-NOT: circ_alloc
// CHECK: return
func.func @small(%x: f64, %i: i64) -> f64 {
  %a = circ.from_elements %x, %x, %x : tensor<3xf64>
  %e = circ.extract %a[%i] : tensor<3xf64>
  return %e : f64
}
