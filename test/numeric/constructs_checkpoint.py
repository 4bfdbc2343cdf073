"""Loops that keep snapshots give what loops that keep everything give."""
from mpmath import mp, mpf

from constructs import Construct as C

X = [0.5, -1.25, 2.0]


def heat(x, rate, steps):
    y, s = list(x), mpf(0)
    for t in range(steps):
        y = [y[i] + rate * mp.sin(y[i] * y[(i + 1) % len(y)]) for i in range(len(y))]
        s += y[0] * t
    return sum(y) + s


HEAT = """circuit f(x: f64[n], rate, steps: i64) {
  var y = x
  var s = 0.0
  @checkpoint
  for t in 0..steps {
    y = [y[i] + rate * sin(y[i] * y[(i + 1) % n]) for i in 0..n]
    s += y[0] * t
  }
  return sum(y) + s
}
"""


def grow(x, rate):
    y, steps = x, 0
    while y < 10:
        y += rate * (2 + mp.cos(y) * x)
        steps += 1
    return y * y * steps


GROW = """circuit f(x, rate) {
  var y = x
  var steps = 0
  @checkpoint
  while y < 10.0 {
    y += rate * (2.0 + cos(y) * x)
    steps += 1
  }
  return y * y * steps
}
"""


def escape(x, limit):
    y = x
    for t in range(200):
        if y > limit:
            break
        y = y * mpf(1.25) + x * x / 16
    return y


ESCAPE = """circuit f(x, limit) {
  var y = x
  @checkpoint
  for t in 0..200 {
    if y > limit { break }
    y = y * 1.25 + x * x / 16.0
  }
  return y
}
"""


def nested(x, n):
    y = x
    for t in range(n):
        y = mp.sin(y) * x if t % 3 == 0 else y * y + x / 8
        for k in range(t):
            y = y * mp.cos(y)
    return y


NESTED = """circuit f(x, n: i64) {
  var y = x
  @checkpoint
  for t in 0..n {
    if t % 3 == 0 { y = sin(y) * x } else { y = y * y + 0.125 * x }
    @checkpoint
    for k in 0..t { y = y * cos(y) }
  }
  return y
}
"""


def called(x):
    return sum(nested(x + k, 4) for k in range(3))


STEP = """circuit step(y: f64[n], w: f64[n]) -> f64[n] {
  var z = y
  for k in 0..2 { z = [tanh(w[i] * z[i] + z[(i + 1) % n]) for i in 0..n] }
  return z
}
circuit f(x: f64[n], w: f64[n]) {
  var y = x
  @checkpoint
  for t in 0..30 { y = step(y, w) }
  return sum(y)
}
"""


def steps(x, w):
    y = list(x)
    for t in range(60):
        y = [mp.tanh(w[i] * y[i] + y[(i + 1) % len(y)]) for i in range(len(y))]
    return sum(y)


def derivative(f, x):
    with mp.workdps(mp.dps + 60):
        step = mpf(10) ** -40
        return (f(x + step) - f(x - step)) / (2 * step)


def named(text, name):
    return text.replace("circuit f(", f"circuit {name}(")


# A loop whose length is known when it has ended: its snapshots are thinned from 32 iterations on.
UNTIL = """circuit f(x: f64[n], rate, steps: i64) {
  var y = x
  var s = 0.0
  var t = 0
  @checkpoint
  while t < steps && y[0] < 100.0 {
    y = [y[i] + rate * sin(y[i] * y[(i + 1) % n]) for i in 0..n]
    s += y[0] * t
    t += 1
  }
  return sum(y) + s
}
"""

MATRIX = """circuit f(a: f64[2, 2], x: f64[2]) {
  var b = a
  var on = true
  var t = 0
  @checkpoint
  while on {
    b = 0.5 * (b @ a) + outer(x, x)
    t += 1
    on = t < 70
  }
  return sum(b)
}
"""

REPEATED = """circuit f(x, rate) {
  var y = x
  for k in 0..3 {
    var t = 0
    @checkpoint
    while t < 40 + 5 * k { y += rate * sin(y * x)
      t += 1 }
  }
  return y
}
"""


def matrix(a, x):
    b = a
    for t in range(70):
        b = [[sum(b[i][k] * a[k][j] for k in range(2)) / 2 + x[i] * x[j] for j in range(2)] for i in range(2)]
    return sum(map(sum, b))


def repeated(x, rate):
    y = x
    for k in range(3):
        for t in range(40 + 5 * k):
            y += rate * mp.sin(y * x)
    return y


CASES = [
    C("checkpointed loop over an array", HEAT, {"x": X, "rate": 0.01, "steps": 100}, heat, tolerance=1e-13),
    *[C(f"checkpointed loop of {n} iterations", HEAT, {"x": X, "rate": 0.01, "steps": n}, heat, tolerance=1e-13)
      for n in (0, 1, 2, 3, 33)],
    C("checkpointed while", GROW, {"x": 0.5, "rate": 0.0625}, grow, tolerance=1e-13),
    *[C(f"checkpointed while of {n} iterations", UNTIL, {"x": X, "rate": 0.01, "steps": n}, heat, tolerance=1e-13)
      for n in (0, 1, 32, 33, 65, 200)],
    C("checkpointed while over a matrix", MATRIX, {"a": [[0.5, -0.25], [0.75, 0.5]], "x": [0.5, -1.0]}, matrix, tolerance=1e-12),
    C("checkpointed while in a loop", REPEATED, {"x": 0.75, "rate": 0.01}, repeated, tolerance=1e-12),
    C("grad of a checkpointed while", named(UNTIL, "until") + "circuit f(x: f64[n], rate) = grad(until, rate)(x, rate, 40)",
      {"x": X, "rate": 0.01}, lambda x, rate: derivative(lambda r: heat(x, r, 40), rate), tolerance=1e-12),
    C("checkpointed loop with break", ESCAPE, {"x": 0.5, "limit": 30.0}, escape, tolerance=1e-13),
    C("checkpointed loops in one another", NESTED, {"x": 0.75, "n": 7}, nested, tolerance=1e-13),
    C("checkpointed loop in a map", named(NESTED, "one") + "circuit f(x) = sum(one(x + k, 4) for k in 0..3)",
      {"x": 0.75}, called, tolerance=1e-12),
    C("checkpointed loop of calls", STEP, {"x": X, "w": [0.5, 0.25, -0.5]}, steps, tolerance=1e-12),
    C("grad of a checkpointed loop", named(HEAT, "heat") + "circuit f(x: f64[n], rate) = grad(heat, rate)(x, rate, 12)",
      {"x": X, "rate": 0.01}, lambda x, rate: derivative(lambda r: heat(x, r, 12), rate), tolerance=1e-12),
    C("hvp of a checkpointed loop", named(HEAT, "heat") +
      "circuit f(x: f64[n], rate, v) = hvp(heat, rate)(x, rate, 12; v)", {"x": X, "rate": 0.01, "v": 0.5},
      lambda x, rate, v: v * derivative(lambda a: derivative(lambda r: heat(x, r, 12), a), rate), tolerance=1e-11),
]
