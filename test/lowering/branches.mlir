// RUN: circ-opt --lower-arrays --lower-to-llvm %s | FileCheck %s

// A loop in a branch in a loop: no structured op is left, and each value is
// carried through block arguments.
// CHECK-LABEL: llvm.func @circ.nested
// CHECK-NOT: scf.
// CHECK: llvm.br ^[[OUTER:bb[0-9]+]](%{{.*}}, %{{.*}} : i64, f64)
// CHECK: ^[[OUTER]](%[[I:.*]]: i64, %[[A:.*]]: f64):
// CHECK: llvm.icmp "slt" %[[I]]
// CHECK: llvm.cond_br %{{.*}}, ^[[BODY:bb[0-9]+]], ^[[END:bb[0-9]+]]
// CHECK: ^[[BODY]]:
// CHECK: llvm.cond_br %{{.*}}, ^[[THEN:bb[0-9]+]], ^[[ELSE:bb[0-9]+]]
// CHECK: llvm.br ^[[OUTER]](
// CHECK: ^[[END]]:
// CHECK-NEXT: llvm.return %[[A]] : f64
func.func @nested(%x: f64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%a = %x) -> (f64) : i64 {
    %even = arith.cmpf olt, %a, %x : f64
    %b = scf.if %even -> (f64) {
      %s = scf.while (%c = %a) : (f64) -> f64 {
        %go = arith.cmpf olt, %c, %x : f64
        scf.condition(%go) %c : f64
      } do {
      ^bb0(%c: f64):
        %d = circ.add %c, %x : f64
        scf.yield %d : f64
      }
      scf.yield %s : f64
    } else {
      scf.yield %a : f64
    }
    scf.yield %b : f64
  }
  return %r : f64
}
