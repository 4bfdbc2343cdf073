// RUN: circ-opt --dependence-patterns --split-input-file --verify-diagnostics %s

func.func @size(%x: f64) -> tensor<?xf64> attributes {circ.pattern} {
  %n = circ.to_int %x : f64
  // expected-error@+1 {{no sparsity pattern holds for all real inputs here: the size of an array hangs on real data}}
  %a = circ.splat %x sizes(%n) : tensor<?xf64>
  return %a : tensor<?xf64>
}

// -----

func.func @depth(%x: f64) -> f64 attributes {circ.pattern, circ.recursive} {
  %one = arith.constant 1.0 : f64
  %c = arith.cmpf ogt, %x, %one : f64
  %r = scf.if %c -> f64 {
    // expected-error@+1 {{how deep a recursion goes hangs on real data}}
    %d = func.call @depth(%x) : (f64) -> f64
    scf.yield %d : f64
  } else {
    scf.yield %x : f64
  }
  return %r : f64
}

// -----

func.func @unknown(%x: f64) -> f64 attributes {circ.pattern} {
  // expected-error@+1 {{'arith.mulf' has no sparsity rule}}
  %y = arith.mulf %x, %x : f64
  return %y : f64
}
