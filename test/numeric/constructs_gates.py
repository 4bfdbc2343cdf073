"""Gates of the user's own: their rules are used, not their bodies."""
from mpmath import mp, mpf

from constructs import Construct as C

SOFTPLUS = """
/// log(1 + e^x) without overflow
gate softplus2(x) {
  forward     { return max(x, 0) + log1p(exp(-abs(x))) }
  backward(g) { return g * sigmoid(x) }
  tangent(dx) { return dx * sigmoid(x) }
}
"""
WITHOUT_TANGENT = SOFTPLUS.replace("  tangent(dx) { return dx * sigmoid(x) }\n", "")
# The adjoint is not the derivative of the body: three times it.
TRIPLE = """
gate triple(x, y) {
  forward { return x * y }
  backward(g) { return (3.0 * g * y, 3.0 * g * x) }
}
"""
USES_RESULT = """
gate root(x) {
  forward { return sqrt(x) }
  backward(g) { return g / (2.0 * result) }
}
"""
SCALED = """
/// A const parameter and an integer: neither gets an adjoint.
gate scaled(x, const s, k: i64) {
  forward { return s * x^k }
  backward(g) { return g * s * k * x^(k - 1) }
}
"""
ARRAYS = """
/// A loop in the rule; an array in, an array out.
gate running(x: f64[n], rate) -> f64[n] {
  forward {
    var y = x
    for i in 1..n { y[i] = y[i] + rate * y[i - 1] }
    return y
  }
  backward(g) {
    var h = g
    var dr = 0.0
    for i in n - 1..0 by -1 {
      h[i - 1] += rate * h[i]
      dr += result[i - 1] * h[i]
    }
    return (h, dr)
  }
}
"""
SOLVER = """
/// A fixed point by iteration, its derivative by the implicit function theorem.
gate kepler(m, e) {
  forward {
    var u = m
    for i in 0..60 { u = m + e * sin(u) }
    return u
  }
  backward(g) {
    let w = g / (1 - e * cos(result))
    return (w, w * sin(result))
  }
}
"""


def softplus(x):
    return mp.log(1 + mp.exp(x))


def weighted(w, a):
    return sum((x * y for x, y in zip(w, a)), mpf(0))


def running(x, rate):
    y = list(x)
    for i in range(1, len(y)):
        y[i] = y[i] + rate * y[i - 1]
    return y


def kepler(m, e):
    return mp.findroot(lambda u: u - m - e * mp.sin(u), m)


CASES = [
    C("a gate", SOFTPLUS + "circuit f(x, y) = softplus2(x * y) * x", {"x": 1.5, "y": -0.75},
      lambda x, y: softplus(x * y) * x),
    C("a gate without a tangent", WITHOUT_TANGENT + "circuit f(x, y) = softplus2(x * y) * x", {"x": 1.5, "y": -0.75},
      lambda x, y: softplus(x * y) * x),
    C("a gate on arrays", SOFTPLUS + "circuit f(x: f64[n], w: f64[n]) = dot(w, softplus2(2.0 * x))",
      {"x": [0.5, -1.0, 30.0], "w": [1.0, 2.0, -0.5]},
      lambda x, w: weighted(w, [softplus(2 * v) for v in x])),
    C("a gate of two numbers on an array and a number", TRIPLE.replace("3.0 * ", "") +
      "circuit f(x: f64[n, m], y) = sum(triple(x, y)^2)", {"x": [[0.5, -1.0], [2.0, 1.5]], "y": 0.75},
      lambda x, y: sum((v * y)**2 for r in x for v in r)),
    C("a gate that uses its result", USES_RESULT + "circuit f(x: f64[n]) -> f64 {\n  var s = 1.0\n"
      "  for i in 0..n { s = root(s * x[i] + 1) }\n  return s\n}", {"x": [0.5, 2.0, 3.0]},
      lambda x: __import__("functools").reduce(lambda s, v: mp.sqrt(s * v + 1), x, mpf(1))),
    C("a gate with parameters that are data", SCALED + "circuit f(x, k: i64) = scaled(x, 2.5, k) * scaled(x, 0.5, 2)",
      {"x": 1.5, "k": 3}, lambda x, k: mpf(2.5) * x**k * x**2 / 2),
    C("a gate of arrays", ARRAYS + "circuit f(x: f64[n], r, w: f64[n]) = dot(w, running(x * r, r))",
      {"x": [0.5, -1.0, 2.0, 0.25], "r": 0.75, "w": [1.0, -2.0, 0.5, 3.0]},
      lambda x, r, w: weighted(w, running([v * r for v in x], r))),
    C("a gate of arrays in a loop", ARRAYS + "circuit f(x: f64[n], r) -> f64 {\n  var y = x\n"
      "  for i in 0..3 { y = running(y, r) }\n  return sum(y^2)\n}", {"x": [0.5, -1.0, 2.0], "r": 0.75},
      lambda x, r: sum(v**2 for v in running(running(running(x, r), r), r))),
    C("a gate by the implicit function theorem", SOLVER + "circuit f(m: f64[n], e) = sum([kepler(m[i], e)^2 for i in 0..n])",
      {"m": [0.5, 1.0, 2.5], "e": 0.3}, lambda m, e: sum(kepler(v, e)**2 for v in m), tolerance=1e-13),
    C("a gate alone", SOFTPLUS.replace("softplus2", "f"), {"x": 0.75}, softplus),
    C("a gate called by a circuit called by a gate's rule", USES_RESULT + "circuit half(g, r) = g / (2.0 * r)\n"
      "gate root2(x) {\n  forward { return root(x) }\n  backward(g) { return half(g, root(x)) }\n}\n"
      "circuit f(x) = root2(x)^3", {"x": 1.75}, lambda x: mp.sqrt(x)**3),
]
