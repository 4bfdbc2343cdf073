"""Straight-line code, branches, blocks, selections, types."""
from mpmath import mp, mpf

from constructs import Construct as C

# What an f32 computation may be off from the exact one.
F32 = 3e-6

POLYNOMIAL = """
circuit f(x, y) {
  let a = x * y + 3 * x
  let b = a^2 - y / x
  let c = a * b
  return c + a
}
"""


def polynomial(x, y):
    a = x * y + 3 * x
    return a * (a**2 - y / x) + a


def piecewise(x):
    return x**3 if x > 2 else mp.sin(x) if x > 0 else 1 / x


PIECEWISE = """
circuit f(x) {
  var r = 0.0
  if x > 2 { r = x^3 } else if x > 0 { r = sin(x) } else { r = 1 / x }
  return r
}
"""

EARLY = """
circuit f(x, y) {
  if x > 2 { return x^3 * y }
  let s = sin(x)
  if x > 0 {
    if y > 1 { return s * y }
    return s
  }
  return y / x
}
"""


def early(x, y):
    if x > 2:
        return x**3 * y
    if x > 0:
        return mp.sin(x) * y if y > 1 else mp.sin(x)
    return y / x


REASSIGNED = """
circuit f(x, y) {
  var a = x
  var b = y
  if x > y { a = b * x; b = a + 1 }
  let t = a
  a = b * t
  b *= a
  a -= t
  b /= 1 + t * t
  b += a
  return a * b
}
"""


def reassigned(x, y):
    a, b = x, y
    if x > y:
        a = b * x
        b = a + 1
    t = a
    a = b * t
    b = b * a
    a = a - t
    b = b / (1 + t * t)
    b = b + a
    return a * b


CASES = [
    C("straight line", POLYNOMIAL, {"x": 1.5, "y": -0.75}, polynomial),
    C("one value used often", "circuit f(x) { let a = x * x; return a * a * a + a / (1 + a) }", {"x": 1.25},
      lambda x: x**6 + x**2 / (1 + x**2)),
    C("shadowing", "circuit f(x) { let y = x * 2\n let z = { let y = x^2; y * 3 }\n return y * z }", {"x": 1.25},
      lambda x: 6 * x**3),
    C("constants", "const k = 2.5\nconst two = 2\ncircuit f(x) = k * x^two + pi * x", {"x": 1.25},
      lambda x: mpf("2.5") * x**2 + mpf(3.141592653589793) * x),
    C("variables assigned again", REASSIGNED, {"x": 1.5, "y": 0.5}, reassigned),
    C("variables assigned again, other branch", REASSIGNED, {"x": 0.5, "y": 1.5}, reassigned),
    *[C(f"if statement at {x}", PIECEWISE, {"x": x}, piecewise) for x in (2.5, 1.5, -1.5)],
    *[C(f"early return at {x}, {y}", EARLY, {"x": x, "y": y}, early)
      for x, y in ((2.5, 2.0), (1.5, 2.0), (1.5, 0.5), (-1.5, 0.5))],
    *[C(f"if expression at {x}", "circuit f(x, y) = if x > 1 { x * y } else if x > 0 { let t = x + y; t^2 } else { y }",
        {"x": x, "y": 3.0}, lambda x, y: x * y if x > 1 else (x + y)**2 if x > 0 else y) for x in (1.5, 0.5, -0.5)],
    *[C(f"if of arrays at {c}", "circuit f(c, x: f64[n], y: f64[n]) { let z = if c > 0 { x * c } else { y + x }\n return dot(z, y) }",
        {"c": c, "x": [1.5, 2.5], "y": [0.5, -1.5]},
        lambda c, x, y: sum((a * c if c > 0 else b + a) * b for a, b in zip(x, y))) for c in (2.0, -2.0)],
    *[C(f"array assigned in a branch at {c}",
        "circuit f(c, x: f64[n]) {\n var z = x\n if c > 0 { z[0] = c * z[1] } else { z = z * c }\n return sum(z^2) + z[0] }",
        {"c": c, "x": [1.5, 2.5, 3.5]},
        lambda c, x: sum(v**2 for v in ([c * x[1]] + x[1:] if c > 0 else [c * v for v in x]))
        + (c * x[1] if c > 0 else c * x[0])) for c in (2.0, -2.0)],
    C("select", "circuit f(x, y) = select(x > y, x * exp(y), y * y) + select(x < y, log(y - x), 3 * x)",
      {"x": 2.0, "y": 0.5}, lambda x, y: x * mp.exp(y) + 3 * x),
    C("select of arrays", "circuit f(c: bool, x: f64[n], y: f64[n]) = dot(select(c, x, y), x)",
      {"c": True, "x": [1.5, 2.5], "y": [0.5, -1.5]}, lambda c, x, y: sum(a * a for a in x)),
    C("remainder and powers", "circuit f(x, y) = x % y * y^x + (-x) % y + x^(y * y)", {"x": 7.25, "y": 2.5},
      lambda x, y: (x - mp.floor(x / y) * y) * y**x + (-x - mp.floor(-x / y) * y) + x**(y * y)),
    C("comparisons", "circuit f(x, y) { var s = x * y\n if x <= y { s *= x } else { s *= y }\n if x != y { s += x^3 }\n return s }",
      {"x": 0.5, "y": 1.5}, lambda x, y: x * y * x + x**3),
    C("what is not finite is left out", "circuit f(x: f64[n], y) = sum(if isfinite(1 / x[i]) && !isnan(y) { y / x[i] } else { y * y } for i)",
      {"x": [0.5, 0.0, -2.0], "y": 1.5}, lambda x, y: y / x[0] + y * y + y / x[2]),
    C("short circuit", "circuit f(x: f64[n], i: i64) { var s = x[0]^2\n if i < n && x[i] > 0 { s *= x[i] }\n"
      " if i >= n || x[i] > 5 { s += x[1] }\n return s }", {"x": [1.5, 2.5], "i": 7}, lambda x, i: x[0]**2 + x[1]),
    C("block expression", "circuit f(x) = { let s = x * x; let t = s + x; s * t }", {"x": 1.5},
      lambda x: x**2 * (x**2 + x)),
    C("integers become real", "circuit f(x, k: i64) { let m = k * 2 - 1\n return x * m + m / k + x^k }", {"x": 1.5, "k": 4},
      lambda x, k: x * 7 + mpf(7) / 4 + x**4),
    C("floored division", "circuit f(x, k: i64) = x * div(k, 2) + x^2 * (k % 3) - x^3 * div(-k, 2) - x * ((-k) % 3)",
      {"x": 1.5, "k": 7}, lambda x, k: x * 3 + x**2 - x**3 * -4 - x * 2),
    C("truncation carries no derivative", "circuit f(x) = x * int(x * 10) + x^2", {"x": 1.53}, lambda x: 15 * x + x**2),
    C("const parameter", "circuit f(x, const c) = x * c + c^2", {"x": 1.5, "c": 2.5}, lambda x, c: x * c + mpf(c)**2,
      const=("c",)),
    C("f32", "circuit f(x: f32, y: f32) = x * sin(y) + exp(x) / y", {"x": 1.5, "y": 0.75},
      lambda x, y: x * mp.sin(y) + mp.exp(x) / y, tolerance=F32),
    C("f32 in f64", "circuit f(x: f32, y) { let a = f64(x) * y\n return a * f64(f32(y) * x) + a }", {"x": 1.5, "y": 0.75},
      lambda x, y: (x * y)**2 + x * y, tolerance=F32),
    C("f32 arrays", "circuit f(x: f32[n], w: f32[n]) { var s: f32 = 0.0\n for i in 0..n { s += x[i] * w[i]^2 }\n return s * max(x) + logsumexp(w) }",
      {"x": [1.5, 2.5, 0.25], "w": [0.5, 0.75, -1.0]},
      lambda x, w: sum(a * b**2 for a, b in zip(x, w)) * max(x) + mp.log(sum(mp.exp(b) for b in w)), tolerance=F32),
    C("comparison chains of booleans", "circuit f(x, y) { let big = x > 1 && !(y > 1)\n return if big == true { x * y } else { x / y } }",
      {"x": 2.0, "y": 0.5}, lambda x, y: x * y),
    C("value that does not matter", "circuit f(x, y) { let z = x * y\n let w = sin(z)\n return z + 0 * w }", {"x": 2.0, "y": 0.5},
      lambda x, y: x * y),
    C("assert and print", 'circuit f(x) { assert x > 0, "positive"\n print(x)\n let y = x * x\n print(y)\n return y * x }', {"x": 1.5},
      lambda x: x**3),
]
