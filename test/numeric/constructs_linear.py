"""Linear algebra by its matrix rules, and sorting."""
import random

from mpmath import mp, mpf

from constructs import Construct as C
from constructs_arrays import weighted

A = [[2.0, 0.5, -1.25], [0.75, -1.5, 0.25], [1.0, 0.125, 3.0]]
SPD = [[4.0, 1.0, -0.5], [1.0, 3.0, 0.25], [-0.5, 0.25, 2.0]]
W = [[0.3, 1.7, -0.6], [2.2, -1.1, 0.9], [-0.4, 0.8, 1.3]]
B = [[1.0, -2.0], [0.5, 3.0], [-1.5, 0.75]]
V = [1.5, -0.5, 2.0]


def matrix(a):
    return mp.matrix([list(row) for row in a])


def rows(m):
    return [[m[i, j] for j in range(m.cols)] for i in range(m.rows)]


def solve(a, b):
    if isinstance(b[0], list):
        columns = [list(mp.lu_solve(matrix(a), mp.matrix(list(c)))) for c in zip(*b)]
        return [list(r) for r in zip(*columns)]
    return list(mp.lu_solve(matrix(a), mp.matrix(list(b))))


def inverse(a):
    n = len(a)
    return solve(a, [[mpf(i == j) for j in range(n)] for i in range(n)])


def matmul(a, b):
    return rows(matrix(a) * matrix(b))


def cholesky(a):
    """Of the symmetric part: the gradient of the op is the symmetric one."""
    n = len(a)
    l = mp.cholesky(matrix([[(a[i][j] + a[j][i]) / 2 for j in range(n)] for i in range(n)]))
    return [[l[i, j] if j <= i else mpf(0) for j in range(n)] for i in range(n)]


def logdet(a):
    return mp.log(abs(mp.det(matrix(a))))


def repeated(a, b, steps):
    x = list(b)
    for _ in range(steps):
        x = [u + v for u, v in zip(solve(a, x), x)]
    return sum(v**2 for v in x)


def random_matrix(n, m, seed):
    r = random.Random(seed)
    return [[r.uniform(-1, 1) for _ in range(m)] for _ in range(n)]


def sort_stably(x, w):
    return weighted(w, sorted(x))


CASES = [
    C("solve of a vector", "circuit f(a: f64[n, n], b: f64[n], w: f64[n]) = dot(w, solve(a, b))",
      {"a": A, "b": V, "w": [1.0, 2.0, -0.5]}, lambda a, b, w: weighted(w, solve(a, b))),
    C("solve of a matrix", "circuit f(a: f64[n, n], b: f64[n, m]) = sum(sin(solve(a, b)))",
      {"a": A, "b": B}, lambda a, b: sum(mp.sin(x) for r in solve(a, b) for x in r)),
    C("solve of known sizes", "circuit f(a: f64[3, 3], b: f64[3, 2]) = sum(solve(a, b)^2)",
      {"a": A, "b": B}, lambda a, b: sum(x**2 for r in solve(a, b) for x in r)),
    C("solve in a loop", "circuit f(a: f64[n, n], b: f64[n]) -> f64 {\n  var x = b\n  for i in 0..3 { x = solve(a, x) + x }\n"
      "  return sum(x^2)\n}", {"a": A, "b": V}, lambda a, b: repeated(a, b, 3)),
    C("solve in a comprehension", "circuit f(a: f64[n, n], b: f64[n], t: f64[m]) = sum([sum(solve(t[i] * a + eye(n), b)^3) for i in 0..m])",
      {"a": A, "b": V, "t": [0.5, 2.0]}, lambda a, b, t: sum(
          x**3 for s in t for x in solve([[s * a[i][j] + (i == j) for j in range(3)] for i in range(3)], b))),
    C("solve in a branch", "circuit f(a: f64[n, n], b: f64[n]) = if b[0] > 0 { sum(solve(a, b)) } else { sum(b) }",
      {"a": A, "b": V}, lambda a, b: sum(solve(a, b))),
    C("solve of the matrix alone", "circuit f(a: f64[n, n], const b: f64[n]) = sum(solve(a, b)^2)",
      {"a": A, "b": V}, lambda a, b: sum(x**2 for x in solve(a, b)), const=("b",)),
    C("inv", "circuit f(a: f64[n, n], w: f64[n, n]) = sum(w * inv(a))", {"a": A, "w": W},
      lambda a, w: weighted(w, inverse(a))),
    C("logdet", "circuit f(a: f64[n, n]) = logdet(a)^2", {"a": A}, lambda a: logdet(a)**2),
    C("logdet of a negative determinant", "circuit f(a: f64[n, n]) = logdet(a)", {"a": [[1.0, 2.0], [3.0, 4.0]]}, logdet),
    C("logdet and solve share factors", "circuit f(a: f64[n, n], b: f64[n]) = logdet(a) + dot(b, solve(a, b))",
      {"a": A, "b": V}, lambda a, b: logdet(a) + weighted(list(b), solve(a, b))),
    C("cholesky", "circuit f(a: f64[n, n], w: f64[n, n]) = sum(w * cholesky(a))", {"a": SPD, "w": W},
      lambda a, w: weighted(w, cholesky(a))),
    C("cholesky, not linear", "circuit f(a: f64[n, n]) = sum(exp(cholesky(a)))", {"a": SPD},
      lambda a: sum(mp.exp(x) for r in cholesky(a) for x in r)),
    C("a Gaussian density", "circuit f(s: f64[n, n], x: f64[n]) = -0.5 * (dot(x, solve(s, x)) + logdet(s))",
      {"s": SPD, "x": V}, lambda s, x: -(weighted(list(x), solve(s, x)) + logdet(s)) / 2),
    C("product of matrices", "circuit f(a: f64[n, m], b: f64[m, k], w: f64[n, k]) = sum(w * (a @ b)^2)",
      {"a": random_matrix(11, 13, 1), "b": random_matrix(13, 9, 2), "w": random_matrix(11, 9, 3)},
      lambda a, b, w: weighted(w, [[x**2 for x in r] for r in matmul(a, b)])),
    C("product of matrices of one size", "circuit f(a: f64[n, n], b: f64[n, n]) = sum(a @ transpose(b) @ a)",
      {"a": A, "b": W}, lambda a, b: sum(x for r in matmul(matmul(a, [list(c) for c in zip(*b)]), a) for x in r)),
    C("product with nothing to sum over", "circuit f(x, n: i64) = sum(fill(x, n, 0) @ fill(x, 0, n)) + x^2",
      {"x": 1.5, "n": 2}, lambda x, n: x**2),
    C("linear algebra in f32", "circuit f(a: f32[n, n], b: f32[n]) = f64(sum(solve(a, b)) + logdet(a) + sum(inv(a) @ cholesky(a @ transpose(a))))",
      {"a": A, "b": V}, lambda a, b: sum(solve(a, b)) + logdet(a) + sum(
          x for r in matmul(inverse(a), cholesky(matmul(a, [list(c) for c in zip(*a)]))) for x in r), tolerance=1e-5),
    C("sort", "circuit f(x: f64[n], w: f64[n]) = sum(w * sort(x))",
      {"x": [2.0, -1.0, 7.5, 0.25, 3.0], "w": [1.0, 10.0, -2.0, 0.5, 4.0]}, sort_stably),
    C("sort in a loop", "circuit f(x: f64[n], w: f64[n]) -> f64 {\n  var y = x\n  for i in 0..2 { y = sort(y * w) }\n  return dot(w, y)\n}",
      {"x": [2.0, -1.0, 7.5], "w": [1.0, -2.25, 0.5]},
      lambda x, w: weighted(list(w), sorted(a * b for a, b in zip(sorted(a * b for a, b in zip(x, w)), w)))),
]
