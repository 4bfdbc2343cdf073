// RUN: circ-opt --reverse-gradients -split-input-file -verify-diagnostics %s

func.func @no_rule(%x: f64) -> f64 attributes {circ.gradient} {
  // expected-error @+1 {{'arith.divf' has no derivative rule}}
  %y = arith.divf %x, %x : f64
  return %y : f64
}

// -----

func.func @in_a_loop(%x: f64, %n: i64) -> f64 attributes {circ.gradient} {
  %one = arith.constant 1 : i64
  // expected-error @+1 {{only loops from 0 by 1 have a derivative rule}}
  %r = scf.for %i = %one to %n step %one iter_args(%a = %x) -> (f64) : i64 {
    %b = circ.mul %a, %a : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// -----

// expected-error @+1 {{the differentiated result must be a real scalar}}
func.func @integer(%x: f64, %n: i64) -> i64 attributes {circ.gradient} {
  return %n : i64
}
