// RUN: circ-opt --merge-pushes %s | FileCheck %s

// Numbers that are pushed one after the other are pushed at once, those of small arrays,
// too; what has nothing to do with tapes may stand between.
// CHECK-LABEL: @pushes
// CHECK-SAME: (%[[T:.*]]: !circ.tape, %[[X:.*]]: f64, %[[Y:.*]]: f64, %{{.*}}: tensor<2xf64>)
// CHECK-NOT: circ.push
// CHECK: %[[S:.*]] = circ.sin %[[X]]
// CHECK: %[[ALL:.*]] = circ.from_elements %[[X]], %[[X]], %[[Y]], %[[S]] : tensor<4xf64>
// CHECK-NEXT: circ.push %[[ALL]] onto %[[T]] : tensor<4xf64>
// CHECK-NEXT: return
func.func @pushes(%t: !circ.tape, %x: f64, %y: f64, %a: tensor<2xf64>) {
  %b = circ.from_elements %x, %y : tensor<2xf64>
  circ.push %x onto %t : f64
  circ.push %b onto %t : tensor<2xf64>
  %s = circ.sin %x : f64
  circ.push %s onto %t : f64
  return
}

// What is popped last was pushed first.
// CHECK-LABEL: @pops
// CHECK: %[[ALL:.*]] = circ.pop %arg0 : tensor<3xf64>
// CHECK-NOT: circ.pop
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG: %[[TWO:.*]] = arith.constant 2 : i64
// CHECK-DAG: %[[E0:.*]] = circ.extract %[[ALL]][%[[ZERO]]]
// CHECK-DAG: %[[E1:.*]] = circ.extract %[[ALL]][%[[ONE]]]
// CHECK-DAG: %[[E2:.*]] = circ.extract %[[ALL]][%[[TWO]]]
// CHECK: %[[A:.*]] = circ.from_elements %[[E1]], %[[E2]] : tensor<2xf64>
// CHECK: return %[[A]], %[[E0]]
func.func @pops(%t: !circ.tape) -> (tensor<2xf64>, f64) {
  %a = circ.pop %t : tensor<2xf64>
  %x = circ.pop %t : f64
  return %a, %x : tensor<2xf64>, f64
}

// Other tapes, other types, arrays in memory and what happens in order keep their places.
// CHECK-LABEL: @apart
// CHECK-COUNT-3: circ.push %{{.*}} : f64
// CHECK: circ.push %{{.*}} : i64
// CHECK: circ.push %{{.*}} : f64
// CHECK: circ.push %{{.*}} : tensor<2xf64>
// CHECK: circ.push %{{.*}} : f64
// CHECK: circ.pop %{{.*}} : f64
// CHECK: circ.push %{{.*}} : f64
func.func @apart(%t: !circ.tape, %u: !circ.tape, %x: f64, %n: i64, %a: tensor<2xf64>) -> f64 {
  circ.push %x onto %t : f64
  circ.push %x onto %u : f64
  circ.push %x onto %t : f64
  circ.push %n onto %t : i64
  circ.push %x onto %t : f64
  circ.push %a onto %t : tensor<2xf64>
  circ.push %x onto %t : f64
  %y = circ.pop %t : f64
  circ.push %x onto %t : f64
  return %y : f64
}
