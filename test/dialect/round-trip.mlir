// What the printer writes, the parser reads, twice with one result.
// RUN: circ-opt %s > %t.mlir && circ-opt %t.mlir | diff %t.mlir - && FileCheck %s < %t.mlir

// CHECK-LABEL: @arrays
func.func @arrays(%a: tensor<?x3xf64>, %x: f64, %i: i64, %j: i64, %n: i64) -> tensor<?x3xf64> {
  // CHECK: circ.dim %{{.*}}, 0 : tensor<?x3xf64>
  %size = circ.dim %a, 0 : tensor<?x3xf64>
  // CHECK: circ.check_index %{{.*}}, %{{.*}} dimension 0 of "a"
  circ.check_index %i, %size dimension 0 of "a"
  // CHECK: circ.extract %{{.*}}[%{{.*}}, %{{.*}}] : tensor<?x3xf64>
  %e = circ.extract %a[%i, %j] : tensor<?x3xf64>
  // CHECK: circ.insert %{{.*}} into %{{.*}}[%{{.*}}, %{{.*}}] : tensor<?x3xf64>
  %b = circ.insert %x into %a[%i, %j] : tensor<?x3xf64>
  // CHECK: circ.accumulate
  %c = circ.accumulate %e into %b[%i, %j] : tensor<?x3xf64>
  // CHECK: circ.splat
  %d = circ.splat %x sizes(%n) : tensor<?x3xf64>
  // CHECK: circ.add_arrays
  %s = circ.add_arrays %c, %d : tensor<?x3xf64>
  // CHECK: circ.from_elements %{{.*}}, %{{.*}} : tensor<2xf64>
  %l = circ.from_elements %x, %e : tensor<2xf64>
  // CHECK: circ.print %{{.*}}, %{{.*}} : tensor<2xf64>, f64
  circ.print %l, %x : tensor<2xf64>, f64
  return %s : tensor<?x3xf64>
}

// CHECK-LABEL: @structured
func.func @structured(%a: tensor<?x?xf64>, %n: i64, %m: i64) -> (tensor<?x?xf64>, i64, f64) {
  // CHECK: circ.map (%[[I:.*]], %[[J:.*]]) in (%{{.*}}, %{{.*}}) {
  // CHECK: circ.yield %{{.*}} : f64
  // CHECK-NEXT: } : tensor<?x?xf64>
  %b = circ.map (%i, %j) in (%n, %m) {
    %e = circ.extract %a[%i, %j] : tensor<?x?xf64>
    %f = circ.sin %e : f64
    circ.yield %f : f64
  } : tensor<?x?xf64>
  // CHECK: circ.map (%{{.*}}) in (%{{.*}}) inner (%{{.*}}) {
  %c = circ.map (%i) in (%n) inner (%m) {
    %row = circ.map (%j) in (%m) {
      %e = circ.extract %b[%i, %j] : tensor<?x?xf64>
      circ.yield %e : f64
    } : tensor<?xf64>
    circ.yield %row : tensor<?xf64>
  } : tensor<?x?xf64>
  %zero = arith.constant 0 : i64
  // CHECK: circ.arg_reduce max (%{{.*}}) in (%{{.*}}) {
  %best = circ.arg_reduce max (%i) in (%n) {
    %e = circ.extract %c[%i, %zero] : tensor<?x?xf64>
    circ.yield %e : f64
  }
  // CHECK: circ.reduce logsumexp (%{{.*}}) in (%{{.*}}) {
  // CHECK: } : f64
  %r = circ.reduce logsumexp (%i) in (%n) {
    %e = circ.extract %c[%i, %zero] : tensor<?x?xf64>
    circ.yield %e : f64
  } : f64
  // CHECK: %{{.*}}, %{{.*}} = circ.exp_sum (%{{.*}}) in (%{{.*}}) {
  %largest, %sum = circ.exp_sum (%i) in (%n) {
    %e = circ.extract %c[%i, %zero] : tensor<?x?xf64>
    circ.yield %e : f64
  } : f64
  %t = circ.mul %sum, %r : f64
  return %c, %best, %t : tensor<?x?xf64>, i64, f64
}

// CHECK-LABEL: @scalars
func.func @scalars(%x: f64, %y: f32, %i: i64, %j: i64, %c: i1) -> f64 {
  // CHECK: circ.powi
  %p = circ.powi %x, %i : f64
  // CHECK: circ.floor_div %{{.*}}, %{{.*}}
  %d = circ.floor_div %i, %j
  // CHECK: circ.floor_mod %{{.*}}, %{{.*}}
  %m = circ.floor_mod %i, %d
  // CHECK: circ.to_int %{{.*}} : f32
  %k = circ.to_int %y : f32
  // CHECK: circ.check assert %{{.*}}, "{0} and {1}"(%{{.*}}, %{{.*}} : i64, f32)
  circ.check assert %c, "{0} and {1}" (%m, %y : i64, f32)
  // CHECK: circ.check shape %{{.*}}, "plain"{{$}}
  circ.check shape %c, "plain"
  return %p : f64
}

// CHECK-LABEL: @tapes
func.func @tapes(%x: f64, %a: tensor<?xf64>) -> tensor<?xf64> {
  // CHECK: circ.tape_new
  %t = circ.tape_new
  // CHECK: circ.push %{{.*}} onto %{{.*}} : f64
  circ.push %x onto %t : f64
  circ.push %a onto %t : tensor<?xf64>
  // CHECK: circ.pop %{{.*}} : tensor<?xf64>
  %b = circ.pop %t : tensor<?xf64>
  // CHECK: circ.tape_free
  circ.tape_free %t
  return %b : tensor<?xf64>
}
