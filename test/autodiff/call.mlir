// RUN: circ-opt --reverse-gradients --canonicalize --cse %s | FileCheck %s

// A call is a forward and a backward function of the callee, made once for each
// set of varied arguments.
// CHECK-LABEL: func.func private @twice.grad(
// CHECK: %[[T:.*]] = circ.tape_new
// CHECK: call @g.forward.11(%{{.*}}, %{{.*}}, %[[T]])
// CHECK: call @g.forward.11(
// CHECK: call @g.backward.11(
// CHECK: call @g.backward.11(
// CHECK: return
func.func @twice(%x: f64, %y: f64) -> f64 attributes {circ.gradient} {
  %a = func.call @g(%x, %y) : (f64, f64) -> f64
  %b = func.call @g(%a, %y) : (f64, f64) -> f64
  return %b : f64
}

// CHECK-LABEL: func.func private @constant_argument.grad(
// CHECK: call @g.forward.10(
func.func @constant_argument(%x: f64) -> f64 attributes {circ.gradient} {
  %c = arith.constant 3.0 : f64
  %a = func.call @g(%x, %c) : (f64, f64) -> f64
  return %a : f64
}

func.func @g(%x: f64, %y: f64) -> f64 {
  %s = circ.sin %x : f64
  %f = circ.mul %s, %y : f64
  return %f : f64
}

// Recursion: the two functions call themselves.
func.func @power(%x: f64, %n: i64) -> f64 attributes {circ.gradient, circ.recursive} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %done = arith.cmpi eq, %n, %zero : i64
  %f = scf.if %done -> (f64) {
    %unit = arith.constant 1.0 : f64
    scf.yield %unit : f64
  } else {
    %m = arith.subi %n, %one : i64
    %r = func.call @power(%x, %m) : (f64, i64) -> f64
    %p = circ.mul %r, %x : f64
    scf.yield %p : f64
  }
  return %f : f64
}

// CHECK: func.func private @g.forward.10(%{{.*}}: f64, %{{.*}}: f64, %{{.*}}: !circ.tape) -> f64
// CHECK: func.func private @g.backward.10(%{{.*}}: f64, %{{.*}}: f64, %{{.*}}: f64, %{{.*}}: !circ.tape) -> f64
// CHECK: func.func private @power.forward.10(
// CHECK-SAME: attributes {circ.recursive}
// CHECK: call @power.forward.10(
// CHECK: func.func private @power.backward.10(
// CHECK-SAME: attributes {circ.recursive}
// CHECK: call @power.backward.10(
