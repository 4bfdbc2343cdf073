"""Derivatives inside the language, and derivatives of those."""
from mpmath import mp, mpf

from constructs import Construct as C

X = [0.5, -1.25, 2.0]


def derivative(f, x):
    """Right to some 40 digits, with digits to spare for differences of it."""
    with mp.workdps(mp.dps + 60):
        step = mpf(10) ** -40
        return (f(x + step) - f(x - step)) / (2 * step)


def gradient(f, xs):
    def along(i):
        return derivative(lambda v: f(xs[:i] + [v] + xs[i + 1:]), xs[i])
    return [along(i) for i in range(len(xs))]


def directional(f, xs, vs):
    return derivative(lambda t: f([x + t * v for x, v in zip(xs, vs)]), mpf(0))


def power(x):
    for i in range(3):
        x = x * mp.sin(x)
    return x


POWER = "circuit power(x) {\n var y = x\n for i in 0..3 { y = y * sin(y) }\n return y\n}\n"

LINE = "struct Line { slope: f64, at: f64[2], id: i64 }\n"

ROSENBROCK = "circuit rosenbrock(x: f64[n]) = sum(100.0 * (x[i + 1] - x[i]^2)^2 + (1.0 - x[i])^2 for i in 0..n - 1)\n"


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def scan(w, x):
    """A loop over an array state with a branch and a reduction."""
    y = list(x)
    for t in range(4):
        s = sum(a * b for a, b in zip(w, y))
        if s > 0:
            y = [mp.tanh(a + s) for a in y]
        else:
            y = [a * mp.cos(s) for a in y]
        y[t % len(y)] += w[0]
    return sum(a * a for a in y)


SCAN = """circuit scan(w: f64[n], x: f64[n]) {
  var y = x
  for t in 0..4 {
    let s = sum(w[i] * y[i] for i)
    if s > 0.0 { y = [tanh(y[i] + s) for i in 0..n] } else { y = [y[i] * cos(s) for i in 0..n] }
    y[t % n] += w[0]
  }
  return sum(y[i]^2 for i)
}
"""


def newton(x):
    """How many steps depends on x."""
    y = mpf(1)
    while abs(y * y - x) > 1e-3:
        y = (y + x / y) / 2
    return y * y * y


NEWTON = """circuit newton(x) {
  var y = 1.0
  while abs(y * y - x) > 1e-3 { y = 0.5 * (y + x / y) }
  return y * y * y
}
"""


def recursive(x, k):
    return x if k == 0 else mp.sin(x) * recursive(x * x / 2 + mpf(1) / 4, k - 1) + x


RECURSIVE = """circuit recursive(x, k: i64) -> f64 {
  if k == 0 { return x }
  return sin(x) * recursive(0.5 * x * x + 0.25, k - 1) + x
}
"""


def descend(w, rate):
    for i in range(5):
        w = w - rate * derivative(power, w)
    return power(w)


def two(x, y):
    s = sum(y)
    return s * sum(a ** 3 for a in x), [a * a * s for a in x]


TWO = """circuit two(x: f64[n], y: f64[m]) -> (total: f64, parts: f64[n]) {
  let s = sum(y)
  return s * sum(x[i]^3 for i), [x[i]^2 * s for i in 0..n]
}
"""


def adjoint_of_two(x, y, g, h):
    def scalar(v):
        total, parts = two(v[:len(x)], v[len(x):])
        return g * total + sum(a * b for a, b in zip(h, parts))
    return gradient(scalar, list(x) + list(y))


def tangent_of_two(x, y, dx, dy):
    def at(t):
        return two([a + t * d for a, d in zip(x, dx)], [a + t * d for a, d in zip(y, dy)])
    total = derivative(lambda t: at(t)[0], mpf(0))
    return total + sum(derivative(lambda t: at(t)[1][i], mpf(0)) * (i + 1) for i in range(len(x)))


def jacobian_of_parts(x, y):
    def part(i, x, y):
        total, parts = two(x, y)
        return parts[i] + total * mpf(1e-3)
    a = [gradient(lambda v: part(i, v, y), x) for i in range(len(x))]
    b = [gradient(lambda v: part(i, x, v), y) for i in range(len(x))]
    return (sum(a[i][j] * (i + 1) * x[j] for i in range(len(x)) for j in range(len(x)))
            + sum(b[i][j] * x[i] * y[j] for i in range(len(x)) for j in range(len(y))))


def hessian_of_exponentials(x, y):
    def g(v):
        return v[0] * sum(mp.exp(v[0] * a) for a in v[1:])
    at = [x] + list(y)
    h = [[derivative(lambda t: gradient(g, at[:j] + [t] + at[j + 1:])[i], at[j]) for j in range(len(at))]
         for i in range(len(at))]
    return h[0][0] + sum(3 * h[0][i] + h[i][i] for i in range(1, len(at)))


def reduced(x):
    return (mp.log(sum(mp.exp(a) for a in x)) + max(x) * min(x)
            + x[0] * x[1] * x[2])


REDUCED = "circuit reduced(x: f64[n]) = logsumexp(x) + max(x) * min(x) + prod(x)\n"

CASES = [
    C("grad", POWER + "circuit f(x) = grad(power)(x) * x", {"x": 1.2}, lambda x: derivative(power, x) * x),
    C("grad of grad", POWER + "circuit g(x) = grad(power)(x)\ncircuit f(x) = sin(grad(g)(x))", {"x": 1.2},
      lambda x: mp.sin(derivative(lambda a: derivative(power, a), x)), tolerance=1e-12),
    C("grad of grad at once", POWER + "circuit f(x) = sin(grad(grad(power, x), x)(x))", {"x": 1.2},
      lambda x: mp.sin(derivative(lambda a: derivative(power, a), x)), tolerance=1e-12),
    C("grad of a built-in's grad", "circuit f(x) = x * grad(grad(grad(sin)))(x)", {"x": 1.2}, lambda x: -x * mp.cos(x)),
    C("derivatives of tanh and sigmoid far out", "circuit f(x: f64[n]) = sum(grad(tanh)(x[i]) + 3 * grad(sigmoid)(x[i]) for i in 0..n)",
      {"x": [0.5, 360.0, -572.0, 800.0]}, lambda x: sum(1 / mp.cosh(a)**2 + 3 / (2 + mp.exp(a) + mp.exp(-a)) for a in x)),
    C("jacobian of grad at once", "circuit g(x: f64[n], const a: f64[n, 2 * n], s = 2.0) -> (loss: f64, x: f64[n]) = (s * sum((x @ a)^4), x)\n"
      "circuit f(x: f64[n], a: f64[n, 2 * n]) {\n let j = jacobian(grad(g.loss, x), x)(x, a)\n let h = hessian(g.loss, x)(x, a, 3.0)\n"
      " return sum(j[i, k] * (i + 1) * x[k] for i in 0..n, k in 0..n) + h[0, 1]\n}",
      {"x": [0.5, -0.25], "a": [[1.0, 0.5, -0.5, 2.0], [0.25, -1.0, 1.5, 1.0]]},
      lambda x, a: (lambda h: sum(2 * h[i][k] * (i + 1) * x[k] for i in range(2) for k in range(2)) + 3 * h[0][1])(
          [[sum(12 * (x[0] * a[0][c] + x[1] * a[1][c])**2 * a[i][c] * a[k][c] for c in range(4)) for k in range(2)]
           for i in range(2)]), tolerance=1e-12),
    C("grad of an array", ROSENBROCK + "circuit f(x: f64[n]) = sum(grad(rosenbrock)(x)[i]^2 for i in 0..n)",
      {"x": X}, lambda x: sum(g * g for g in gradient(rosenbrock, x)), tolerance=1e-13),
    C("value_and_grad", ROSENBROCK + "circuit f(x: f64[n]) {\n let (v, g) = value_and_grad(rosenbrock)(x)\n return v + dot(g, x)\n}",
      {"x": X}, lambda x: rosenbrock(x) + sum(g * a for g, a in zip(gradient(rosenbrock, x), x)), tolerance=1e-13),
    C("grad with respect to one", SCAN + "circuit f(w: f64[n], x: f64[n]) = dot(grad(scan, w)(w, x), x)",
      {"w": [0.5, -0.25, 0.125], "x": X},
      lambda w, x: sum(g * a for g, a in zip(gradient(lambda v: scan(v, x), w), x)), tolerance=1e-12),
    C("grad in the order named", SCAN + "circuit f(w: f64[n], x: f64[n]) {\n let (gx, gw) = grad(scan, x, w)(w, x)\n return dot(gx, w) + gw[0]\n}",
      {"w": [0.5, -0.25, 0.125], "x": X},
      lambda w, x: sum(g * a for g, a in zip(gradient(lambda v: scan(w, v), x), w)) + gradient(lambda v: scan(v, x), w)[0],
      tolerance=1e-12),
    C("grad of a while", NEWTON + "circuit f(x) = grad(newton)(x)^2", {"x": 7.0},
      lambda x: derivative(newton, x) ** 2, tolerance=1e-12),
    C("grad of a recursion", RECURSIVE + "circuit f(x, k: i64) = grad(recursive)(x, k) + x", {"x": 0.7, "k": 4},
      lambda x, k: derivative(lambda a: recursive(a, k), x) + x, tolerance=1e-13),
    C("grad in a map", POWER + "circuit f(x: f64[n]) = sum([grad(power)(x[i]) * x[i] for i in 0..n])", {"x": X},
      lambda x: sum(derivative(power, a) * a for a in x), tolerance=1e-13),
    C("grad in a loop", POWER + "circuit f(w, rate) {\n var v = w\n for i in 0..5 { v -= rate * grad(power)(v) }\n return power(v)\n}",
      {"w": 1.1, "rate": 0.01}, descend, tolerance=1e-13),
    C("grad of a named result", TWO + "circuit f(x: f64[n], y: f64[m]) = sum(grad(two.total, x)(x, y))",
      {"x": X, "y": [0.5, 0.75]}, lambda x, y: sum(gradient(lambda v: two(v, y)[0], x)), tolerance=1e-13),
    C("grad of reductions", REDUCED + "circuit f(x: f64[n]) = sum(grad(reduced)(x)[i] * (i + 1) for i in 0..n)", {"x": X},
      lambda x: sum(g * (i + 1) for i, g in enumerate(gradient(reduced, x))), tolerance=1e-12),
    C("jvp", TWO + "circuit f(x: f64[n], y: f64[m], dx: f64[n], dy: f64[m]) {\n"
      " let (total, parts) = jvp(two)(x, y; dx, dy)\n return total + sum(parts[i] * (i + 1) for i in 0..n)\n}",
      {"x": X, "y": [0.5, 0.75], "dx": [1.0, -0.5, 0.25], "dy": [0.125, 2.0]}, tangent_of_two, tolerance=1e-13),
    C("vjp", TWO + "circuit f(x: f64[n], y: f64[m], g, h: f64[n]) {\n"
      " let (ax, ay) = vjp(two)(x, y; g, h)\n return sum(ax) + sum(ay)\n}",
      {"x": X, "y": [0.5, 0.75], "g": 0.5, "h": [1.0, -0.5, 0.25]},
      lambda x, y, g, h: sum(adjoint_of_two(x, y, g, h)), tolerance=1e-13),
    C("jvp of grad", SCAN + "circuit g(w: f64[n], x: f64[n]) -> f64[n] = grad(scan, w)(w, x)\n"
      "circuit f(w: f64[n], x: f64[n], v: f64[n]) = sum(jvp(g)(w, x; v, x))",
      {"w": [0.5, -0.25, 0.125], "x": X, "v": [1.0, 0.5, -1.0]},
      lambda w, x, v: sum(directional(lambda z: gradient(lambda a: scan(a, z[3:]), z[:3])[i], list(w) + list(x),
                                      list(v) + list(x)) for i in range(3)), tolerance=1e-11),
    C("grad of jvp", SCAN + "circuit along(w: f64[n], x: f64[n], v: f64[n]) = jvp(scan)(w, x; v, v)\n"
      "circuit f(w: f64[n], x: f64[n], v: f64[n]) = sum(grad(along, w)(w, x, v))",
      {"w": [0.5, -0.25, 0.125], "x": X, "v": [1.0, 0.5, -1.0]},
      lambda w, x, v: sum(gradient(lambda a: directional(lambda z: scan(z[:3], z[3:]), list(a) + list(x), list(v) * 2), w)),
      tolerance=1e-11),
    C("hvp", ROSENBROCK + "circuit f(x: f64[n], v: f64[n]) = dot(hvp(rosenbrock)(x; v), x)", {"x": X, "v": [1.0, 0.5, -1.0]},
      lambda x, v: sum(directional(lambda z: gradient(rosenbrock, z)[i], x, v) * x[i] for i in range(3)), tolerance=1e-12),
    C("hvp in the order named", SCAN + "circuit f(w: f64[n], x: f64[n], v: f64[n]) {\n"
      " let (hx, hw) = hvp(scan, x, w)(w, x; v, x)\n return sum(hx) + hw[1]\n}",
      {"w": [0.5, -0.25, 0.125], "x": X, "v": [1.0, 0.5, -1.0]},
      lambda w, x, v: (lambda h: sum(h[3:]) + h[1])(
          [directional(lambda z: gradient(lambda a: scan(a[:3], a[3:]), z)[i], list(w) + list(x), list(x) + list(v))
           for i in range(6)]), tolerance=1e-11),
    C("jacobian of an array", TWO + "circuit parts(x: f64[n], y: f64[m]) -> f64[n] {\n let (t, p) = two(x, y)\n"
      " return [p[i] + t * 1e-3 for i in 0..n]\n}\n"
      "circuit f(x: f64[n], y: f64[m]) {\n let (a, b) = jacobian(parts)(x, y)\n"
      " return sum(a[i, j] * (i + 1) * x[j] for i in 0..n, j in 0..n) + sum(b[i, j] * x[i] * y[j] for i in 0..n, j in 0..m)\n}",
      {"x": X, "y": [0.5, 0.75]}, lambda x, y: jacobian_of_parts(x, y), tolerance=1e-12),
    C("jacobian of a scalar", "circuit g(x, y) = sin(x) * y\ncircuit f(x, y) {\n let (a, b) = jacobian(g)(x, y)\n return a * b\n}",
      {"x": 0.5, "y": 1.5}, lambda x, y: mp.cos(x) * y * mp.sin(x)),
    C("hessian", ROSENBROCK + "circuit f(x: f64[n]) {\n let h = hessian(rosenbrock)(x)\n"
      " return sum(h[i, j] * (i + 1) * x[j] for i in 0..n, j in 0..n)\n}", {"x": X},
      lambda x: sum(derivative(lambda t: gradient(rosenbrock, x[:j] + [t] + x[j + 1:])[i], x[j]) * (i + 1) * x[j]
                    for i in range(3) for j in range(3)), tolerance=1e-12),
    C("hessian of two parameters", "circuit g(x, y: f64[n]) = x * sum(exp(x * y[i]) for i)\n"
      "circuit f(x, y: f64[n]) {\n let (xx, xy, yx, yy) = hessian(g)(x, y)\n"
      " return xx + sum(xy[i] + 2.0 * yx[i] for i) + sum(yy[i, i] for i in 0..n)\n}",
      {"x": 0.5, "y": [0.5, -0.25]}, lambda x, y: hessian_of_exponentials(x, y), tolerance=1e-12),
    C("jacobian by a struct", LINE + "circuit g(l: Line, x) -> f64[2] = [exp(l.slope * x) * l.at[0], l.at[1]^3 * x]\n"
      "circuit f(x, y) {\n let (l, s) = jacobian(g)(Line { slope: x, at: [y, x], id: 3 }, y)\n"
      " return l[0].slope + 2.0 * l.at[1, 1] + 3.0 * l.at[0, 0] + s[0] * s[1]\n}",
      {"x": 0.5, "y": 1.25}, lambda x, y: (
          y * y * mp.exp(x * y) + 2 * 3 * x * x * y + 3 * mp.exp(x * y) + x * y * mp.exp(x * y) * x**3)),
    C("jacobian of a struct", LINE + "circuit g(l: Line, x) -> Line {\n var n = l\n n.slope *= x\n n.at[1] *= sin(x)\n return n\n}\n"
      "circuit f(x, y) {\n let (sl, sx, al, ax) = jacobian(g)(Line { slope: x, at: [y, x], id: 3 }, y)\n"
      " return sl.slope * sx + al.at[1, 1] * ax[1] + ax[0] + al[0].slope\n}",
      {"x": 0.5, "y": 1.25}, lambda x, y: y * x + mp.sin(y) * mp.cos(y) * x),
    C("hessian by a struct", LINE + "circuit g(l: Line) = l.slope^3 * l.at[0] + exp(l.at[1] * l.slope)\n"
      "circuit f(x, y) {\n let (s, a) = hessian(g)(Line { slope: x, at: [y, x * y], id: 3 })\n"
      " return s.slope + s.at[0] + 2.0 * a[1].slope + 3.0 * a.at[1, 1]\n}",
      {"x": 0.5, "y": 1.25}, lambda x, y: (lambda e: 6 * x * y + (x * y)**2 * e + 3 * x * x + 2 * (1 + x * x * y) * e + 3 * x * x * e)(
          mp.exp(x * y * x))),
    C("jacobian by f32", "circuit g(x: f32) -> f64[2] = [f64(x)^2, f64(x)]\n"
      "circuit f(x) {\n let j = jacobian(g)(f32(1.5))\n return x * f64(j[0]) + f64(j[1])\n}",
      {"x": 0.5}, lambda x: 3 * x + 1),
    C("derivatives of built-ins", "circuit f(x, y) {\n let (a, b) = grad(pow)(x, y)\n"
      " return a * b + jvp(exp)(x; y) + hvp(tanh)(y; x) + vjp(max, x)(x, y; 2.0) * x\n}",
      {"x": 1.5, "y": 0.75}, lambda x, y: y * x**(y - 1) * x**y * mp.log(x) + y * mp.exp(x)
      - 2 * mp.tanh(y) / mp.cosh(y)**2 * x + 2 * x),
    # Differences cannot see `stop`.
    C("stop", "circuit f(x, y) = x * stop(y) + stop(x * x) * y + stop(2)", {"x": 1.5, "y": 2.5}, None,
      stated=(1.5 * 2.5 + 1.5 * 1.5 * 2.5 + 2, {"x": [2.5], "y": [2.25]})),
    C("stop of an array", "circuit f(x: f64[n]) = dot(x, stop(x))", {"x": X}, None,
      stated=(sum(a * a for a in X), {"x": X})),
    C("stop under grad", "circuit g(x, y) = x * x * stop(x * y)\ncircuit f(x, y) = grad(g, x)(x, y)", {"x": 1.5, "y": 2.5}, None,
      stated=(2 * 1.5 * 1.5 * 2.5, {"x": [2 * 1.5 * 2.5], "y": [0.0]})),
]
