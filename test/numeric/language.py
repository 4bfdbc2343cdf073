"""Constants, defaults, several results, mixed precision, places and ranges: the
values and gradients of circuits against the same computation in Python."""
import math

from mpmath import mp, mpf

import harness
from harness import Program, report


def places(x):
    a = [list(row) for row in x]
    a[0][1] = mpf(3)
    a[1][1] += 2
    a[0] = [2 * v for v in a[0]]
    for row in a:
        row[0] -= 1
        row[1] /= 2
    for row in a[1:]:
        row[:] = [v + 1 for v in row]
    a[0][0] = mpf(5)
    a[0][0] = a[0][1] - a[2][1] * a[1][0]
    return sum(sum(row) for row in a)


def recursive(x, k):
    if k == 0:
        return x, x * x
    a, b = recursive(x, k - 1)
    return a + b, a * b


def several(x):
    a, b = recursive(x, 2)
    mean = (a + b) / 2
    variance = ((a - mean) ** 2 + (b - mean) ** 2) / 2
    return a + b * (mean + variance) + 2 * mean * 2


def halved(x):
    while True:
        x /= 2
        if x < 1:
            return x * x


# name; program; Python function; arguments.
CASES = [
    ("places", """circuit f(x: f64[n, m]) {
       var a = x
       a[0][1] = 3
       a[1..n - 1][0, 1] += 2
       a[0] *= 2
       a[:, 0] -= 1
       a[.., 1] /= 2
       a[1..] += 1
       a[..1, 0..1] = 5
       a[0, 0] = a[0, 1] - a[n - 1, m - 1] * a[1][0]
       return sum(a)
     }""", places, {"x": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]}),
    ("slices", """circuit f(x: f64[n, m]) {
       let rows = x[1..]
       let last = x[n - 1, ..]
       return sum(rows[.., 1]^2) + sum(x[..2][1]) + sum(last * x[0]) + x[1..n][0][1] * x[0, 1..][0]
     }""", lambda x: sum(r[1] ** 2 for r in x[1:]) + sum(x[1]) + sum(a * b for a, b in zip(x[-1], x[0]))
     + x[1][1] * x[0][1], {"x": [[0.5, 2.0, -1.0], [3.0, 4.0, 0.25], [5.0, -6.0, 1.5]]}),
    ("several results", """circuit pair(x, k: i64) -> (lo: f64, hi: f64) {
       if k == 0 { return x, x * x }
       let (a, b) = pair(x, k - 1)
       return a + b, a * b
     }
     circuit stats(x: f64[n]) -> (mean: f64, variance: f64) {
       let m = sum(x) / n
       return m, sum((x - m)^2) / n
     }
     circuit forwarded(x: f64[n]) { return stats(x) }
     circuit doubled(x) = (x, 2 * x)
     circuit f(x) {
       let (a, b) = pair(x, 2)
       let (m, v) = forwarded([a, b])
       var (c, d) = doubled(m)
       c += v
       d *= 2
       return a + b * c + d
     }""", several, {"x": 0.75}),
    ("results out of a loop", """circuit first(x: f64[n], limit) -> (at: f64, part: f64[2]) {
       for i in 0..n { if x[i] > limit { return x[i] * limit, [x[i], limit] } }
       return 1.0, [limit, 0]
     }
     circuit f(x: f64[n], limit) { let (a, p) = first(x, limit); return a + p[0] * p[1]^2 }""",
     lambda x, limit: x[1] * limit + x[1] * limit ** 2, {"x": [0.5, 2.0, 3.0], "limit": 1.5}),
    ("loop without an end", """circuit f(x) {
       var y = x
       while true { y *= 0.5; if y < 1 { return y^2 } }
     }""", halved, {"x": 9.0}),
    ("constants", """const last = terms - 1
     const terms = 3
     const series = [1.0, -1 / 6, 1 / 120]
     const scale = if terms > 2 && !false { exp(1) * series[1] } else { 0.0 }
     const count: i64 = div(-7, 2) % 3 + max(1, terms) + int(2.9)
     const grid = [[1, 2], [3, 4]]
     const corner = grid[1][0] + grid[0, 1] * len(grid)
     circuit f(x) = sum(series[k] * x^(2 * k + 1) for k) * scale + count * x^last + corner * x""",
     lambda x: (x - x**3 / 6 + x**5 / 120) * mp.e * -(1 / mpf(6)) + (2 + 3 + 2) * x**2 + 7 * x, {"x": 0.75}),
    ("defaults", """const w = [0.5, 2.0, -1.0]
     struct P { x: f64[2], on: bool }
     const p = P { x: [1.5, 2.5], on: true }
     circuit g(x: f64[n], w: f64[3] = w, a = -2.0, flag: bool = !true, q: P = p) {
       return sum(x[i] * w[i] for i) + (if flag { a } else { a * x[0] }) + (if q.on { q.x[1] * x[1] } else { 0.0 })
     }
     circuit f(x: f64[n]) = g(x) + g(x, a=3, flag=true) * g(x, q=P { on: false, x: x[0..2] }, w=[1, 2, 3])""",
     lambda x: (x[0] / 2 + 2 * x[1] - x[2] - 2 * x[0] + 2.5 * x[1])
     + (x[0] / 2 + 2 * x[1] - x[2] + 3 + 2.5 * x[1]) * (x[0] + 2 * x[1] + 3 * x[2] - 2 * x[0]),
     {"x": [0.5, -1.5, 2.0]}),
    ("filtered positions", """circuit f(x: f64[n]) {
       let i = argmax(x[i] for i if x[i] < 2)
       let j = argmin(-x[j]^2 for j in 1..n if j != 2)
       return x[i]^2 * x[j]
     }""", lambda x: x[0] ** 2 * x[3], {"x": [1.5, 0.5, 9.0, 2.5]}),
    ("unicode", """circuit normal(x, μ = 0.0, σ₁ = 1.0) = exp(-0.5 * ((x - μ) / σ₁)^2) / (σ₁ * sqrt(2 * pi))
     circuit f(x, μ, σ₁) = normal(x, σ₁=σ₁, μ=μ)""",
     lambda x, μ, σ1: mp.exp(-((x - μ) / σ1) ** 2 / 2) / (σ1 * mp.sqrt(2 * mp.pi)),
     {"x": 0.5, "μ": -0.25, "σ₁": 1.5}),
]

# Of f32: program, Python function, arguments; compared to single precision.
SINGLE = [
    ("mixed", """circuit f(x: f32, y: f32[n], z) -> f64 {
       let a = x * 2 + sum(y)
       let b = f64(a) * z + mean(f64(y))
       return b + sin(z) + f64(x^2) * f64(max(y[i] for i)) + f64(y[0])
     }""", lambda x, y, z: (2 * x + sum(y)) * z + sum(y) / len(y) + mp.sin(z) + x * x * max(y) + y[0],
     {"x": 0.125, "y": [1.5, 2.5, -3.0], "z": 2.0}),
    ("arrays", """circuit f(x: f32[n]) -> f32 {
       var s: f32 = 0.0
       for i in 0..n { s += x[i] * 2 }
       let w: f32[n] = zeros(n)
       let v: f32[3] = [1, 2, 3]
       let e: f32[2, 2] = eye(2)
       let l: f32[n] = linspace(0, 1, n)
       let c: f32[n] = fill(1, n)
       return s + sum(w) + v[1] * e[0, 0] + sum(l * x) + sum(c * x) + norm(x) + dot(x, x) + logsumexp(x[i] for i)
     }""", lambda x: 3 * sum(x) + 2 + x[1] / 2 + x[2] + mp.sqrt(sum(v * v for v in x)) + sum(v * v for v in x)
     + mp.log(sum(mp.exp(v) for v in x)), {"x": [0.5, -1.25, 2.0]}),
    ("powers", "circuit f(x: f32, k: i64) = x^k + x^2.5 + k * x + x / k",
     lambda x, k: x**3 + x**mpf(2.5) + 3 * x + x / 3, {"x": 1.75, "k": 3}),
    ("constant", """const third: f32 = 1 / 3
     circuit f(x: f32) = x * third + x * 0.5""",
     lambda x: x * mpf("0.3333333432674407958984375") + x / 2, {"x": 1.5}),
]


def check(name, program, function, arguments, tolerance, options=()):
    answer = Program(program).gradient("f", arguments, options)
    if not answer:
        return
    got, gradient = answer
    wanted = {k: v for k, v in arguments.items() if k in gradient}
    fixed = {k.replace("₁", "1"): v for k, v in arguments.items() if k not in gradient}
    value, partials = harness.central_difference(
        lambda **free: function(**{k.replace("₁", "1"): v for k, v in free.items()}, **fixed), wanted)
    close = lambda a, b: abs(a - b) <= tolerance * max(1, abs(b))
    report(close(got, value), f"{name}: value {got}, expected {value}")
    report(list(gradient) == [k for k in arguments if not isinstance(arguments[k], int)],
           f"{name}: derivatives of {list(gradient)}")
    for key, want in partials.items():
        for i, (g, w) in enumerate(zip(harness.flat(gradient[key]), want)):
            report(close(g, w), f"{name}: d/d{key} {i} is {g}, expected {w}")
            if tolerance > 1e-9 and "z" != key:  # the derivative by an f32 is an f32
                report(math.isclose(g, float(f"{g:.9g}"), rel_tol=1e-15), f"{name}: d/d{key} is no f32: {g!r}")


def run(verbose, only):
    for cases, tolerance in ((CASES, 1e-12), (SINGLE, 2e-6)):
        for name, *case in cases:
            if only and name not in only:
                continue
            check(name, *case, tolerance)
            check(name + ", forward", *case, tolerance, ["--mode", "forward"])
            if verbose:
                print(name)
