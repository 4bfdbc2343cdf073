// RUN: circ-opt --skip-zero-terms %s | FileCheck %s

// Terms are zero where an element of %t is: which differ is found for each direction before the map. The two
// sums become one loop.
// CHECK-LABEL: @sums
// CHECK: %[[D:.*]] = circ.map (%[[B:.*]], %[[K:.*]]) in
// CHECK:   circ.reduce any (%[[R:.*]]) in
// CHECK:     %[[E:.*]] = circ.extract %arg0[%[[B]], %[[R]], %[[K]]]
// CHECK:     arith.cmpf une, %[[E]]
// CHECK: } : tensor<9x8xi64>
// CHECK: %[[LIST:.*]]:2 = scf.for %[[L:[a-z0-9]+]] = %{{.*}} -> (tensor<6xi64>, tensor<6x9xi64>)
// CHECK:   scf.for %[[T:[a-z0-9]+]] = %{{.*}} iter_args(%[[P:[a-z0-9]+]] = %{{.*}}, %[[N:[a-z0-9]+]] = %{{.*}})
// CHECK:     circ.insert %[[T]] into %[[P]][%[[L]], %[[N]]]
// CHECK:     circ.extract %[[D]][%[[T]], %[[L]]]
// CHECK: circ.map (%[[I:.*]]) in
// CHECK:   scf.for %[[M:[a-z0-9]+]] = %{{.*}} to %c6_i64
// CHECK:     %[[COUNT:.*]] = circ.extract %[[LIST]]#0[%[[M]]]
// CHECK:     %{{.*}}:2 = scf.for %[[J:[a-z0-9]+]] = %{{.*}} to %[[COUNT]] step
// CHECK:       %[[AT:.*]] = circ.extract %[[LIST]]#1[%[[M]], %[[J]]]
// CHECK:       circ.extract %arg1[%[[I]], %[[AT]]]
// CHECK:       circ.extract %arg0[%[[AT]], %{{.*}}, %[[M]]]
// CHECK-NOT: circ.reduce
// CHECK: return
func.func @sums(%t: tensor<9x2x8xf64>, %w: tensor<?x9xf64>, %n: i64) -> tensor<?x2x6xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %six = arith.constant 6 : i64
  %nine = arith.constant 9 : i64
  %none = arith.constant 0.0 : f64
  %r = circ.map (%i) in (%n) {
    %start = circ.splat %none sizes() : tensor<2x6xf64>
    %rows = scf.for %k = %zero to %six step %one iter_args(%row = %start) -> (tensor<2x6xf64>) : i64 {
      %s = circ.reduce sum (%b) in (%nine) {
        %e = circ.extract %w[%i, %b] : tensor<?x9xf64>
        %d = circ.extract %t[%b, %zero, %k] : tensor<9x2x8xf64>
        %m = circ.mul %d, %e : f64
        circ.yield %m : f64
      } : f64
      %u = circ.reduce sum (%b) in (%nine) {
        %e = circ.extract %w[%i, %b] : tensor<?x9xf64>
        %d = circ.extract %t[%b, %one, %k] : tensor<9x2x8xf64>
        %m = circ.mul %e, %d : f64
        %o = circ.neg %m : f64
        circ.yield %o : f64
      } : f64
      %first = circ.insert %s into %row[%zero, %k] : tensor<2x6xf64>
      %second = circ.insert %u into %first[%one, %k] : tensor<2x6xf64>
      scf.yield %second : tensor<2x6xf64>
    } {circ.columns, circ.directions, circ.independent}
    circ.yield %rows : tensor<2x6xf64>
  } : tensor<?x2x6xf64>
  return %r : tensor<?x2x6xf64>
}

// A term that is a number where the tangent is zero stays, and so does one that the tangent divides.
// CHECK-LABEL: @others
// CHECK: circ.reduce sum
// CHECK: circ.reduce sum
// CHECK: return
func.func @others(%t: tensor<9x8xf64>, %w: tensor<?x9xf64>, %n: i64) -> tensor<?x6xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %six = arith.constant 6 : i64
  %nine = arith.constant 9 : i64
  %none = arith.constant 0.0 : f64
  %r = circ.map (%i) in (%n) {
    %start = circ.splat %none sizes() : tensor<6xf64>
    %rows = scf.for %k = %zero to %six step %one iter_args(%row = %start) -> (tensor<6xf64>) : i64 {
      %s = circ.reduce sum (%b) in (%nine) {
        %e = circ.extract %w[%i, %b] : tensor<?x9xf64>
        %d = circ.extract %t[%b, %k] : tensor<9x8xf64>
        %m = circ.add %d, %e : f64
        circ.yield %m : f64
      } : f64
      %u = circ.reduce sum (%b) in (%nine) {
        %e = circ.extract %w[%i, %b] : tensor<?x9xf64>
        %d = circ.extract %t[%b, %k] : tensor<9x8xf64>
        %m = circ.div %e, %d : f64
        circ.yield %m : f64
      } : f64
      %v = circ.add %s, %u : f64
      %first = circ.insert %v into %row[%k] : tensor<6xf64>
      scf.yield %first : tensor<6xf64>
    } {circ.columns, circ.directions, circ.independent}
    circ.yield %rows : tensor<6xf64>
  } : tensor<?x6xf64>
  return %r : tensor<?x6xf64>
}
