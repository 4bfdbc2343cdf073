// RUN: circ-opt --lower-arrays %s | FileCheck %s

// Parameters of sizes that are found equal have one from there on.
// CHECK-LABEL: func.func private @circ.equal
// CHECK-SAME: (%{{[^,]*}}, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: i64, %[[M:[^,]*]]: i64, %{{[^,]*}}: !llvm.ptr, %{{[^,]*}}: i64, %[[OTHER:[^,]*]]: i64
// CHECK: arith.cmpi eq, %[[M]], %[[OTHER]]
// CHECK: arith.muli %{{.*}}, %[[OTHER]]
// CHECK: arith.muli %{{.*}}, %[[OTHER]]
func.func @equal(%a: tensor<?x?xf64>, %b: tensor<?x?xf64>, %i: i64) -> f64 {
  %m = circ.dim %a, 1 : tensor<?x?xf64>
  %other = circ.dim %b, 1 : tensor<?x?xf64>
  %same = arith.cmpi eq, %m, %other : i64
  circ.check shape %same, "not equal: {0}, {1}"(%m, %other : i64, i64)
  %x = circ.extract %a[%i, %i] : tensor<?x?xf64>
  %y = circ.extract %b[%i, %i] : tensor<?x?xf64>
  %z = circ.add %x, %y : f64
  return %z : f64
}
