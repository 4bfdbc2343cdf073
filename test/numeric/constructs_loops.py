"""Counted loops, while, break, continue and return in them."""
from mpmath import mp, mpf

from constructs import Construct as C


def logistic(x, k):
    for _ in range(k):
        x = 3 * x * (1 - x)
    return x


def horner(c, x):
    r = mpf(0)
    for v in reversed(c):
        r = r * x + v
    return r


def fibonacci(a, b, k):
    for _ in range(k):
        a, b = b, a * b + a
    return a - b


def heat(x, rate, k):
    x = list(x)
    for _ in range(k):
        x = [x[i] + rate * (x[max(i - 1, 0)]**2 - 2 * x[i] + x[min(i + 1, len(x) - 1)]) for i in range(len(x))]
    return sum(v**2 for v in x)


HEAT = """
circuit f(x: f64[n], rate, k: i64) {
  var u = x
  for step in 0..k {
    u = [u[i] + rate * (u[max(i - 1, 0)]^2 - 2 * u[i] + u[min(i + 1, n - 1)]) for i in 0..n]
  }
  return sum(u^2)
}
"""


def gauss_seidel(x, k):
    x = list(x)
    for _ in range(k):
        for i in range(1, len(x)):
            x[i] = mp.sin(x[i]) * x[i - 1] + x[i]
    return sum(v * (i + 1) for i, v in enumerate(x))


GAUSS_SEIDEL = """
circuit f(x: f64[n], k: i64) {
  var u = x
  for step in 0..k {
    for i in 1..n { u[i] = sin(u[i]) * u[i - 1] + u[i] }
  }
  return sum(u[i] * (i + 1) for i)
}
"""


def newton(a):
    x = a
    for _ in range(60):
        following = (x + a / x) / 2
        if abs(following - x) < mpf(1e-15) * x:
            break
        x = following
    return x


NEWTON = """
circuit f(a) {
  var x = a
  for step in 0..60 {
    let next = 0.5 * (x + a / x)
    if abs(next - x) < 1e-15 * x { break }
    x = next
  }
  return x
}
"""


def search(x, limit):
    s, p = mpf(0), mpf(1)
    for v in x:
        if v < 0:
            continue
        s = s + v**2
        if s > limit:
            return s * p
        p = p * (1 + v)
    return s + p * limit


SEARCH = """
circuit f(x: f64[n], limit) {
  var s = 0.0
  var p = 1.0
  for i in 0..n {
    if x[i] < 0 { continue }
    s += x[i]^2
    if s > limit { return s * p }
    p *= 1 + x[i]
  }
  return s + p * limit
}
"""


def halving(x, y):
    k = 0
    while x > 1:
        x = x / 2 + y / 10
        y = y * x / 4
        k += 1
        if k > 40:
            break
    return x * y + k * x


HALVING = """
circuit f(x, y) {
  var a = x
  var b = y
  var k = 0
  while a > 1 {
    a = a / 2 + b / 10
    b = b * a / 4
    k += 1
    if k > 40 { break }
  }
  return a * b + k * a
}
"""


def nested_exits(x, n):
    total = mpf(0)
    for i in range(n):
        t = x * (i + 1)
        j = 0
        while True:
            j += 1
            if j == 2:
                continue
            if j > 5:
                break
            t = t * x + j
            if t > 400:
                return total * t
        if i == 1:
            continue
        total = total + t
    return total


NESTED_EXITS = """
circuit f(x, n: i64) {
  var total = 0.0
  for i in 0..n {
    var t = x * (i + 1)
    var j = 0
    while true {
      j += 1
      if j == 2 { continue }
      if j > 5 { break }
      t = t * x + j
      if t > 400 { return total * t }
    }
    if i == 1 { continue }
    total += t
  }
  return total
}
"""


def swap(x, y, k):
    for _ in range(k):
        x, y = y, [a * b for a, b in zip(x, y)]
    return sum(x) - sum(v**2 for v in y)


SWAP = """
circuit f(x: f64[n], y: f64[n], k: i64) {
  var a = x
  var b = y
  for i in 0..k {
    let t = a
    a = b
    b = t * b
  }
  return sum(a) - sum(b^2)
}
"""


def power(x, k):
    r, b = mpf(1), x
    while k > 0:
        if k % 2 == 1:
            r = r * b
        b = b * b
        k //= 2
    return r


POWER = """
circuit f(x, k: i64) {
  var r = 1.0
  var b = x
  var e = k
  while e > 0 {
    if e % 2 == 1 { r *= b }
    b *= b
    e = div(e, 2)
  }
  return r
}
"""

FIND = """
circuit f(x: f64[n], y) {
  var i = 0
  while i < n && x[i] < y { i += 1 }
  if i == n { return y^2 }
  return x[i] * y
}
"""


def find(x, y):
    for v in x:
        if not v < y:
            return v * y
    return y**2


def walked(x, k):
    i, s = 0, mpf(0)
    for step in range(k):
        s = s * x[i] + x[i]**2
        i = (3 * i + step) % len(x)
    return s


X = [0.5, -1.25, 2.0, 0.75]

def pendulum_slope(a, w, p):
    return w, -p[0] * a * (1 - a * a * p[1]) - p[2] * w


def pendulum(x, p, h, k):
    a, w = x
    for _ in range(k):
        a1, w1 = pendulum_slope(a, w, p)
        a2, w2 = pendulum_slope(a + h / 2 * a1, w + h / 2 * w1, p)
        a3, w3 = pendulum_slope(a + h / 2 * a2, w + h / 2 * w2, p)
        a4, w4 = pendulum_slope(a + h * a3, w + h * w3, p)
        a, w = a + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4), w + h / 6 * (w1 + 2 * w2 + 2 * w3 + w4)
    return a * a + a * w


# What one step hands to the next is sums of products many operations deep.
PENDULUM = """
circuit slope(s: f64[2], p: f64[3]) -> f64[2] = [s[1], -p[0] * s[0] * (1 - s[0] * s[0] * p[1]) - p[2] * s[1]]
circuit f(x: f64[2], p: f64[3], h, k: i64) {
  var s = x
  for i in 0..k {
    let k1 = slope(s, p)
    let k2 = slope(s + h / 2 * k1, p)
    let k3 = slope(s + h / 2 * k2, p)
    let k4 = slope(s + h * k3, p)
    s = s + h / 6 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
  }
  return s[0] * s[0] + s[0] * s[1]
}
"""


def coupled(x, p, k):
    a, b, c = x
    for _ in range(k):
        d = p[0] * (a - p[1] * b) + c
        e = d * d * a / 2 if d > mpf(1) / 2 else p[2] * mp.sin(d) - a
        a, b, c = 0.25 * e - 0.5 * (b - c) + p[1] * (a - d), 0.125 * (d + e) + p[2] * (p[0] * (b + c)), e / 4 + d / b
    return a + b * c


# Three numbers, with a branch, a quotient and a sine on the way around.
COUPLED = """
circuit f(x: f64[3], p: f64[3], k: i64) {
  var a = x[0]
  var b = x[1]
  var c = x[2]
  for i in 0..k {
    let d = p[0] * (a - p[1] * b) + c
    let e = if d > 0.5 { 0.5 * d * d * a } else { p[2] * sin(d) - a }
    let oldB = b
    a = 0.25 * e - 0.5 * (b - c) + p[1] * (a - d)
    b = 0.125 * (d + e) + p[2] * (p[0] * (b + c))
    c = e * 0.25 + d / oldB
  }
  return a + b * c
}
"""


CASES = [
    *[C(f"two numbers in steps of Runge and Kutta, {k}", PENDULUM, {"x": [0.75, -0.5], "p": [1.5, 0.25, 0.125], "h": 0.125, "k": k},
        pendulum) for k in (0, 1, 9)],
    *[C(f"three numbers in steps with a branch, {k}", COUPLED, {"x": [0.5, 1.25, -0.75], "p": [0.75, 0.5, 1.125], "k": k},
        coupled, tolerance=1e-12) for k in (0, 1, 2, 5)],
    *[C(f"scalar loop, {k} iterations", "circuit f(x, k: i64) { var a = x\n for i in 0..k { a = 3 * a * (1 - a) }\n return a }",
        {"x": 0.3, "k": k}, logistic) for k in (0, 1, 7)],
    C("negative range", "circuit f(x, k: i64) { var a = x\n for i in 5..k { a = a * a }\n return a * x }", {"x": 1.5, "k": -3},
      lambda x, k: x**2),
    C("loop down", "circuit f(c: f64[n], x) { var r = 0.0\n for i in n - 1..-1 by -1 { r = r * x + c[i] }\n return r }",
      {"c": X, "x": 1.5}, horner),
    C("loop by step", "circuit f(x: f64[n]) { var s = 0.0\n for i in 1..n by 3 { s += x[i]^2 * i }\n return s }",
      {"x": X + X + [1.0]}, lambda x: sum(x[i]**2 * i for i in range(1, 9, 3))),
    C("loop down by step", "circuit f(x: f64[n]) { var s = 1.0\n for i in n - 1..0 by -2 { s = s * x[i] + i }\n return s }",
      {"x": X + [1.0, 2.5]}, lambda x: ((x[5] + 5) * x[3] + 3) * x[1] + 1),
    *[C(f"two carried scalars, {k}", "circuit f(a, b, k: i64) { var x = a\n var y = b\n for i in 0..k { let t = x; x = y; y = t * y + t }\n return x - y }",
        {"a": 0.5, "b": 1.25, "k": k}, fibonacci) for k in (0, 1, 5)],
    *[C(f"carried array, {k}", HEAT, {"x": X, "rate": 0.125, "k": k}, heat) for k in (0, 1, 4)],
    C("carried array updated by element", GAUSS_SEIDEL, {"x": X, "k": 3}, gauss_seidel),
    C("arrays that swap", SWAP, {"x": [0.5, 1.5], "y": [1.25, -0.75], "k": 5}, swap),
    C("break", NEWTON, {"a": 2.0}, newton, tolerance=1e-13),
    *[C(f"continue and return, limit {limit}", SEARCH, {"x": X, "limit": limit}, search) for limit in (1.0, 4.5, 100.0)],
    *[C(f"while at {x}", HALVING, {"x": x, "y": 0.75}, halving) for x in (0.5, 9.0)],
    *[C(f"exits from nested loops at {x}", NESTED_EXITS, {"x": x, "n": 4}, nested_exits) for x in (0.5, 1.5, 2.5, 5.0)],
    C("carried integer", POWER, {"x": 1.25, "k": 11}, power),
    C("carried integer as an index", "circuit f(x: f64[n], k: i64) { var i = 0\n var s = 0.0\n for step in 0..k {\n s = s * x[i] + x[i]^2\n i = (3 * i + step) % n }\n return s }",
      {"x": X, "k": 9}, walked),
    *[C(f"search at {y}", FIND, {"x": [0.5, 1.25, 2.0], "y": y}, find) for y in (1.0, 7.5)],
    C("nested loops", "circuit f(x: f64[n], y) { var s = y\n for i in 0..n { for j in 0..i { s = s * x[j] + x[i] * y } }\n return s }",
      {"x": X, "y": 1.5}, lambda x, y: triangle(x, y)),
    C("carried value overwritten", "circuit f(x: f64[n], y) { var a = y\n for i in 0..n { a = x[i]^2 }\n return a * y }",
      {"x": X, "y": 1.5}, lambda x, y: x[-1]**2 * y),
    C("loop that leaves a value alone", "circuit f(x, y, k: i64) { var a = x\n var b = y\n for i in 0..k { a = a * x }\n return a * b }",
      {"x": 1.25, "y": 0.5, "k": 3}, lambda x, y, k: x**4 * y),
    C("carried boolean", "circuit f(x: f64[n]) { var up = true\n var s = 0.0\n for i in 0..n { if up { s += x[i]^2 } else { s *= x[i] }\n up = !up }\n return s }",
      {"x": X}, lambda x: ((x[0]**2) * x[1] + x[2]**2) * x[3]),
    C("accumulation into an outer scalar through if", "circuit f(x: f64[n], c) { var s = c\n for i in 0..n { if x[i] > 0 { s += log(x[i]) * s } }\n return s }",
      {"x": X, "c": 0.25}, lambda x, c: positive_product(x, c)),
    C("i64 array carried", "circuit f(x: f64[n]) { var count = iota(n)\n for i in 0..n { count[i] = count[i] * 2 + 1 }\n return sum(x[i]^2 * count[i] for i) }",
      {"x": X}, lambda x: sum(v**2 * (2 * i + 1) for i, v in enumerate(x))),
]


def triangle(x, y):
    s = y
    for i in range(len(x)):
        for j in range(i):
            s = s * x[j] + x[i] * y
    return s


def positive_product(x, c):
    for v in x:
        if v > 0:
            c = c + mp.log(v) * c
    return c
