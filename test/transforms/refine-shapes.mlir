// RUN: circ-opt --refine-shapes %s | FileCheck %s

// What is made of a constant number of elements, changed, chosen and carried by loops and
// branches has that size in its type.
// CHECK-LABEL: @constant
// CHECK: circ.map (
// CHECK: } : tensor<3xf64>
// CHECK: circ.splat %{{.*}} sizes() : tensor<3xf64>
// CHECK: scf.for {{.*}} -> (tensor<3xf64>)
// CHECK: circ.insert {{.*}} : tensor<3xf64>
// CHECK: scf.if {{.*}} -> (tensor<3xf64>)
// CHECK: arith.select {{.*}} : tensor<3xf64>
// CHECK: circ.add_arrays {{.*}} : tensor<3xf64>
func.func @constant(%x: f64, %n: i64, %c: i1) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %three = arith.constant 3 : i64
  %a = circ.map (%i) in (%three) {
    circ.yield %x : f64
  } : tensor<?xf64>
  %b = circ.splat %x sizes(%three) : tensor<?xf64>
  %r = scf.for %i = %zero to %n step %one iter_args(%s = %a) -> (tensor<?xf64>) : i64 {
    %next = circ.insert %x into %s[%one] : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  }
  %d = scf.if %c -> (tensor<?xf64>) {
    scf.yield %r : tensor<?xf64>
  } else {
    scf.yield %b : tensor<?xf64>
  }
  %e = arith.select %c, %d, %b : tensor<?xf64>
  %f = circ.add_arrays %d, %e : tensor<?xf64>
  %size = circ.dim %f, 0 : tensor<?xf64>
  %y = circ.extract %f[%one] : tensor<?xf64>
  return %y : f64
}

// Of several dimensions those are refined that are constants; the others are still stated.
// CHECK-LABEL: @parts
// CHECK: circ.splat %{{.*}} sizes(%arg1) : tensor<?x4xf64>
// CHECK: circ.map {{.*}} in (%{{.*}}, %arg1) {
// CHECK: : tensor<4x?xf64>
func.func @parts(%x: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %four = arith.constant 4 : i64
  %a = circ.splat %x sizes(%n, %four) : tensor<?x?xf64>
  %b = circ.map (%i, %j) in (%four, %n) {
    %e = circ.extract %a[%j, %i] : tensor<?x?xf64>
    circ.yield %e : f64
  } : tensor<?x?xf64>
  %y = circ.extract %b[%zero, %zero] : tensor<?x?xf64>
  return %y : f64
}

// Rows of a map keep their type, and so does what others hold to it: arguments, calls, tapes,
// results. What is joined of two sizes has none.
// CHECK-LABEL: @kept
// CHECK: circ.insert {{.*}} : tensor<?xf64>
// CHECK: circ.splat {{.*}} : tensor<?xf64>
// CHECK: call @callee
// CHECK: circ.splat {{.*}} : tensor<?xf64>
// CHECK: circ.push
// CHECK: circ.map (%{{.*}}) in (%{{.*}}) inner (%{{.*}}) {
// CHECK: circ.splat {{.*}} : tensor<?xf64>
// CHECK: : tensor<3x?xf64>
// CHECK: scf.if {{.*}} -> (tensor<?xf64>)
// CHECK: circ.splat {{.*}} : tensor<?xf64>
// CHECK: return {{.*}} : tensor<?xf64>
func.func private @callee(tensor<?xf64>)
func.func @kept(%p: tensor<?xf64>, %x: f64, %c: i1, %t: !circ.tape) -> (tensor<?xf64>, f64) {
  %zero = arith.constant 0 : i64
  %three = arith.constant 3 : i64
  %four = arith.constant 4 : i64
  %q = circ.insert %x into %p[%zero] : tensor<?xf64>
  %a = circ.splat %x sizes(%three) : tensor<?xf64>
  func.call @callee(%a) : (tensor<?xf64>) -> ()
  %b = circ.splat %x sizes(%three) : tensor<?xf64>
  circ.push %b onto %t : tensor<?xf64>
  %rows = circ.map (%i) in (%three) inner(%four) {
    %row = circ.splat %x sizes(%four) : tensor<?xf64>
    circ.yield %row : tensor<?xf64>
  } : tensor<?x?xf64>
  %d = scf.if %c -> (tensor<?xf64>) {
    %e = circ.splat %x sizes(%three) : tensor<?xf64>
    scf.yield %e : tensor<?xf64>
  } else {
    %e = circ.splat %x sizes(%four) : tensor<?xf64>
    scf.yield %e : tensor<?xf64>
  }
  %y = circ.extract %d[%zero] : tensor<?xf64>
  %z = circ.extract %rows[%zero, %zero] : tensor<?x?xf64>
  %w = arith.addf %y, %z : f64
  %made = circ.splat %w sizes(%three) : tensor<?xf64>
  return %made, %w : tensor<?xf64>, f64
}
