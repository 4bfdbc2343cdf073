"""Constructs inside one another: where scopes of different kinds meet."""
from mpmath import mp, mpf

from constructs import Construct as C

X = [0.5, -1.25, 2.0, 0.75]
A = [[1.0, 0.5, -2.0], [0.25, 3.0, 1.5]]


def iterate(x, y, k):
    for i in range(k):
        x = mp.sin(x) * y + i
    return x


LOOP_IN_CALL = "circuit iterate(x, y, k: i64) { var a = x\n for i in 0..k { a = sin(a) * y + i }\n return a }\n"


def escape(x, y):
    for i in range(20):
        if x > 3:
            return x * y
        x = x * x + abs(y)
    return x


WHILE_CALL = """circuit escape(x, y) {
  var a = x
  for i in 0..20 {
    if a > 3 { return a * y }
    a = a * a + abs(y)
  }
  return a
}
"""


def squares(x, limit):
    r = 0
    while x < limit:
        x = x * x + mpf(1) / 2
        r += 1
    return x, r


SQUARES = """circuit squares(x, limit) -> (f64, i64) {
  var a = x
  var r = 0
  while a < limit {
    a = a * a + 0.5
    r += 1
  }
  return a, r
}
"""


def if_sandwich(x, k):
    s = mpf(0)
    for i in range(k):
        if i % 2 == 0:
            t = x[i % len(x)]
            for j in range(i):
                t = t * x[j % len(x)] + j
                if t > 5:
                    t = mp.sqrt(t)
            s = s + t
        else:
            s = s * x[1]
    return s


IF_SANDWICH = """
circuit f(x: f64[n], k: i64) {
  var s = 0.0
  for i in 0..k {
    if i % 2 == 0 {
      var t = x[i % n]
      for j in 0..i {
        t = t * x[j % n] + j
        if t > 5 { t = sqrt(t) }
      }
      s += t
    } else { s *= x[1] }
  }
  return s
}
"""


def map_loop_map(x, k):
    rows = []
    for i in range(len(x)):
        u = [v * x[i] for v in x]
        for s in range(k):
            u = [mp.sin(u[j]) + u[(j + 1) % len(u)] * x[i] for j in range(len(u))]
        rows.append(sum(u) * x[i])
    return sum(v * (i + 1) for i, v in enumerate(rows))


MAP_LOOP_MAP = """
circuit row(x: f64[n], i: i64, k: i64) {
  var u = [x[j] * x[i] for j in 0..n]
  for s in 0..k { u = [sin(u[j]) + u[(j + 1) % n] * x[i] for j in 0..n] }
  return sum(u) * x[i]
}
circuit f(x: f64[n], k: i64) {
  let rows = [row(x, i, k) for i in 0..n]
  return sum(rows[i] * (i + 1) for i)
}
"""


def accumulated(a, x):
    out = [mpf(0)] * len(x)
    for i, r in enumerate(a):
        for j, v in enumerate(r):
            if v > 0:
                out[j] = out[j] + v * x[j]
            else:
                out[0] = out[0] * v
    return sum(v * v * (j + 1) for j, v in enumerate(out))


ACCUMULATED = """
circuit f(a: f64[n, m], x: f64[m]) {
  var out = zeros(m)
  for i in 0..n {
    for j in 0..m {
      if a[i, j] > 0 { out[j] += a[i, j] * x[j] } else { out[0] *= a[i, j] }
    }
  }
  return sum(out[j]^2 * (j + 1) for j)
}
"""


def loop_call_loop(x, y, k):
    s = x
    for i in range(k):
        s = iterate(s, y, i) / 2 + iterate(y, s, 2)
    return s


def carried_matrix(a, k):
    a = [list(r) for r in a]
    for s in range(k):
        i = s % 2
        a[i] = [v * w for v, w in zip(a[i], a[1 - i])]
        for j in range(3):
            a[1 - i][j] = a[1 - i][j] + mp.sin(a[i][j])
    return sum(v**2 for r in a for v in r)


CARRIED_MATRIX = """
circuit f(a: f64[n, m], k: i64) {
  var b = a
  for s in 0..k {
    let i = s % 2
    b[i, :] *= b[1 - i]
    for j in 0..m { b[1 - i, j] += sin(b[i, j]) }
  }
  return sum(b^2)
}
"""


def insertion_sort(x):
    x = list(x)
    for i in range(1, len(x)):
        j = i
        while j > 0 and x[j - 1] > x[j]:
            x[j - 1], x[j] = x[j], x[j - 1]
            j -= 1
    return sum(v**(i + 1) for i, v in enumerate(x))


INSERTION_SORT = """
circuit f(x: f64[n]) {
  var a = x
  for i in 1..n {
    var j = i
    while j > 0 && a[max(j - 1, 0)] > a[j] {
      let t = a[j]
      a[j] = a[j - 1]
      a[j - 1] = t
      j -= 1
    }
  }
  return sum(a[i]^(i + 1) for i)
}
"""


def triple(x, k):
    s = mpf(0)
    for i in range(k):
        u = [v * (i + 1) for v in x]
        for j in range(k):
            u[j % len(x)] = u[j % len(x)] * x[i % len(x)]
            c = 0
            while c < j and u[c % len(x)] < 4:
                u[c % len(x)] = u[c % len(x)] + x[j % len(x)]**2
                c += 1
        s = s + sum(v * mp.cos(v) for v in u)
    return s


TRIPLE = """
circuit f(x: f64[n], k: i64) {
  var s = 0.0
  for i in 0..k {
    var u = x * (i + 1)
    for j in 0..k {
      u[j % n] *= x[i % n]
      var c = 0
      while c < j && u[c % n] < 4 {
        u[c % n] += x[j % n]^2
        c += 1
      }
    }
    s += sum(u * cos(u))
  }
  return s
}
"""

CASES = [
    C("loop in a map", LOOP_IN_CALL + "circuit f(x: f64[n], y) = sum([iterate(x[i], y, i + 1) * x[i] for i in 0..n])", {"x": X, "y": 1.5},
      lambda x, y: sum(iterate(v, y, i + 1) * v for i, v in enumerate(x))),
    C("early return of a callee in a reduction", WHILE_CALL + "circuit f(x: f64[n], y) = sum(escape(x[i], y) for i)", {"x": X, "y": -0.75},
      lambda x, y: sum(escape(v, y) for v in x)),
    C("while in a map", SQUARES + "circuit total(x, y) { let (a, r) = squares(x, y)\n return a * (r + 1) }\n"
      "circuit f(x: f64[n], y) = sum([total(x[i], y + i) for i in 0..n]) + max(total(x[i] * y, 9.0) for i)", {"x": X, "y": 2.6},
      lambda x, y: sum(a * (r + 1) for a, r in (squares(v, y + i) for i, v in enumerate(x)))
      + max(a * (r + 1) for a, r in (squares(v * y, 9) for v in x))),
    C("map in a loop in a map", MAP_LOOP_MAP, {"x": X, "k": 3}, map_loop_map),
    C("loop in an if in a loop", IF_SANDWICH, {"x": X, "k": 6}, if_sandwich),
    C("call in a map in a loop", LOOP_IN_CALL + "circuit f(x: f64[n], y, k: i64) { var u = x\n for s in 0..k { u = [iterate(u[i], y, s) + x[i] for i in 0..n] }\n return sum(u^2) }",
      {"x": X, "y": 1.5, "k": 3}, lambda x, y, k: call_map_loop(x, y, k)),
    C("call in a loop in a call", LOOP_IN_CALL + "circuit outer_(x, y, k: i64) { var s = x\n for i in 0..k { s = iterate(s, y, i) / 2 + iterate(y, s, 2) }\n return s }\n"
      "circuit f(x, y, k: i64) = outer_(x, y, k) * outer_(y, x, 2)", {"x": 0.75, "y": 1.25, "k": 4},
      lambda x, y, k: loop_call_loop(x, y, k) * loop_call_loop(y, x, 2)),
    C("call in a branch in a loop", LOOP_IN_CALL + "circuit f(x, y, k: i64) { var s = x\n for i in 0..k { if i % 3 == 1 { s = iterate(s, y, i) } else if s > 1 { s -= y } }\n return s * y }",
      {"x": 0.75, "y": 1.25, "k": 7}, lambda x, y, k: branch_call(x, y, k)),
    C("call in a filter and a filtered body", LOOP_IN_CALL + "circuit f(x: f64[n], y) = sum(iterate(x[i], y, 3) for i if iterate(x[i], y, 2) > 0.9)",
      {"x": X, "y": 1.25}, lambda x, y: sum(iterate(v, y, 3) for v in x if iterate(v, y, 2) > 0.9)),
    C("accumulation in branches of nested loops", ACCUMULATED, {"a": A, "x": [0.5, 1.5, 0.75]}, accumulated),
    C("carried matrix, rows and elements", CARRIED_MATRIX, {"a": A, "k": 4}, carried_matrix),
    C("insertion sort", INSERTION_SORT, {"x": X + [-0.25]}, insertion_sort),
    C("updates in a while in loops", TRIPLE, {"x": [0.5, 0.75, 1.25], "k": 4}, triple),
    C("extreme of extremes in a loop", "circuit f(a: f64[n, m], k: i64) { var s = 0.1\n for t in 0..k { s = max(min(a[i, j] * s + t for j) for i) * 0.5 + s }\n return s }",
      {"a": A, "k": 4}, lambda a, k: extremes(a, k)),
    C("product in a map in a loop", "circuit f(x: f64[n], k: i64) { var u = x\n for t in 0..k { u = [prod(u[j] + i for j in 0..i + 1) * 0.25 for i in 0..n] }\n return sum(u) }",
      {"x": X, "k": 3}, lambda x, k: products(x, k)),
    C("recursion in a map", "circuit f(x: f64[n]) = sum([power(x[i], i) * x[0] for i in 0..n]) + prod(power(x[i], 2) for i)\n"
      "circuit power(x, k: i64) -> f64 { if k == 0 { return 1.0 }\n return x * power(x, k - 1) }", {"x": X},
      lambda x: sum(v**i * x[0] for i, v in enumerate(x)) + (x[0] * x[1] * x[2] * x[3])**2),
]


def call_map_loop(x, y, k):
    u = list(x)
    for s in range(k):
        u = [iterate(v, y, s) + w for v, w in zip(u, x)]
    return sum(v**2 for v in u)


def branch_call(x, y, k):
    s = x
    for i in range(k):
        if i % 3 == 1:
            s = iterate(s, y, i)
        elif s > 1:
            s = s - y
    return s * y


def extremes(a, k):
    s = mpf(0.1)
    for t in range(k):
        s = max(min(v * s + t for v in r) for r in a) / 2 + s
    return s


def products(x, k):
    u = list(x)
    for _ in range(k):
        following = []
        for i in range(len(u)):
            p = mpf(1)
            for j in range(i + 1):
                p = p * (u[j] + i)
            following.append(p / 4)
        u = following
    return sum(u)
