// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// Independent iterations keep nothing: their values are computed again, and
// their backward loop only adds.
// CHECK-LABEL: func.func private @map.grad(
// CHECK-NOT: circ.tape_new
// CHECK: circ.map
// CHECK: circ.sin
// CHECK: circ.independent
// CHECK: scf.for %[[I:[a-z0-9]+]] =
// CHECK: circ.extract %{{.*}}[%[[I]]]
// CHECK: circ.cos
// CHECK: circ.accumulate %{{.*}} into %{{.*}}[%[[I]]]
// CHECK: } {circ.independent}
func.func @map(%x: tensor<?xf64>, %n: i64) -> f64 attributes {circ.gradient} {
  %y = circ.map (%i) in (%n) {
    %e = circ.extract %x[%i] : tensor<?xf64>
    %s = circ.sin %e : f64
    circ.yield %s : f64
  } : tensor<?xf64>
  %f = circ.reduce sum (%i) in (%n) {
    %e = circ.extract %y[%i] : tensor<?xf64>
    %t = circ.mul %e, %e : f64
    circ.yield %t : f64
  } : f64
  return %f : f64
}
