"""Indexing, updates, slices, comprehensions, functions of arrays."""
from mpmath import mp, mpf

from constructs import Construct as C

X = [0.5, -1.25, 2.0, 0.75]
A = [[1.0, 0.5, -2.0], [0.25, 3.0, 1.5]]
B = [[0.5, -1.0], [2.0, 0.75], [1.25, 1.0]]
S = [[2.0, 0.5, 0.25], [-1.0, 1.5, 0.75], [1.25, -0.5, 3.0]]
W = [[0.3, 1.7, -0.6], [2.2, -1.1, 0.9]]


def weighted(w, a):
    """The sum of the products of the numbers of two equal shapes."""
    if isinstance(w, list):
        return sum((weighted(x, y) for x, y in zip(w, a)), mpf(0))
    return w * a


def matmul(a, b):
    return [[sum(r[k] * b[k][j] for k in range(len(b))) for j in range(len(b[0]))] for r in a]


def transposed(a):
    return [list(c) for c in zip(*a)]


def updated(x, y):
    x = list(x)
    x[1] = y * x[0]
    x[2] += x[1] * y
    x[0] -= y**2
    x[3] *= x[2]
    x[1] /= 2 + y
    return sum(v**2 * (i + 1) for i, v in enumerate(x))


UPDATED = """
circuit f(x: f64[4], y) {
  var a = x
  a[1] = y * a[0]
  a[2] += a[1] * y
  a[0] -= y^2
  a[3] *= a[2]
  a[1] /= 2 + y
  return sum(a[i]^2 * (i + 1) for i)
}
"""


def sliced(x, y):
    x = [v for v in x]
    x[0:2] = [v * y for v in x[0:2]]
    x[1:3] = [v + w for v, w in zip(x[1:3], x[2:4])]
    x[2:4] = [y, y]
    x[0:4] = [v - w for v, w in zip(x, reversed(x))]
    x[1:2] = [v / y for v in x[1:2]]
    return sum(v**3 * (i + 1) for i, v in enumerate(x))


SLICED = """
circuit f(x: f64[n], y) {
  var a = x
  a[0..2] *= y
  a[1..3] += a[2..4]
  a[2..4] = fill(y, 2)
  let r = [a[n - 1 - i] for i in 0..n]
  a[:] -= r
  a[1..2] /= y
  return sum(a[i]^3 * (i + 1) for i)
}
"""


def rows(a, v):
    a = [list(r) for r in a]
    a[0] = [x * y for x, y in zip(a[1], v)]
    for r, w in zip(a, (2, 3)):
        r[1] = r[1] * w
    a[1][0:2] = [p + q for p, q in zip(a[1][0:2], a[0][1:3])]
    return sum(x**2 * (i + 2 * j + 1) for i, r in enumerate(a) for j, x in enumerate(r))


ROWS = """
circuit f(a: f64[2, 3], v: f64[3]) {
  var b = a
  b[0, :] = b[1] * v
  b[:, 1] *= [2.0, 3.0]
  b[1, 0..2] += b[0, 1..3]
  return sum(b[i, j]^2 * (i + 2 * j + 1) for i, j)
}
"""


def scattered(x, k):
    out = [mpf(0)] * 3
    for v, i in zip(x, k):
        out[i] = out[i] + v**2
    return sum(v * mp.exp(v / 4) for v in out)


SCATTERED = """
circuit f(x: f64[n], k: i64[n]) {
  var out = zeros(3)
  for i in 0..n { out[k[i]] += x[i]^2 }
  return sum(v(out[i]) for i)
}
circuit v(x) = x * exp(x / 4)
"""


def softmax(x):
    e = [mp.exp(v) for v in x]
    return [v / sum(e) for v in e]


def cumsum(x):
    out, s = [], mpf(0)
    for v in x:
        s = s + v
        out.append(s)
    return out


def weigh(name, expression, parameters, at, reference, shape="n"):
    """A function that gives an array: each element has a weight of its own."""
    text = f"circuit f({parameters}, w: f64[{shape}]) = sum(w * ({expression}))"
    return C(name, text, at, lambda w, **x: weighted(w, reference(**x)))


W1 = [0.3, 1.7, -0.6, 2.2]

CASES = [
    C("indexing", "circuit f(x: f64[n], a: f64[2, 3]) = x[0] * x[n - 1] + a[1, 2] * x[1]^2 + a[0, 0] / x[0]", {"x": X, "a": A},
      lambda x, a: x[0] * x[-1] + a[1][2] * x[1]**2 + a[0][0] / x[0]),
    C("gather", "circuit f(x: f64[n], k: i64[m]) = sum(x[k[i]]^2 * (i + 1) for i)", {"x": X, "k": [3, 1, 1, 0, 3, 3]},
      lambda x, k: sum(x[j]**2 * (i + 1) for i, j in enumerate(k))),
    C("scatter", SCATTERED, {"x": X + [1.5], "k": [2, 0, 2, 2, 0]}, scattered),
    C("element updates", UPDATED, {"x": X, "y": 1.5}, updated),
    C("slice updates", SLICED, {"x": X, "y": 1.5}, sliced),
    C("row and column updates", ROWS, {"a": A, "v": [1.5, -0.5, 0.75]}, rows),
    C("update keeps the old value", "circuit f(x: f64[n], y) { var a = x\n let old = a\n a[0] = y\n a[1] = a[0] * old[0]\n return sum(a * a) + sum(old * a) }",
      {"x": X, "y": 1.5},
      lambda x, y: (lambda a: sum(v * v for v in a) + sum(u * v for u, v in zip(x, a)))([y, y * x[0]] + x[2:])),
    C("slices and rows", "circuit f(x: f64[n], a: f64[2, 3]) = dot(x[1..n], a[1]) + dot(a[:, 1], x[..2]) + sum(a[0, 1..]^3) + sum(x[2..2])",
      {"x": X, "a": A}, lambda x, a: sum(p * q for p, q in zip(x[1:], a[1])) + a[0][1] * x[0] + a[1][1] * x[1]
      + a[0][1]**3 + a[0][2]**3),
    C("rank 3", "circuit f(x: f64[n, m, 2]) = sum(x[i, j, k]^2 * (i + j + k + 1) for i, j, k) + sum(x[0] * x[1]) + sum(x[:, 0, 1]^3)",
      {"x": [A_ := [[1.0, 0.5], [-2.0, 0.25], [3.0, 1.5]], [[v * 0.5 for v in r] for r in A_]]},
      lambda x: sum(v**2 * (i + j + k + 1) for i, p in enumerate(x) for j, q in enumerate(p) for k, v in enumerate(q))
      + sum(x[0][j][k] * x[1][j][k] for j in range(3) for k in range(2)) + x[0][0][1]**3 + x[1][0][1]**3),
    C("array literals", "circuit f(x, y) { let a = [x, x * y, 2.0]\n let b = [[x, y], [y * y, 1.0]]\n return dot(a, a) + sum(b @ b) }",
      {"x": 1.5, "y": -0.5},
      lambda x, y: x**2 + (x * y)**2 + 4 + sum(v for r in matmul([[x, y], [y * y, mpf(1)]], [[x, y], [y * y, mpf(1)]]) for v in r)),
    C("elementwise with scalars", "circuit f(x: f64[n], s) { let y = 2 * x * s + exp(x) / s - x^2\n return sum(y * sin(x) / (1 + s * s)) }",
      {"x": X, "s": 1.5}, lambda x, s: sum((2 * v * s + mp.exp(v) / s - v**2) * mp.sin(v) / (1 + s * s) for v in x)),
    C("quotient of arrays", "circuit f(x: f64[n], y: f64[n]) = sum((x / y - y / x)^2)", {"x": X, "y": W1},
      lambda x, y: sum((a / b - b / a)**2 for a, b in zip(x, y))),
    weigh("comprehension", "[x[i]^2 * i + x[n - 1 - i] for i in 0..n]", "x: f64[n]", {"x": X, "w": W1},
          lambda x: [v**2 * i + x[-1 - i] for i, v in enumerate(x)]),
    weigh("comprehension of an inferred range", "[exp(x[i]) for i]", "x: f64[n]", {"x": X, "w": W1},
          lambda x: [mp.exp(v) for v in x]),
    weigh("comprehension of two clauses", "[x[i] * y[j] + i for i in 0..n, j in 0..m]", "x: f64[n], y: f64[m]",
          {"x": X[:2], "y": X[1:], "w": W}, lambda x, y: [[u * v + i for v in y] for i, u in enumerate(x)], "n, m"),
    weigh("comprehension over a part", "[x[i] * x[i + 1] for i in 0..n - 1]", "x: f64[n]", {"x": X, "w": W1[:3]},
          lambda x: [x[i] * x[i + 1] for i in range(3)], "n - 1"),
    weigh("comprehension with an array as body", "[[x[i] * x[j] + j for j in 0..3] for i in 0..2]", "x: f64[n]", {"x": X, "w": W},
          lambda x: [[x[i] * x[j] + j for j in range(3)] for i in range(2)], "2, 3"),
    weigh("comprehension of softmaxes", "[softmax(a[i]) for i in 0..2]", "a: f64[2, d]", {"a": A, "w": W},
          lambda a: [softmax(r) for r in a], "2, d"),
    weigh("transpose", "transpose(a)^2", "a: f64[n, m]", {"a": A, "w": transposed(W)},
          lambda a: [[v**2 for v in r] for r in transposed(a)], "m, n"),
    weigh("reshape", "reshape(a, 3, 2)^3", "a: f64[2, 3]", {"a": A, "w": transposed(W)},
          lambda a: (lambda v: [[x**3 for x in v[i:i + 2]] for i in (0, 2, 4)])([x for r in a for x in r]), "3, 2"),
    weigh("concat", "concat(x, y, x)^2", "x: f64[n], y: f64[m]", {"x": X[:2], "y": X[2:3], "w": W1 + [0.25]},
          lambda x, y: [v**2 for v in x + y + x], "2 * n + m"),
    weigh("concat of matrices", "concat(a, b)^2", "a: f64[n, d], b: f64[m, d]", {"a": A[:1], "b": A[1:], "w": W},
          lambda a, b: [[v**2 for v in r] for r in a + b], "n + m, d"),
    weigh("outer", "outer(x, y)", "x: f64[n], y: f64[m]", {"x": X[:2], "y": X[1:], "w": W},
          lambda x, y: [[u * v for v in y] for u in x], "n, m"),
    weigh("diag of a vector", "diag(x)^2", "x: f64[n]", {"x": X[:3], "w": S},
          lambda x: [[v**2 if i == j else mpf(0) for j in range(3)] for i, v in enumerate(x)], "n, n"),
    weigh("diag of a matrix", "diag(a)^2", "a: f64[n, n]", {"a": S, "w": W1[:3]}, lambda a: [a[i][i]**2 for i in range(3)]),
    C("trace", "circuit f(a: f64[n, n]) = trace(a) * trace(a @ a)", {"a": S},
      lambda a: sum(a[i][i] for i in range(3)) * sum(matmul(a, a)[i][i] for i in range(3))),
    C("dot", "circuit f(x: f64[n], y: f64[n]) = dot(x, y)^2 * dot(x, x)", {"x": X, "y": W1},
      lambda x, y: weighted(x, y)**2 * weighted(x, x)),
    C("norm", "circuit f(x: f64[n], a: f64[2, 3]) = norm(x) * norm(a)", {"x": X, "a": A},
      lambda x, a: mp.sqrt(weighted(x, x)) * mp.sqrt(weighted(a, a))),
    weigh("cumsum", "cumsum(x)^2", "x: f64[n]", {"x": X, "w": W1}, lambda x: [v**2 for v in cumsum(x)]),
    weigh("softmax", "softmax(x)", "x: f64[n]", {"x": X, "w": W1}, softmax),
    weigh("linspace", "linspace(a, b, 4)^2", "a, b", {"a": 0.5, "b": 2.0, "w": W1},
          lambda a, b: [((3 - i) * a / 3 + i * b / 3)**2 for i in range(4)], "4"),
    weigh("fill, zeros, iota, eye", "fill(x, 3) * iota(3) + zeros(3) + eye(3) @ [x, 2.0 * x, x^2]", "x", {"x": 1.5, "w": W1[:3]},
          lambda x: [x, x + 2 * x, 2 * x + x**2], "3"),
    C("len and dim", "circuit f(x: f64[n], a: f64[n, m]) = len(x) * x[0] + dim(a, 1) * a[0, 0]^2 + x[1] / len(a)",
      {"x": X[:2], "a": A}, lambda x, a: 2 * x[0] + 3 * a[0][0]**2 + x[1] / 2),
    weigh("matrix @ matrix", "a @ b", "a: f64[n, k], b: f64[k, n]", {"a": A, "b": B, "w": [[0.3, 1.7], [-0.6, 2.2]]}, matmul, "n, n"),
    weigh("matrix @ vector", "a @ x", "a: f64[n, k], x: f64[k]", {"a": A, "x": X[:3], "w": W1[:2]},
          lambda a, x: [weighted(r, x) for r in a]),
    weigh("vector @ matrix", "x @ a", "a: f64[n, k], x: f64[n]", {"a": A, "x": X[:2], "w": W1[:3]},
          lambda a, x: [sum(x[i] * a[i][j] for i in range(2)) for j in range(3)], "k"),
    C("vector @ vector", "circuit f(x: f64[n], y: f64[n]) = (x @ y)^2 + x @ x", {"x": X, "y": W1},
      lambda x, y: weighted(x, y)**2 + weighted(x, x)),
    C("products in a row", "circuit f(a: f64[n, k], b: f64[k, n], x: f64[n]) = x @ a @ b @ x", {"a": A, "b": B, "x": X[:2]},
      lambda a, b, x: weighted([sum(x[i] * r[j] for i, r in enumerate(matmul(a, b))) for j in range(2)], x)),
    C("gates on arrays", "circuit f(x: f64[n], y: f64[n]) = sum(max(x, y) * tanh(x) + hypot(x, 2) * clamp(y, -1, 1) + pow(abs(x), 1.5))",
      {"x": X, "y": W1}, lambda x, y: sum(max(u, v) * mp.tanh(u) + mp.sqrt(u * u + 4) * min(max(v, -1), 1) + abs(u)**mpf("1.5")
                                          for u, v in zip(x, y))),
    C("no elements", "circuit f(x: f64[n], y) = sum(x) + dot(x, x) + y^2 + sum(x[i] * y for i) + prod(x)", {"x": [], "y": 1.5},
      lambda x, y: y**2 + 1),
]
