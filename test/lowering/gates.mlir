// RUN: circ-opt --lower-arrays %s | FileCheck %s

// The derivative of sigmoid has exp(x >= 0 ? -x : x), its value exp(-|x|): one form for both.
// CHECK-LABEL: @circ.sigmoid
// CHECK: %[[A:.*]] = llvm.call_intrinsic "llvm.fabs.f64"(%[[X:.*]])
// CHECK: %[[N:.*]] = arith.negf %[[A]]
// CHECK: %[[E:.*]] = llvm.call @exp(%[[N]])
// CHECK: return %[[E]]
func.func @sigmoid(%x: f64) -> f64 {
  %zero = arith.constant 0.0 : f64
  %positive = arith.cmpf oge, %x, %zero : f64
  %negated = circ.neg %x : f64
  %negative = arith.select %positive, %negated, %x : f64
  %e = circ.exp %negative : f64
  return %e : f64
}

// That of tanh has twice that, in lanes, too.
// CHECK-LABEL: @circ.tanh
// CHECK: %[[TWO:.*]] = arith.constant dense<-2.000000e+00> : vector<8xf64>
// CHECK: arith.mulf %{{.*}}, %[[TWO]]
// CHECK: circ.lanes.exp.8
func.func @tanh(%x: vector<8xf64>) -> vector<8xf64> {
  %zero = arith.constant dense<0.0> : vector<8xf64>
  %two = arith.constant dense<2.0> : vector<8xf64>
  %positive = arith.cmpf oge, %x, %zero : vector<8xf64>
  %negated = circ.neg %x : vector<8xf64>
  %negative = arith.select %positive, %negated, %x : vector<8xi1>, vector<8xf64>
  %twice = circ.mul %two, %negative : vector<8xf64>
  %e = circ.exp %twice : vector<8xf64>
  return %e : vector<8xf64>
}

// Other choices are as they are: the magnitude of another number, a positive exponent.
// CHECK-LABEL: @circ.others
// CHECK-NOT: fabs
// CHECK: return
func.func @others(%x: f64, %y: f64) -> (f64, f64) {
  %zero = arith.constant 0.0 : f64
  %positive = arith.cmpf oge, %y, %zero : f64
  %negated = circ.neg %x : f64
  %other = arith.select %positive, %negated, %x : f64
  %e = circ.exp %other : f64
  %of_x = arith.cmpf oge, %x, %zero : f64
  %magnitude = arith.select %of_x, %x, %negated : f64
  %f = circ.exp %magnitude : f64
  return %e, %f : f64, f64
}
