"""Sparsity patterns hold for all real inputs: at each of several points that take different branches the
pattern is the same, and every element that is not zero in the dense matrix there is in it."""
import random

from harness import Program, finish, flat, report

LOOPS = """
circuit masked(x: f64[n]) -> f64[n] = [if x[i] > 0 && i > 0 { x[i - 1] * x[i] } else { x[i]^2 } for i in 0..n]
circuit chosen(x: f64[n], y: f64[n]) -> f64[3] {
  let k = argmax(y)
  return [x[k], select(y[0] > x[1], x[0], y[2]), max(x[i] * y[i] for i)]
}
circuit settled(x: f64[n], tol) -> f64[n] {
  var t = x
  var k = 0
  while sum(t) > tol && k < 40 {
    t = [0.5 * t[i] - (if i > 0 { 0.1 * t[i - 1] } else { 0.0 }) for i in 0..n]
    k += 1
  }
  return t
}
circuit filtered(x: f64[n]) -> f64[2] {
  return [sum(x[i]^2 for i in 0..n if x[i] > 1), sum(x[i] * x[0] for i in 0..int(abs(x[0])))]
}
circuit scattered(x: f64[n], to: i64[n]) -> f64[n] {
  var a = zeros(n)
  for i in 0..n {
    if x[i] < 0 { continue }
    a[to[i]] += x[i]^2
    if x[i] > 3 { a[int(x[i]) % n] = x[0] }
  }
  return a
}
circuit stopped(x: f64[n]) -> f64[n] {
  var s = 0.0
  var a = zeros(n)
  for i in 0..n {
    s += x[i]
    if s > 2 { break }
    a[i] = s
  }
  return a
}
circuit early(x: f64[n]) -> f64[n] {
  if x[0] > 1 { return [x[n - 1 - i] for i in 0..n] }
  let y = sort(x)
  return [y[i] * floor(x[0]) for i in 0..n]
}
circuit powers(x, k: i64) -> f64 { if k == 0 { return 1.0 } return x * powers(x, k - 1) }
circuit called(x: f64[n]) -> f64[n] = [if x[i] > 0 { powers(x[i], 3) } else { scaled(x, i)[0] } for i in 0..n]
circuit scaled(x: f64[n], k: i64) -> f64[2] = [x[k] * x[(k + 1) % n], x[k]]
circuit solved(a: f64[n, n], b: f64[n]) -> f64[n] { let y = solve(a + 5 * eye(n), b); return [y[i] * b[i] for i in 0..n] }
gate soft(x, y) { forward { return max(x, 0) + log1p(exp(-abs(x))) * y } backward(g) { return (g * sigmoid(x), g) } }
circuit gated(x: f64[n]) -> f64[n] = [soft(x[i], x[(i + 1) % n]) for i in 0..n]
circuit whole(x: f64[n]) -> f64[2] {
  let y = if x[0] > 0 { x } else { [x[n - 1 - i] for i in 0..n] }
  return [y[0], y[1] * stop(x[2])]
}
"""

SECOND = """
circuit branches(x: f64[n], k: i64) {
  var s = 0.0
  for i in 0..k { if exp(x[i]) * s > 1 { s += sin(x[i]) * x[0] } else { s += x[i]^2 } }
  return s
}
circuit sweeps(x: f64[n], k: i64) {
  var s = x[0]
  if s > 1 { for i in 0..k { s *= x[i] } } else { for i in 1..k { s += x[i]^2 * x[i - 1] } }
  return s
}
circuit largest(x: f64[n]) = max(x[i] * x[(i + 1) % n] for i in 0..n) + sum(relu(x[i])^3 for i in 0..n)
circuit kept(x: f64[n], k: i64) {
  var t = x
  var j = 0
  @checkpoint
  for i in 0..k {
    j = (j + 1) % n
    t[j] = if t[j] > 0 { sin(t[j]) * x[i % n] } else { t[j]^2 }
  }
  return sum(t)
}
circuit grown(x: f64[n]) {
  var s = x[0]
  while s < 10 { s = s * s + x[1]^2 + 1 }
  return s + x[2]
}
circuit indexed(x: f64[n], k: i64[m]) {
  var s = 0.0
  for j in 0..m { s += part(x, k[j]) }
  return s
}
circuit part(x: f64[n], k: i64) -> f64 {
  var p = 1.0
  if x[k] > 0 { for i in 0..2 { p *= x[(k + i) % n] } }
  return p
}
"""

FIRST_CASES = {"masked": ["x"], "chosen": ["x", "y"], "settled": ["x", "tol"], "filtered": ["x"], "scattered": ["x", "to"],
               "stopped": ["x"], "early": ["x"], "called": ["x"], "solved": ["a", "b"], "gated": ["x"], "whole": ["x"]}
SECOND_CASES = {"branches": ["x", "k"], "sweeps": ["x", "k"], "largest": ["x"], "kept": ["x", "k"], "grown": ["x"],
                "indexed": ["x", "ks"]}


def point(names, generator):
    made = {}
    for name in names:
        if name == "to":
            made[name] = [3, 1, 4, 1, 0]
        elif name == "k":
            made[name] = 4
        elif name == "ks":
            made["k"] = [0, 3, 2]
        elif name == "tol":
            made[name] = generator.uniform(-2, 2)
        elif name == "a":
            made[name] = [[generator.uniform(-1, 1) for _ in range(5)] for _ in range(5)]
        else:
            made[name] = [generator.uniform(-3, 4.5) for _ in range(5)]
    return made


def blocks(answer, command):
    """{(row array, column array): (shape, {(i, j)} of the pattern)}"""
    found = {}
    for r, row in answer[command].items():
        for c, block in row.items():
            pointers, columns = block["row_pointers"], block["columns"]
            pairs = {(i, int(columns[k])) for i in range(int(block["shape"][0]))
                     for k in range(int(pointers[i]), int(pointers[i + 1]))}
            found[r, c] = ([int(n) for n in block["shape"]], pairs)
    return found


def run():
    generator = random.Random(5)
    full = 0
    for text, cases, command in ((LOOPS, FIRST_CASES, "jacobian"), (SECOND, SECOND_CASES, "hessian")):
        program = Program(text)
        for circuit, names in cases.items():
            expected, touched = None, set()
            for _ in range(6):
                at = point(names, generator)
                sparse = program.call(command, circuit, at, ("--sparse", "-O1"))
                dense = program.call(command, circuit, at, ("-O1",))
                if sparse is None or dense is None:
                    continue
                pattern = blocks(sparse, command)
                expected = expected or pattern
                report(pattern == expected, f"{circuit}: the pattern changes with the reals")
                for (r, c), ((height, width), pairs) in pattern.items():
                    values = flat(dense[command][r][c])
                    nonzero = {(k // width, k % width) for k, v in enumerate(values) if v != 0}
                    touched |= {(r, c, *pair) for pair in nonzero}
                    report(nonzero <= pairs, f"{circuit} at {at}: d{r}/d{c} lacks {sorted(nonzero - pairs)}")
            full += sum(len(pairs) for _, pairs in expected.values()) - len(touched)
    # Most of what the patterns hold was seen: they are no mere dense matrices.
    report(full <= 60, f"{full} elements of all patterns were zero at every point")


run()
finish()
