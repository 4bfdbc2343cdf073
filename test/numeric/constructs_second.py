"""Derivatives of derivatives: linear algebra, sorting, gates of the user's own, special functions."""
from mpmath import mp, mpf

from constructs import Construct as C
from constructs_arrays import transposed, weighted
from constructs_gates import SOFTPLUS, SOLVER, USES_RESULT, WITHOUT_TANGENT, kepler
from constructs_linear import A, SPD, V, W, cholesky, inverse, matmul, matrix, rows, solve


def scaled(factor, a):
    return [scaled(factor, x) for x in a] if isinstance(a, list) else factor * a


def outer(x, y):
    return [[a * b for b in y] for a in x]


def cholesky_adjoint(a, w):
    """Murray 2016, equation 10."""
    n = len(a)
    l = matrix(cholesky(a))
    p = l.T * matrix([[w[i][j] if j <= i else mpf(0) for j in range(n)] for i in range(n)])
    for i in range(n):
        p[i, i] /= 2
        for j in range(i + 1, n):
            p[i, j] = mpf(0)
    inverse_l = mp.inverse(l)
    s = inverse_l.T * p * inverse_l
    return rows((s + s.T) / 2)


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def gaussian_gradient(s, x):
    """Of -(x . S^-1 x + log det S) / 2 with respect to S."""
    y, z = solve(transposed(s), list(x)), solve(s, list(x))
    return [[(a * b - c) / 2 for b, c in zip(z, row)] for a, row in zip(y, transposed(inverse(s)))]


GAUSSIAN = "circuit g(s: f64[n, n], x: f64[n]) = -0.5 * (dot(x, solve(s, x)) + logdet(s))\n"
SQUARES = "circuit g(a: f64[n, n], b: f64[n]) = sum(solve(a, b)^2)\n"

CASES = [
    C("the gradient of logdet", "circuit g(a: f64[n, n]) = logdet(a)\n"
      "circuit f(a: f64[n, n], w: f64[n, n]) = sum(w * grad(g)(a))", {"a": A, "w": W},
      lambda a, w: weighted(w, transposed(inverse(a)))),
    C("a product of the Hessian of logdet with a vector", "circuit g(a: f64[n, n]) = logdet(a)\n"
      "circuit f(a: f64[n, n], v: f64[n, n], w: f64[n, n]) = sum(w * hvp(g)(a; v))", {"a": A, "v": SPD, "w": W},
      lambda a, v, w: -weighted(w, matmul(matmul(transposed(inverse(a)), transposed(v)), transposed(inverse(a))))),
    C("the gradient of a solve in its right side", SQUARES + "circuit f(a: f64[n, n], b: f64[n], w: f64[n]) = dot(w, grad(g, b)(a, b))",
      {"a": A, "b": V, "w": [1.0, -2.0, 0.5]},
      lambda a, b, w: 2 * weighted(list(w), solve(transposed(a), solve(a, list(b))))),
    C("the gradient of a solve in its matrix", SQUARES + "circuit f(a: f64[n, n], b: f64[n], w: f64[n, n]) = sum(w * grad(g, a)(a, b))",
      {"a": A, "b": V, "w": W},
      lambda a, b, w: -2 * weighted(w, outer(solve(transposed(a), solve(a, list(b))), solve(a, list(b))))),
    C("the gradient of inv", "circuit g(a: f64[n, n], w: f64[n, n]) = sum(w * inv(a))\n"
      "circuit f(a: f64[n, n], w: f64[n, n]) = sum(grad(g, a)(a, w)^2)", {"a": A, "w": W},
      lambda a, w: sum(x**2 for r in matmul(matmul(transposed(inverse(a)), w), transposed(inverse(a))) for x in r)),
    C("the gradient of a Gaussian density", GAUSSIAN + "circuit f(s: f64[n, n], x: f64[n], w: f64[n, n]) = sum(w * grad(g, s)(s, x))",
      {"s": SPD, "x": V, "w": W}, lambda s, x, w: weighted(w, gaussian_gradient(s, x))),
    C("the gradient of cholesky", "circuit g(a: f64[n, n], w: f64[n, n]) = sum(w * cholesky(a))\n"
      "circuit f(a: f64[n, n], w: f64[n, n], v: f64[n, n]) = sum(v * grad(g, a)(a, w))",
      {"a": SPD, "w": W, "v": A}, lambda a, w, v: weighted(v, cholesky_adjoint(a, w)), tolerance=1e-13),
    C("the tangent of cholesky", "circuit g(a: f64[n, n]) -> f64[n, n] = cholesky(a)\n"
      "circuit f(a: f64[n, n], w: f64[n, n], v: f64[n, n]) = sum(w * jvp(g)(a; v))",
      {"a": SPD, "w": W, "v": A}, lambda a, w, v: weighted(v, cholesky_adjoint(a, w)), tolerance=1e-13),
    C("the gradient of a product", "circuit g(a: f64[n, m], b: f64[m, n]) = sum((a @ b)^2)\n"
      "circuit f(a: f64[n, m], b: f64[m, n]) = sum(grad(g, a)(a, b) * a)", {"a": A, "b": W},
      lambda a, b: 2 * weighted(a, matmul(matmul(a, b), transposed(b)))),
    C("the gradient of a sort", "circuit g(x: f64[n], w: f64[n]) = dot(w, sort(x)^2)\n"
      "circuit f(x: f64[n], w: f64[n]) = sum(grad(g, x)(x, w)^2)",
      {"x": [2.0, -1.0, 7.5], "w": [1.0, 10.0, -2.0]},
      lambda x, w: sum((2 * a * b)**2 for a, b in zip(sorted(x), w))),
    C("the gradient of a gate", SOFTPLUS + "circuit g(x) = softplus2(x * x)\ncircuit f(x) = grad(g)(x) + grad(softplus2)(x)",
      {"x": 0.75}, lambda x: sigmoid(x * x) * 2 * x + sigmoid(x)),
    C("the tangent of a gate without one", WITHOUT_TANGENT + "circuit f(x, v) = jvp(softplus2)(x * x; v)", {"x": 0.75, "v": 2.0},
      lambda x, v: sigmoid(x * x) * v),
    C("the third derivative of a gate that uses its result", USES_RESULT + "circuit g(x) = root(x)^3\n"
      "circuit h(x) = grad(g)(x)^2\ncircuit f(x) = grad(h)(x) * x^2", {"x": 1.75}, lambda x: mpf(9) / 4 * x**2),
    C("the Hessian of a gate of two numbers", SOLVER + "circuit g(m, e) = kepler(m, e)\ncircuit f(m, e) = grad(g, e)(m, e)",
      {"m": 1.0, "e": 0.3}, lambda m, e: mp.sin(kepler(m, e)) / (1 - e * mp.cos(kepler(m, e))), tolerance=1e-13),
    C("the fourth derivative of lgamma", "circuit a(x) = lgamma(x)\ncircuit b(x) = grad(a)(x)\ncircuit c(x) = grad(b)(x)\n"
      "circuit f(x) = grad(c)(x)", {"x": 1.75}, lambda x: mp.psi(2, x)),
]
