// RUN: circ-opt --hoist-checks %s | FileCheck %s

// All checks are tried ahead; where one fails, one iteration after the other is
// checked to report the first. The loop has no checks.
// CHECK-LABEL: @gathered
// CHECK: %[[OK:.*]] = circ.reduce all (%[[I:.*]]) in
// CHECK-NEXT: %[[J:.*]] = circ.extract {{.*}}[%[[I]]]
// CHECK-NEXT: arith.cmpi ult, %[[J]]
// CHECK: %[[FAILED:.*]] = arith.xori %[[OK]]
// CHECK: scf.if %[[FAILED]] {
// CHECK: scf.for
// CHECK: circ.check_index
// CHECK: circ.map
// CHECK-NOT: circ.check_index
// CHECK: return
func.func @gathered(%x: tensor<?xf64>, %places: tensor<?xi64>, %n: i64, %size: i64) -> tensor<?x2xf64> {
  %y = circ.map (%i) in (%n) {
    %j = circ.extract %places[%i] : tensor<?xi64>
    circ.check_index %j, %size dimension 0 of "x"
    %a = circ.extract %x[%j] : tensor<?xf64>
    %b = circ.sin %a : f64
    %row = circ.from_elements %a, %b : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<?x2xf64>
  return %y : tensor<?x2xf64>
}

// What is read at a checked place is read after its check.
// CHECK-LABEL: @chained
// CHECK: circ.reduce all
// CHECK-NEXT: %[[J:.*]] = circ.extract
// CHECK-NEXT: %[[FITS:.*]] = arith.cmpi ult, %[[J]]
// CHECK-NEXT: scf.if %[[FITS]] -> (i1) {
// CHECK-NEXT: circ.extract {{.*}}[%[[J]]]
// CHECK-NEXT: arith.cmpi ult
// CHECK: } else {
func.func @chained(%x: tensor<?xf64>, %places: tensor<?xi64>, %n: i64, %size: i64) -> tensor<?x2xf64> {
  %y = circ.map (%i) in (%n) {
    %j = circ.extract %places[%i] : tensor<?xi64>
    circ.check_index %j, %n dimension 0 of "places"
    %k = circ.extract %places[%j] : tensor<?xi64>
    circ.check_index %k, %size dimension 0 of "x"
    %a = circ.extract %x[%k] : tensor<?xf64>
    %row = circ.from_elements %a, %a : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<?x2xf64>
  return %y : tensor<?x2xf64>
}

// A check of what takes the whole iteration to compute stays, and so do all
// others: the first that fails is the one reported.
// CHECK-LABEL: @computed
// CHECK-NOT: circ.reduce
// CHECK: circ.map
// CHECK: circ.check_index
// CHECK: circ.check assert
func.func @computed(%x: tensor<?xf64>, %places: tensor<?xi64>, %n: i64, %size: i64, %limit: f64) -> tensor<?x2xf64> {
  %y = circ.map (%i) in (%n) {
    %j = circ.extract %places[%i] : tensor<?xi64>
    circ.check_index %j, %size dimension 0 of "x"
    %a = circ.extract %x[%j] : tensor<?xf64>
    %b = circ.exp %a : f64
    %fine = arith.cmpf olt, %b, %limit : f64
    circ.check assert %fine, "too large"
    %row = circ.from_elements %a, %b : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<?x2xf64>
  return %y : tensor<?x2xf64>
}

// What would not go into lanes anyway keeps its checks.
// CHECK-LABEL: @scalar
// CHECK-NOT: circ.reduce
// CHECK: circ.check_index
func.func @scalar(%x: tensor<?xf64>, %places: tensor<?xi64>, %n: i64, %size: i64) -> tensor<?xf64> {
  %y = circ.map (%i) in (%n) {
    %j = circ.extract %places[%i] : tensor<?xi64>
    circ.check_index %j, %size dimension 0 of "x"
    %a = circ.extract %x[%j] : tensor<?xf64>
    circ.yield %a : f64
  } : tensor<?xf64>
  return %y : tensor<?xf64>
}
