// RUN: circ-opt %s -split-input-file -verify-diagnostics

func.func @rank(%a: tensor<?x?xf64>, %i: i64) -> f64 {
  // expected-error @+1 {{has 1 indices for an array of rank 2}}
  %e = circ.extract %a[%i] : tensor<?x?xf64>
  return %e : f64
}

// -----

func.func @insert_rank(%a: tensor<?xf64>, %x: f64, %i: i64) -> tensor<?xf64> {
  // expected-error @+1 {{has 2 indices for an array of rank 1}}
  %b = circ.insert %x into %a[%i, %i] : tensor<?xf64>
  return %b : tensor<?xf64>
}

// -----

func.func @dimension(%a: tensor<?xf64>) -> i64 {
  // expected-error @+1 {{asks for a dimension that the array does not have}}
  %n = circ.dim %a, 1 : tensor<?xf64>
  return %n : i64
}

// -----

func.func @splat_sizes(%x: f64, %n: i64) -> tensor<?x?xf64> {
  // expected-error @+1 {{needs one size for each dynamic dimension}}
  %a = circ.splat %x sizes(%n) : tensor<?x?xf64>
  return %a : tensor<?x?xf64>
}

// -----

func.func @elements(%x: f64) -> tensor<3xf64> {
  // expected-error @+1 {{must give a static array with as many elements as it has operands}}
  %a = circ.from_elements %x, %x : tensor<3xf64>
  return %a : tensor<3xf64>
}

// -----

func.func @map_element(%n: i64) -> tensor<?xf64> {
  // expected-error @+1 {{yields another type than its result's element}}
  %a = circ.map (%i) in (%n) {
    circ.yield %i : i64
  } : tensor<?xf64>
  return %a : tensor<?xf64>
}

// -----

func.func @map_rank(%n: i64, %x: f64) -> tensor<?x?xf64> {
  // expected-error @+1 {{has a result of the wrong rank}}
  %a = circ.map (%i) in (%n) {
    circ.yield %x : f64
  } : tensor<?x?xf64>
  return %a : tensor<?x?xf64>
}

// -----

func.func @map_inner(%n: i64, %row: tensor<?xf64>) -> tensor<?x?xf64> {
  // expected-error @+1 {{needs one inner size for each dynamic dimension of what it yields}}
  %a = circ.map (%i) in (%n) {
    circ.yield %row : tensor<?xf64>
  } : tensor<?x?xf64>
  return %a : tensor<?x?xf64>
}

// -----

func.func @reduce_type(%n: i64) -> f64 {
  // expected-error @+1 {{yields another type than its result's}}
  %s = circ.reduce sum (%i) in (%n) {
    circ.yield %i : i64
  } : f64
  return %s : f64
}

// -----

func.func @any_of_numbers(%n: i64) -> i64 {
  // expected-error @+1 {{any and all combine i1, the others numbers}}
  %s = circ.reduce any (%i) in (%n) {
    circ.yield %i : i64
  } : i64
  return %s : i64
}

// -----

func.func @integer_logsumexp(%n: i64) -> i64 {
  // expected-error @+1 {{logsumexp combines reals}}
  %s = circ.reduce logsumexp (%i) in (%n) {
    circ.yield %i : i64
  } : i64
  return %s : i64
}

// -----

func.func @array_in_reduce(%n: i64, %a: tensor<?xf64>) -> f64 {
  // expected-error @+1 {{must yield a scalar}}
  %s = circ.reduce sum (%i) in (%n) {
    circ.yield %a : tensor<?xf64>
  } : f64
  return %s : f64
}

// -----

func.func @position_of_a_sum(%n: i64, %x: f64) -> i64 {
  // expected-error @+1 {{finds a max or a min}}
  %s = circ.arg_reduce sum (%i) in (%n) {
    circ.yield %x : f64
  }
  return %s : i64
}

// -----

func.func @exp_sum_type(%n: i64, %x: f32) -> f64 {
  // expected-error @+1 {{yields another type than its results'}}
  %m, %s = circ.exp_sum (%i) in (%n) {
    circ.yield %x : f32
  } : f64
  return %s : f64
}

// -----

func.func @kind(%n: i64, %x: f64) -> f64 {
  // expected-error @+1 {{unknown kind of reduction 'total'}}
  %s = circ.reduce total (%i) in (%n) {
    circ.yield %x : f64
  } : f64
  return %s : f64
}
