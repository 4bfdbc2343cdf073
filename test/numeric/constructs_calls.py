"""Calls, recursion, named and default arguments, several results."""
from mpmath import mp, mpf

from constructs import Construct as C

X = [0.5, -1.25, 2.0, 0.75, 1.5]


def spread(x):
    """The divide-and-conquer sum that TREE computes."""
    if len(x) == 1:
        return x[0]**2
    h = len(x) // 2
    return spread(x[:h]) * 2 - spread(x[h:]) * x[0]


TREE = """
circuit f(x: f64[n]) = tree(x)
circuit tree(x: f64[n]) -> f64 {
  if n == 1 { return x[0]^2 }
  let h = div(n, 2)
  return tree(x[0..h]) * 2 - tree(x[h..n]) * x[0]
}
"""



MUTUAL = """
circuit f(x, n: i64) = even(x, n)
circuit even(x, n: i64) -> f64 { if n == 0 { return x }
  return odd(x * 1.5, n - 1) * x }
circuit odd(x, n: i64) -> f64 = sin(even(x, n - 1)) + x
"""


def even(x, n):
    return x if n == 0 else odd(x * mpf("1.5"), n - 1) * x


def odd(x, n):
    return mp.sin(even(x, n - 1)) + x


RECURSIVE_ARRAY = """
circuit f(x: f64[n], k: i64) = sum(fold(x, k) * x)
circuit fold(x: f64[n], k: i64) -> f64[n] {
  if k == 0 { return x * x }
  var y = fold(x * 0.5 + 1, k - 1)
  y[0] *= x[n - 1]
  return y + x
}
"""


def fold(x, k):
    if k == 0:
        return [v * v for v in x]
    y = fold([v / 2 + 1 for v in x], k - 1)
    y[0] = y[0] * x[-1]
    return [u + v for u, v in zip(y, x)]


LATE = """
circuit f(x: f64[n], y) = first(x, y) * first(x * 2, y) + first(x, y * 10)
circuit first(x: f64[n], y) {
  for i in 0..n {
    if x[i] > y { return x[i]^2 * y }
    if x[i] < -10 { break }
  }
  return y
}
"""


def first(x, y):
    return next((v**2 * y for v in x if v > y), y)


SEVERAL = """
circuit stats(x: f64[n]) -> (mean: f64, spread: f64, centred: f64[n]) {
  let m = mean(x)
  let c = x - m
  return m, sqrt(sum(c * c)), c
}
circuit f(x: f64[n], y) {
  let (m, s, c) = stats(x)
  let (m2, s2, c2) = stats(c * y + m)
  return m * s + c[0] * s2 + c2[1] / m2
}
"""


def stats(x):
    m = sum(x) / len(x)
    c = [v - m for v in x]
    return m, mp.sqrt(sum(v * v for v in c)), c


def several(x, y):
    m, s, c = stats(x)
    m2, s2, c2 = stats([v * y + m for v in c])
    return m * s + c[0] * s2 + c2[1] / m2


UNUSED_RESULTS = """
circuit both(x, y) -> (f64, f64, i64) { return x * y, x / y, 3 }
circuit f(x, y) {
  let (a, b, k) = both(x, y)
  let (c, d, e) = both(a, y * k)
  return c * e
}
"""

DEFAULTS = """
circuit g(x, mean = 0.5, scale = 2.0) = ((x - mean) / scale)^2
circuit f(x, y) = g(x) + g(x, scale=y) * g(x, y) + g(y, scale=x, mean=1.0)
"""


def g(x, mean=mpf("0.5"), scale=mpf(2)):
    return ((x - mean) / scale)**2


FRACTIONS = """
circuit f(x, n: i64) = level(x, n, 1.0)
circuit level(x, n: i64, s) -> f64 {
  var t = s
  for i in 0..n { t = t * 0.5 + level(x * t, n - 1, s + x) / 4 }
  return t * x
}
"""


def level(x, n, s):
    t = s
    for _ in range(n):
        t = t / 2 + level(x * t, n - 1, s + x) / 4
    return t * x


CASES = [
    C("call", "circuit f(x, y) = g(x, y) * g(y, x * x)\ncircuit g(a, b) = a * sin(b)", {"x": 1.5, "y": 0.5},
      lambda x, y: x * mp.sin(y) * y * mp.sin(x * x)),
    C("call of an unused parameter", "circuit f(x, y) = g(x, y) + y^2\ncircuit g(a, _b) = a^3", {"x": 1.5, "y": 0.5},
      lambda x, y: x**3 + y**2),
    C("call with a constant", "circuit f(x) = g(x, 3.0) + g(2.0, x) + g(2.0, 3.0)\ncircuit g(a, b) = a * exp(b)", {"x": 1.5},
      lambda x: x * mp.exp(3) + 2 * mp.exp(x) + 2 * mp.exp(3)),
    C("call with arrays", "circuit f(x: f64[n], y) = sum(scale(scale(x, y), y + 1))\ncircuit scale(v: f64[n], s) = v * s + v[0]",
      {"x": X, "y": 1.5}, lambda x, y: sum((v * y + x[0]) * (y + 1) + x[0] * y + x[0] for v in x)),
    C("call of a const parameter carries its derivative", "circuit f(x) = g(x, x * 2)\ncircuit g(a, const b) = a * b^2", {"x": 1.5},
      lambda x: 4 * x**3),
    C("calls of calls", "circuit f(x) = a(a(x))\ncircuit a(x) = b(x) * b(x + 1)\ncircuit b(x) = c(x)^2 + x\ncircuit c(x) = sin(x)",
      {"x": 0.75}, lambda x: a_(a_(x))),
    C("early return in a loop of a callee", LATE, {"x": X, "y": 0.625}, lambda x, y: first(x, y) * first([2 * v for v in x], y) + first(x, y * 10)),
    *[C(f"recursion, {n}", MUTUAL, {"x": 0.75, "n": n}, even) for n in (0, 2, 6)],
    C("recursion on halves", TREE, {"x": X}, spread),
    *[C(f"recursion that gives an array, {k}", RECURSIVE_ARRAY, {"x": X[:3], "k": k},
        lambda x, k: sum(u * v for u, v in zip(fold(x, k), x))) for k in (0, 3)],
    C("recursion in a loop", FRACTIONS, {"x": 0.75, "n": 3}, lambda x, n: level(x, n, mpf(1))),
    C("several results", SEVERAL, {"x": X, "y": 1.25}, several),
    C("results that are not used", UNUSED_RESULTS, {"x": 1.5, "y": 0.5}, lambda x, y: 9 * x * y * y),
    C("named and default arguments", DEFAULTS, {"x": 1.5, "y": 0.75},
      lambda x, y: g(x) + g(x, scale=y) * g(x, y) + g(y, scale=x, mean=1)),
    C("callee that gives its argument back", "circuit f(x: f64[n]) { var y = same(x)\n y[0] = x[1]^2\n return sum(y * x) }\ncircuit same(x: f64[n]) = x",
      {"x": X}, lambda x: x[1]**2 * x[0] + sum(v * v for v in x[1:])),
    C("callee that updates its argument", "circuit f(x: f64[n]) = sum(double(x) * x)\ncircuit double(x: f64[n]) { var y = x\n y[1] *= y[0]\n return y }",
      {"x": X}, lambda x: x[0]**2 + x[1]**2 * x[0] + sum(v * v for v in x[2:])),
    C("static sizes", "circuit f(x: f64[3]) = sum(cross(x, [1.0, x[0], 2.0])^2)\n"
      "circuit cross(a: f64[3], b: f64[3]) = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]",
      {"x": X[:3]}, lambda x: (2 * x[1] - x[2] * x[0])**2 + (x[2] - 2 * x[0])**2 + (x[0]**2 - x[1])**2),
]


def a_(x):
    return b_(x) * b_(x + 1)


def b_(x):
    return mp.sin(x)**2 + x
