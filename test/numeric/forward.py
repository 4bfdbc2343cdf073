"""Forward mode against reverse mode: the dot-product test of every construct."""

from harness import Program, check_forward_against_reverse

TEXT = """
circuit straight(x, y) = sin(x) * exp(y) - x / y
circuit carried(x, n: i64) {
  var s = x
  var t = 1.0
  for i in 0..n {
    t = t * sin(s)
    s += x * t
  }
  return s * t
}
circuit late(x, n: i64) {
  var last = 0.0
  for i in 0..n { last = x * x + 1 }
  return last
}
circuit updated(w: f64[n], n_steps: i64) {
  var a = w
  for k in 0..n_steps {
    for i in 1..n { a[i] = a[i] * 0.9 + sin(a[i - 1]) }
    a[0] += a[n - 1] * w[0]
  }
  return sum(a[i] ^ 2 for i)
}
circuit newton(x) {
  var r = x
  while abs(r * r - x) > 1e-15 * x { r = 0.5 * (r + x / r) }
  return r
}
circuit branches(x, y) {
  var s = 0.0
  for i in 0..5 {
    if sin(x * i) > 0 { s += x * y } else if i == 3 { s += exp(y) } else { s -= y }
  }
  return s
}
circuit stopping(w: f64[n]) {
  var s = 0.0
  for i in 0..n {
    if w[i] < -0.9 { continue }
    if s > 2 { break }
    s += w[i] * w[i]
  }
  return s
}
circuit mapped(w: f64[n], x: f64[n, d]) -> f64 {
  let h = [tanh(sum(x[i, j] * w[i] for j)) for i in 0..n]
  let m = [[h[i] * x[i, j] for j in 0..d] for i in 0..n]
  return sum(m[i, j] ^ 2 for i in 0..n, j in 0..d)
}
circuit extremes(w: f64[n]) = max(w[i] ^ 2 for i) * min(w) + max(sin(w[i] * w[j]) for i in 0..n, j in 0..n)
circuit soft(w: f64[n]) = logsumexp(3 * w[i] for i) + logsumexp(w[i] * w[j] for i in 0..n, j in 0..i)
circuit product(w: f64[n]) = prod(w[i] + 0.5 for i) + mean(w)
circuit zero_factor(w: f64[n]) = prod(w[i] - w[1] + 1 - 1 for i)
circuit square(x) = x * x
circuit scaled(w: f64[n], by) -> f64[n] = [w[i] * by for i in 0..n]
circuit calls(w: f64[n], x) {
  let a = scaled(w, square(x))
  let b = scaled([1.0, 2.0], x)
  return sum(a[i] for i) * b[1] + sum(square(w[i]) for i)
}
circuit power(x, k: i64) -> f64 {
  if k == 0 { return 1 }
  return x * power(x, k - 1)
}
circuit recursion(x, y) = power(x, 6) * power(y, 3)
circuit several(x, y) -> (f64, i64, f64) {
  return (x * y, 3, x - y)
}
circuit taken_apart(x, y) {
  let (a, k, b) = several(x, y)
  return a * a * k + b
}
circuit narrow(x, w: f64[n]) {
  let h = f32(x) * f32(2.5)
  return f64(h) * x * 0 + sum(w) * x
}
circuit arrays(w: f64[n], x) {
  let f = fill(x * x, n)
  let l = [x, 2 * x, sin(x)]
  let c = concat(f, w)
  let t = transpose([[w[i] * l[j] for j in 0..3] for i in 0..n])
  return sum(c[i] ^ 3 for i) + sum(t[1, i] for i in 0..n) + norm(w) + dot(w, w)
}
circuit guarded(w: f64[n]) = sum(log(w[i]) for i in 0..n if w[i] > 0) + sum(select(w[i] > 0, sqrt(w[i]), w[i]) for i)
circuit unused(x, y) {
  let dead = exp(y)
  return x * 3 + floor(y)
}
"""

ARRAY = [0.3, -0.7, 1.1, 0.45, -0.95]
MATRIX = [[0.1 * i - 0.3 * j + 0.05 * i * j for j in range(3)] for i in range(5)]
CASES = [
    ("straight", {"x": 0.7, "y": 1.3}),
    ("carried", {"x": 0.7, "n": 12}),
    ("carried", {"x": 0.7, "n": 0}),
    ("late", {"x": 0.7, "n": 3}),
    ("late", {"x": 0.7, "n": 0}),
    ("updated", {"w": ARRAY, "n_steps": 3}),
    ("newton", {"x": 2.7}),
    ("branches", {"x": 0.9, "y": 0.4}),
    ("stopping", {"w": ARRAY}),
    ("mapped", {"w": ARRAY, "x": MATRIX}),
    ("extremes", {"w": ARRAY}),
    ("soft", {"w": ARRAY}),
    ("product", {"w": ARRAY}),
    ("zero_factor", {"w": ARRAY}),
    ("calls", {"w": ARRAY, "x": 1.2}),
    ("recursion", {"x": 1.2, "y": -0.7}),
    ("taken_apart", {"x": 1.2, "y": -0.7}),
    ("narrow", {"x": 1.2, "w": ARRAY}),
    ("arrays", {"w": ARRAY, "x": 1.2}),
    ("guarded", {"w": ARRAY}),
    ("unused", {"x": 1.2, "y": 0.3}),
]


def run(verbose=False, only=()):
    program = Program(TEXT)
    for name, arguments in CASES:
        wrt = [n for n, v in arguments.items() if not isinstance(v, int)]
        for options in ((), ("-O0",)):
            check_forward_against_reverse(program, name, arguments, wrt, options)
