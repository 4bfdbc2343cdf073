// RUN: circ-opt --share-lane-sums %s | FileCheck %s

// Four sums stand in a row, then come the elements; the rest is done one by one.
// CHECK-LABEL: @sums
// CHECK: %[[FOUR:.*]]:2 = scf.for %[[J:.*]] = %{{.*}} to %[[END:.*]] step %{{.*}} iter_args(%[[A:.*]] = %arg0, %{{.*}} = %arg3)
// CHECK-COUNT-4: circ.extract
// CHECK: %[[S0:.*]] = circ.combine_lanes sum
// CHECK-NEXT: %[[S1:.*]] = circ.combine_lanes sum
// CHECK-NEXT: circ.combine_lanes sum
// CHECK-NEXT: circ.combine_lanes sum
// CHECK-NEXT: %[[A1:.*]] = circ.accumulate %[[S0]] into %[[A]][%[[J]]]
// CHECK-NEXT: circ.accumulate %[[S1]] into %[[A1]]
// CHECK-NEXT: circ.accumulate
// CHECK-NEXT: circ.accumulate
// CHECK: scf.for %{{.*}} = %[[END]] to %arg2 {{.*}} iter_args(%{{.*}} = %[[FOUR]]#0, %{{.*}} = %[[FOUR]]#1)
// CHECK: circ.accumulate_lanes
func.func @sums(%a: tensor<?xf64>, %y: tensor<?xvector<8xf64>>, %n: i64, %start: vector<8xf64>) -> (tensor<?xf64>, vector<8xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r:2 = scf.for %j = %zero to %n step %one iter_args(%c = %a, %s = %start) -> (tensor<?xf64>, vector<8xf64>) : i64 {
    %v = circ.extract %y[%j] : tensor<?xvector<8xf64>>
    %next = circ.accumulate_lanes %v into %c[%j] : vector<8xf64>, tensor<?xf64>, i64
    %t = circ.add %s, %v : vector<8xf64>
    scf.yield %next, %t : tensor<?xf64>, vector<8xf64>
  }
  return %r#0, %r#1 : tensor<?xf64>, vector<8xf64>
}

// Lanes with places of their own are not summed; two sums are left.
// CHECK-LABEL: @others
// CHECK-NOT: circ.combine_lanes
func.func @others(%a: tensor<?xf64>, %y: tensor<?xvector<8xf64>>, %n: i64, %at: vector<8xi64>) -> (tensor<?xf64>, tensor<?xf64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %apart = scf.for %j = %zero to %n step %one iter_args(%c = %a) -> (tensor<?xf64>) : i64 {
    %v = circ.extract %y[%j] : tensor<?xvector<8xf64>>
    %next = circ.accumulate_lanes %v into %c[%at] : vector<8xf64>, tensor<?xf64>, vector<8xi64>
    scf.yield %next : tensor<?xf64>
  }
  %twice = scf.for %j = %zero to %n step %one iter_args(%c = %a) -> (tensor<?xf64>) : i64 {
    %v = circ.extract %y[%j] : tensor<?xvector<8xf64>>
    %next = circ.accumulate_lanes %v into %c[%j] : vector<8xf64>, tensor<?xf64>, i64
    %last = circ.accumulate_lanes %v into %next[%zero] : vector<8xf64>, tensor<?xf64>, i64
    scf.yield %last : tensor<?xf64>
  }
  return %apart, %twice : tensor<?xf64>, tensor<?xf64>
}
