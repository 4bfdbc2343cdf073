// RUN: circ-opt --vectorize-iterations=bits=512 %s 2>/dev/null | FileCheck %s
// RUN: circ-opt --vectorize-iterations=bits=512 %s 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// REMARK: [[#@LINE+22]]:8: remark: vectorized: 64 iterations in lanes
// REMARK: remark: vectorized: 64 iterations in lanes
// REMARK: remark: lanes are left to the loops inside
// REMARK: remark: lanes are left to the loops inside
// REMARK: remark: not vectorized: the range of a reduction differs between iterations

// Inner sums of products: eight registers side by side. What all iterations read
// alike stays scalar; the row of each iteration is put in lanes once.
// CHECK-LABEL: @dot
// CHECK: scf.for %[[BASE:.*]] = %{{.*}} to %{{.*}} step {{.*}} iter_args(%[[SUM:.*]] = {{.*}}) -> (vector<64xf64>)
// CHECK: circ.reduce sum
// CHECK: circ.lanes %[[BASE]] : vector<64xi64>
// CHECK: circ.gather {{.*}} -> vector<64xf64>
// CHECK: circ.extract {{.*}} : tensor<?xf64>
// CHECK: circ.mul {{.*}} : vector<64xf64>
// The rest, masked.
// CHECK: scf.for
// CHECK: arith.cmpi slt
// CHECK: arith.select {{.*}} : vector<64xi1>, vector<64xf64>
// CHECK: circ.combine_lanes sum
func.func @dot(%x: tensor<?x?xf64>, %w: tensor<?xf64>, %n: i64) -> f64 {
  %d = arith.constant 3 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%d) {
      %a = circ.extract %x[%i, %j] : tensor<?x?xf64>
      %b = circ.extract %w[%j] : tensor<?xf64>
      %p = circ.mul %a, %b : f64
      %q = circ.exp %p : f64
      circ.yield %q : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s : f64
}

// Adding to a shared array: the sum over the lanes is added.
// CHECK-LABEL: @backward
// CHECK: circ.accumulate_lanes {{.*}} : vector<64xf64>, tensor<?xf64>, i64
func.func @backward(%x: tensor<?xf64>, %w: tensor<?xf64>, %start: tensor<?xf64>, %n: i64) -> tensor<?xf64> {
  %d = arith.constant 3 : i64
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%sum = %start) -> (tensor<?xf64>) : i64 {
    %a = circ.extract %x[%i] : tensor<?xf64>
    %inner = scf.for %j = %zero to %d step %one iter_args(%s = %sum) -> (tensor<?xf64>) : i64 {
      %b = circ.extract %w[%j] : tensor<?xf64>
      %p = circ.mul %a, %b : f64
      %q = circ.tanh %p : f64
      %next = circ.accumulate %q into %s[%j] : tensor<?xf64>
      scf.yield %next : tensor<?xf64>
    } {circ.independent}
    scf.yield %inner : tensor<?xf64>
  } {circ.independent}
  return %r : tensor<?xf64>
}

// Rows that an inner loop goes through element by element, once each: lanes along them
// need no gathers. So it is with rows that iterations add to.
// CHECK-LABEL: @along_rows
// CHECK-NOT: vector<
func.func @along_rows(%x: tensor<?x?xf64>, %at: tensor<?xi64>, %w: tensor<?xf64>, %n: i64, %d: i64) -> f64 {
  %s = circ.reduce sum (%i) in (%n) {
    %r = circ.extract %at[%i] : tensor<?xi64>
    %t = circ.reduce sum (%j) in (%d) {
      %a = circ.extract %x[%r, %j] : tensor<?x?xf64>
      %b = circ.extract %w[%j] : tensor<?xf64>
      %p = circ.mul %a, %b : f64
      circ.yield %p : f64
    } : f64
    %e = circ.mul %t, %t : f64
    circ.yield %e : f64
  } : f64
  return %s : f64
}

// CHECK-LABEL: @adds_to_rows
// CHECK-NOT: vector<
func.func @adds_to_rows(%w: tensor<?xf64>, %at: tensor<?xi64>, %start: tensor<?x?xf64>, %n: i64, %d: i64) -> tensor<?x?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %zero to %n step %one iter_args(%sum = %start) -> (tensor<?x?xf64>) : i64 {
    %row = circ.extract %at[%i] : tensor<?xi64>
    %inner = scf.for %j = %zero to %d step %one iter_args(%s = %sum) -> (tensor<?x?xf64>) : i64 {
      %b = circ.extract %w[%j] : tensor<?xf64>
      %next = circ.accumulate %b into %s[%row, %j] : tensor<?x?xf64>
      scf.yield %next : tensor<?x?xf64>
    } {circ.independent}
    scf.yield %inner : tensor<?x?xf64>
  } {circ.independent}
  return %r : tensor<?x?xf64>
}

// CHECK-LABEL: @triangle
// CHECK-NOT: vector<
func.func @triangle(%x: tensor<?xf64>, %n: i64) -> tensor<?xf64> {
  %y = circ.map (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%i) {
      %a = circ.extract %x[%j] : tensor<?xf64>
      circ.yield %a : f64
    } : f64
    circ.yield %t : f64
  } : tensor<?xf64>
  return %y : tensor<?xf64>
}

// One register cannot hold a choice between arrays for each lane.
// CHECK-LABEL: @choice
// CHECK-NOT: vector<
func.func @choice(%x: tensor<?xf64>, %y: tensor<?xf64>, %n: i64, %c: f64) -> f64 {
  %zero = arith.constant 0 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %a = circ.extract %x[%i] : tensor<?xf64>
    %chosen = arith.cmpf olt, %c, %a : f64
    %array = arith.select %chosen, %x, %y : tensor<?xf64>
    %m = circ.dim %array, 0 : tensor<?xf64>
    %t = circ.reduce sum (%j) in (%m) {
      %b = circ.mul %a, %c : f64
      circ.yield %b : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s : f64
}

// A running maximum with its sum goes into lanes though there is no loop inside;
// one exponential scales the smaller of the two.
// CHECK-LABEL: @exponentials
// CHECK: scf.for {{.*}} -> (vector<8xf64>, vector<8xf64>)
// CHECK: circ.max {{.*}} : vector<8xf64>
// CHECK: circ.exp
// CHECK-NOT: circ.exp
// CHECK: circ.add {{.*}} : vector<8xf64>
// CHECK: circ.combine_lanes max
// CHECK: circ.combine_lanes sum
func.func @exponentials(%x: tensor<?xf64>, %n: i64) -> f64 {
  %s = circ.reduce logsumexp (%i) in (%n) {
    %a = circ.extract %x[%i] : tensor<?xf64>
    circ.yield %a : f64
  } : f64
  return %s : f64
}

// Sides that do more than arithmetic run when a lane takes them, for those that
// do. What such a side adds to shared arrays, it adds under its mask.
// CHECK-LABEL: @sides
// CHECK: circ.arg_reduce max {{.*}} {
// CHECK: circ.yield {{.*}} : vector<[[LANES:.*]]xf64>
// CHECK: } : vector<[[LANES]]xi64>
// CHECK: %[[TAKEN:.*]] = arith.cmpi sge, {{.*}} : vector<[[LANES]]xi64>
// CHECK: %[[ANY:.*]] = circ.combine_lanes any %[[TAKEN]]
// CHECK: scf.if %[[ANY]] -> (tensor<?xf64>) {
// CHECK: circ.gather {{.*}} mask %[[TAKEN]] : vector<[[LANES]]xi1>
// CHECK: arith.select %[[TAKEN]]
// CHECK: circ.accumulate_lanes {{.*}} mask %[[TAKEN]] : vector<[[LANES]]xi1>
func.func @sides(%x: tensor<?x?xf64>, %start: tensor<?xf64>, %n: i64, %k: i64) -> tensor<?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %g = scf.for %i = %zero to %n step %one iter_args(%a = %start) -> (tensor<?xf64>) : i64 {
    %p = circ.arg_reduce max (%j) in (%k) {
      %v = circ.extract %x[%j, %i] : tensor<?x?xf64>
      %e = circ.exp %v : f64
      circ.yield %e : f64
    }
    %found = arith.cmpi sge, %p, %zero : i64
    %b = scf.if %found -> (tensor<?xf64>) {
      %v = circ.extract %x[%p, %i] : tensor<?x?xf64>
      %s = circ.exp %v : f64
      %c = circ.accumulate %s into %a[%p] : tensor<?xf64>
      scf.yield %c : tensor<?xf64>
    } else {
      scf.yield %a : tensor<?xf64>
    }
    scf.yield %b : tensor<?xf64>
  } {circ.independent}
  return %g : tensor<?xf64>
}

// Rows that iterations make are written as rows.
// CHECK-LABEL: @rows
// CHECK: scf.for %[[BASE:[a-z0-9]*]] =
// CHECK: circ.scatter_rows {{.*}} into {{.*}}[%[[BASE]]] : vector<8xf64>, vector<8xf64>, tensor<?x2xf64>
// CHECK: scf.for
// CHECK: circ.scatter_rows {{.*}} mask {{.*}} : vector<8xi1> :
func.func @rows(%x: tensor<?xf64>, %n: i64) -> tensor<?x2xf64> {
  %y = circ.map (%i) in (%n) {
    %a = circ.extract %x[%i] : tensor<?xf64>
    %s = circ.sin %a : f64
    %c = circ.cos %a : f64
    %row = circ.from_elements %s, %c : tensor<2xf64>
    circ.yield %row : tensor<2xf64>
  } : tensor<?x2xf64>
  return %y : tensor<?x2xf64>
}

// Directions that fill columns of a matrix, each its own: no lane reads what
// another one writes.
// CHECK-LABEL: @columns
// CHECK: %[[K:.*]] = circ.lanes %{{.*}} : vector<8xi64>
// CHECK: circ.scatter {{.*}} : vector<8xf64>, tensor<?x?xf64>, i64, vector<8xi64>
// CHECK: circ.scatter {{.*}} mask
func.func @columns(%x: tensor<?x?xf64>, %start: tensor<?x?xf64>, %n: i64, %d: i64) -> tensor<?x?xf64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %k = %zero to %d step %one iter_args(%a = %start) -> (tensor<?x?xf64>) : i64 {
    %b = scf.for %i = %zero to %n step %one iter_args(%c = %a) -> (tensor<?x?xf64>) : i64 {
      %e = circ.extract %x[%i, %k] : tensor<?x?xf64>
      %s = circ.exp %e : f64
      %f = circ.insert %s into %c[%i, %k] : tensor<?x?xf64>
      scf.yield %f : tensor<?x?xf64>
    }
    scf.yield %b : tensor<?x?xf64>
  } {circ.directions, circ.independent}
  return %r : tensor<?x?xf64>
}

// Four registers where iterations have indices of their own, and as many as are filled
// where the number of iterations is known.
// CHECK-LABEL: @indices
// CHECK: vector<32xf64>
// CHECK-LABEL: @few
// CHECK: vector<16xf64>
func.func @indices(%x: tensor<?x?xf64>, %at: tensor<?xi64>, %n: i64, %d: i64) -> f64 {
  %s = circ.reduce sum (%i) in (%n) {
    %k = circ.extract %at[%i] : tensor<?xi64>
    %t = circ.reduce sum (%j) in (%d) {
      %a = circ.extract %x[%k, %j] : tensor<?x?xf64>
      %b = circ.exp %a : f64
      %c = circ.tanh %b : f64
      circ.yield %c : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s : f64
}
func.func @few(%x: tensor<?x?xf64>, %d: i64) -> f64 {
  %n = arith.constant 12 : i64
  %s = circ.reduce sum (%i) in (%n) {
    %t = circ.reduce sum (%j) in (%d) {
      %a = circ.extract %x[%j, %i] : tensor<?x?xf64>
      %b = circ.exp %a : f64
      circ.yield %b : f64
    } : f64
    circ.yield %t : f64
  } : f64
  return %s : f64
}
