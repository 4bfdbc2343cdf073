"""Reductions: with clauses, filters, inferred and dependent ranges, nested."""
from mpmath import mp, mpf

from constructs import Construct as C

X = [0.5, -1.25, 2.0, 0.75]
Y = [1.5, 0.25, -0.5, 2.5]
A = [[1.0, 0.5, -2.0], [0.25, 3.0, 1.5]]
S = [[2.0, 0.5, 0.25], [-1.0, 1.5, 0.75], [1.25, -0.5, 3.0]]


def lse(values):
    return mp.log(sum(mp.exp(v) for v in values))


def product(values):
    r = mpf(1)
    for v in values:
        r = r * v
    return r


# kind, its Python; bodies and filters are the same for all.
KINDS = {"sum": lambda v: sum(v, mpf(0)), "prod": product, "max": max, "min": min,
         "mean": lambda v: sum(v, mpf(0)) / len(v), "logsumexp": lse}


def of_every_kind():
    for kind, python in KINDS.items():
        yield C(f"{kind} of an array", f"circuit f(x: f64[n]) = {kind}(x)^2 + x[0]", {"x": X},
                lambda x, p=python: p(x)**2 + x[0])
        yield C(f"{kind} of a matrix", f"circuit f(a: f64[n, m]) = {kind}(a) * a[0, 0]", {"a": A},
                lambda a, p=python: p([v for r in a for v in r]) * a[0][0])
        yield C(f"{kind} with a clause", f"circuit f(x: f64[n], y) = {kind}(sin(x[i]) * y + i for i in 0..n)", {"x": X, "y": 1.5},
                lambda x, y, p=python: p([mp.sin(v) * y + i for i, v in enumerate(x)]))
        yield C(f"{kind} with an inferred range", f"circuit f(x: f64[n], y: f64[n]) = {kind}(x[i] * y[i]^2 for i)", {"x": X, "y": Y},
                lambda x, y, p=python: p([u * v**2 for u, v in zip(x, y)]))
        yield C(f"{kind} with a filter", f"circuit f(x: f64[n], y) = {kind}(x[i]^3 * y for i if x[i] > 0 && i < 3)", {"x": X, "y": 1.5},
                lambda x, y, p=python: p([v**3 * y for v in x[:3] if v > 0]))
        yield C(f"{kind} with two clauses", f"circuit f(x: f64[n], y: f64[m]) = {kind}(x[i] * y[j] + j for i, j)", {"x": X, "y": Y[:3]},
                lambda x, y, p=python: p([u * v + j for u in x for j, v in enumerate(y)]))
        yield C(f"{kind} with a dependent range", f"circuit f(x: f64[n]) = {kind}(x[i] * x[j]^2 for i in 0..n, j in i..n)", {"x": X},
                lambda x, p=python: p([x[i] * x[j]**2 for i in range(4) for j in range(i, 4)]))
        yield C(f"{kind} by a step", f"circuit f(x: f64[n]) = {kind}(exp(x[i]) for i in n - 1..-1 by -2)", {"x": X},
                lambda x, p=python: p([mp.exp(x[i]) for i in (3, 1)]))
        yield C(f"{kind} in a map", f"circuit f(a: f64[n, m], w: f64[n]) = dot(w, [{kind}(a[i, j]^3 * w[i] for j) for i in 0..n])",
                {"a": A, "w": [0.75, 1.25]},
                lambda a, w, p=python: sum(v * p([x**3 * v for x in r]) for r, v in zip(a, w)))
        yield C(f"{kind} in a loop", f"circuit f(x: f64[n], k: i64) {{ var u = x\n for i in 0..k {{ let r = {kind}(u * u)\n u = u * 0.5 + r * 0.1 }}\n return sum(u) }}",
                {"x": X, "k": 3}, lambda x, k, p=python: in_loop(x, k, p))
        for inner, python_inner in KINDS.items():
            yield C(f"{kind} of {inner}", f"circuit f(a: f64[n, m], x: f64[m]) = {kind}({inner}(a[i, j] * x[j] + x[i] for j) * x[i] for i in 0..n)",
                    {"a": A, "x": [0.5, 1.5, 0.75]},
                    lambda a, x, p=python, q=python_inner: p([q([a[i][j] * x[j] + x[i] for j in range(3)]) * x[i] for i in range(2)]))


def in_loop(x, k, python):
    x = list(x)
    for _ in range(k):
        r = python([v * v for v in x])
        x = [v / 2 + r * mpf(0.1) for v in x]
    return sum(x)


GMM = """
circuit f(alpha: f64[k], mu: f64[k, d], s: f64[k, d], const x: f64[n, d]) {
  return sum(logsumexp(alpha[c] + sum(s[c, j] - 0.5 * (exp(s[c, j]) * (x[i, j] - mu[c, j]))^2 for j)
                       for c) for i) - n * logsumexp(alpha)
}
"""


def gmm(alpha, mu, s, x):
    def term(p, c):
        return alpha[c] + sum(s[c][j] - (mp.exp(s[c][j]) * (p[j] - mu[c][j]))**2 / 2 for j in range(len(p)))

    return sum(lse([term(p, c) for c in range(len(alpha))]) for p in x) - len(x) * lse(alpha)


CASES = [
    *of_every_kind(),
    C("argmax and argmin as indices", "circuit f(x: f64[n], y: f64[n]) = y[argmax(x)]^2 * x[argmin(y[i] * x[i] for i)]", {"x": X, "y": Y},
      lambda x, y: y[2]**2 * x[2]),
    C("any and all", "circuit f(x: f64[n]) = if any(x[i] < 0 for i) && !all(x[i] < 0 for i) { x[0] * x[1] } else { x[2] }", {"x": X},
      lambda x: x[0] * x[1]),
    C("integer reductions", "circuit f(x: f64[n], k: i64[n]) = x[max(k)] * sum(k) + x[min(k)]^2 * prod(k[i] + 1 for i if k[i] > 0)",
      {"x": X, "k": [2, 1, 3, 1]}, lambda x, k: x[3] * 7 + x[1]**2 * 48),
    C("triangle", "circuit f(a: f64[n, n]) = sum(a[i, j] * a[j, i] for i in 0..n, j in 0..i)", {"a": S},
      lambda a: sum(a[i][j] * a[j][i] for i in range(3) for j in range(i))),
    C("product with zeros", "circuit f(x: f64[n], y) = prod(x[i] + y for i)", {"x": [0.5, -1.5, 2.0], "y": 1.5},
      lambda x, y: product([v + y for v in x])),
    C("body with branches", "circuit f(x: f64[n], y) = sum(if x[i] > y { x[i] * y } else if x[i] > 0 { { let t = x[i]^2; t * y } } else { y^2 } for i)",
      {"x": X, "y": 0.7}, lambda x, y: sum(v * y if v > y else v**2 * y if v > 0 else y**2 for v in x)),
    C("body with arrays", "circuit f(a: f64[n, m], x: f64[m]) = sum(norm(a[i] * x + i) for i in 0..n) + max(sum(softmax(a[i]) * x) for i in 0..n)",
      {"a": A, "x": [0.5, 1.5, 0.75]}, lambda a, x: rows_with_arrays(a, x)),
    C("mixture of Gaussians", GMM, {"alpha": [0.25, -0.5], "mu": [[0.5, 1.0, -1.0], [0.0, -0.5, 0.75]],
                                    "s": [[0.1, -0.2, 0.3], [0.0, 0.25, -0.1]], "x": A + [[0.5, 0.25, 0.75]]}, gmm, const=("x",)),
    C("logsumexp of large numbers", "circuit f(x: f64[n]) = logsumexp(x)", {"x": [12345.5, 12345.25, 12344.0]}, lambda x: lse(x)),
    C("logsumexp of small numbers in a map", "circuit f(a: f64[n, m]) = sum([logsumexp(a[i, j] - 5000 for j) * i for i in 0..n])",
      {"a": A}, lambda a: sum(lse([v - 5000 for v in r]) * i for i, r in enumerate(a))),
    C("mean over a filter of two clauses", "circuit f(a: f64[n, m]) = mean(a[i, j]^2 for i, j if a[i, j] > 0.3)", {"a": A},
      lambda a: KINDS["mean"]([v**2 for r in a for v in r if v > 0.3])),
]


def rows_with_arrays(a, x):
    norms = sum(mp.sqrt(sum((v * w + i)**2 for v, w in zip(r, x))) for i, r in enumerate(a))
    weights = [sum(mp.exp(v) * w for v, w in zip(r, x)) / sum(mp.exp(v) for v in r) for r in a]
    return norms + max(weights)
