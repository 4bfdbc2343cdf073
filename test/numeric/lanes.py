"""Iterations in SIMD lanes against the same circuit without: sizes around the number of lanes, every shape of loop."""
import math
import random

from mpmath import mp, mpf

from harness import Program, flat, report

CIRCUITS = {
    # A sum of sums, with rows that inner loops read.
    "rows": """circuit rows(w: f64[k, d], const x: f64[n, d], b: f64[k]) {
      return sum(sum(tanh(b[c] + sum(w[c, j] * x[i, j] for j)) for c in 0..k) for i in 0..n)
    }""",
    # logsumexp inside and outside, and a triangular loop.
    "mixture": """circuit mixture(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      return logsumexp(logsumexp({
        let y = [x[i, j] - w[c, j] for j in 0..d]
        b[c] - sum((y[r] + sum(y[j] * w[c, j] for j in 0..r))^2 for r in 0..d)
      } for c in 0..k) for i in 0..n)
    }""",
    # A map that yields rows, read again.
    "stacked": """circuit stacked(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      let rows = [[log(1.0 + exp(b[c] + sum(w[c, j] * x[i, j] for j))) for c in 0..k] for i in 0..n]
      return sum(rows[i, c] * b[c] for i in 0..n, c in 0..k)
    }""",
    # A sequential loop inside, extremes, a branch that differs and one that does not.
    "branches": """circuit branches(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      return sum({
        let s = sum(w[c, 0] * x[i, 0] for c in 0..k)
        let t = if s > 0.3 { s * s } else { sin(s) }
        let u = if k > 2 { sum(exp(x[i, j]) for j in 0..d) } else { log1p(exp(t)) }
        max(t, u) + expm1(0.1 * t) + min(x[i, j] for j in 0..d)
      } for i in 0..n)
    }""",
    # A sum of exponentials that is the whole loop, of terms that grow, fall and are far apart.
    "exponentials": """circuit exponentials(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      let steep = logsumexp(700.0 * x[i, 0] * w[0, 0] for i in 0..n)
      return steep + logsumexp(b[0] * i - x[i, 0] for i in 0..n) + logsumexp(b)
    }""",
    # The nearest of several, and an element found by where another extreme stands.
    "nearest": """circuit nearest(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      return sum({
        let distance = min(sum((x[i, j] - w[c, j])^2 for j) for c in 0..k)
        distance * b[argmax(w[c, 0] * x[i, 0] for c in 0..k)]
      } for i in 0..n)
    }""",
    # Branches that differ, with loops, and elements that some iterations alone may touch.
    "guarded": """circuit guarded(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      return sum({
        let before = if i > 0 { sum(x[i - 1, j] * x[i, j] for j in 0..d) } else { b[0] }
        let s = sum(x[i, j] for j in 0..d)
        let chosen = if s > 0.2 { sum(w[(i * 7) % k, j] * exp(x[i, j]) for j in 0..d) } else { s * b[(i + 1) % k] }
        let y = [s * x[i, j] for j in 0..d]
        let last = if s < -0.3 && k > 2 { b[k - 3] * s + y[0] } else { if s > 1.0 { w[k - 1, 0] } else { 0.0 } }
        before * chosen + last
      } for i in 0..n)
    }""",
    # The same without anything that can fail: sides with loops go into lanes, under masks.
    "sides": """circuit sides(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      let t = [sum(x[i, j] for j) for i in 0..n]
      let u = [sum(x[i, j]^2 for j) for i in 0..n]
      return sum({
        let s = if t[i] > 0.2 { u[i] * sum(b[c] * exp(x[i, j] * w[c, j]) for c in 0..k, j in 0..d) }
                else { if u[i] > 0.4 { sum(w[c, j]^2 * x[i, j] for c in 0..k, j in 0..d) } else { t[i] } }
        s + max(sum(w[c, j] * x[i, j] for j) for c in 0..k)
      } for i in 0..n)
    }""",
    # Branches that differ within branches that differ, which add to the same arrays at both levels.
    "nested": """circuit nested(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      let t = [x[i, 0] for i in 0..n]
      return sum({
        let inner = sum(if x[i, j] > 0.1 { w[0, j] * sum(b[c] * exp(x[i, j]) for c in 0..k) } else { b[0] } for j in 0..d)
        inner + sum(b[c] * x[i, 0] for c in 0..k)
      } for i in 0..n if t[i] < 0.5)
    }""",
    # Matrices that all points go through: their adjoints go back through them once, for the sum over points.
    "projected": """circuit projected(w: f64[k, d], const x: f64[n, d], b: f64[k]) {
      let scale = [sum(w[c, j] for c in 0..k) for j in 0..d]
      return sum({
        let y = [x[i, j] - scale[j] * b[0] for j in 0..d]
        let z = [sum(w[c, j] * (y[j] - 2.0 * b[c]) for j in 0..d) for c in 0..k]
        let back = [sum(w[c, j] * z[c] for c in j..k) for j in 0..d]
        sum(tanh(z[c]) for c in 0..k) + 0.1 * sum(exp(0.1 * back[j]) for j in 0..d) + y[0] * x[i, 0] * b[k - 1]
      } for i in 0..n)
    }""",
    # As many maps as there are terms of a logsumexp, triangular ones.
    "triangles": """circuit triangles(w: f64[k, d], const x: f64[n, d], b: f64[k]) {
      return sum(logsumexp({
        let y = [x[i, j] - w[c, j] * b[c] for j in 0..d]
        b[c] - sum((y[r] * exp(w[c, r]) + sum(y[j] * w[c, r] * w[0, j] for j in 0..r))^2 for r in 0..d)
      } for c in 0..k) for i in 0..n)
    }""",
    # The same within an outer loop, and a number that all elements of an array are multiplied by.
    "repeated": """circuit repeated(w: f64[k, d], const x: f64[n, d], b: f64[k]) {
      return sum({
        let s = sin(x[i, 0])
        sum(w[c, j] * w[c, j] * b[c] * s for c in 0..k, j in 0..d) +
          sum(log1p(sum(w[c, j] * (x[i, j] - x[l, j] * b[c]) for j in 0..d)^2) for c in 0..k, l in 0..n)
      } for i in 0..n)
    }""",
    # Elements found by data.
    "found": """circuit found(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      return sum(sum(w[(i * 7) % k, j] * x[i, j]^2 for j in 0..d) * b[(i + 1) % k] for i in 0..n)
    }""",
    # Rows that data find, of two arrays and their adjoints: lanes are along the rows.
    "factors": """circuit factors(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      let row = [(i * i * 5) % n for i in 0..2 * n]
      let column = [(i * 7) % k for i in 0..2 * n]
      return sum((b[column[i]] - dot(x[row[i]], w[column[i]]))^2 for i in 0..2 * n) + 0.1 * (sum(w * w) + sum(x * x))
    }""",
    # Rows that several loops go through: few elements stay in registers.
    "distances": """circuit distances(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      return sum({
        let c = (i * 7) % k
        let apart = sum((x[i, j] - w[c, j])^2 for j)
        let common = sum(x[i, j] * w[c, j] for j) * b[c]
        log1p(apart) * common + sum(x[i, j]^2 * apart for j)
      } for i in 0..n)
    }""",
    # A product of a matrix and a vector, and its adjoint.
    "scores": """circuit scores(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      let score = x @ w[0] + b[0]
      return mean(softplus(score[i]) - 0.3 * score[i] for i) + dot(w[k - 1], w[0])
    }""",
    # Rows of fewer elements than lanes, as many, and more; elements found by data that is checked.
    "turned": """circuit turned(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      let places = [(i * 5) % n for i in 0..n]
      let three = [[sin(x[places[i], 0]), cos(b[i % k]), x[i, 0]] for i in 0..n]
      let eight = [[sin(j * x[places[i], 0]) for j in 0..8] for i in 0..n]
      let eleven = [[if j < 7 { eight[i, j] } else { three[places[i], j - 8 + (if j < 8 { 1 } else { 0 })] } for j in 0..11] for i in 0..n]
      return sum(eleven[i, j] * (i + j + 1) for i in 0..n, j in 0..11) + sum(w[i, 0] for i in 0..k)
    }""",
    # Extremes over iterations in lanes; products and truths.
    "extremes": """circuit extremes(w: f64[k, d], x: f64[n, d], b: f64[k]) {
      let largest = max(sum(w[0, j] * x[i, j] for j) for i in 0..n)
      let smallest = min(sum(w[0, j] * x[i, j] for j) for i in 0..n)
      let product = prod(1.0 + 0.01 * sum(w[0, j] * x[i, j] for j) for i in 0..n)
      let holds = if all(sum(x[i, j] for j) > -100.0 for i in 0..n) { b[0] } else { 0.0 }
      return largest - 2.0 * smallest + product + holds
    }""",
}
SIZES = [(1, 3, 2), (2, 1, 1), (7, 3, 4), (8, 2, 3), (9, 4, 2), (31, 3, 3), (32, 2, 5), (33, 3, 2), (100, 5, 3), (131, 2, 2), (3, 8, 2), (9, 16, 3),
         (2, 31, 2), (5, 33, 2), (3, 77, 3), (40, 7, 5), (12, 15, 4), (11, 17, 2)]


def close(got, want):
    scale = max([abs(v) for v in flat(want)] + [1e-3])
    return all(abs(g - w) <= 1e-12 * scale for g, w in zip(flat(got), flat(want)))


ANGLES = """
circuit sines(x: f64[n]) -> f64[n] = [sin(x[i]) for i in 0..n]
circuit cosines(x: f64[n]) -> f64[n] = [cos(x[i]) for i in 0..n]
"""


def check_angles(r):
    """Sines and cosines in lanes, within 1 ulp: near multiples of pi / 2, of all orders of magnitude, huge and no numbers."""
    points = [0.0, -0.0, 5e-324, -1e-310, math.inf, -math.inf, math.nan, 1e22, 2.0**20, -(2.0**20), math.nextafter(2.0**20, 3e6)]
    for _ in range(3000):
        points += [r.uniform(-10, 10), r.choice([-1, 1]) * 10.0 ** r.uniform(-300, 300), r.uniform(-2.0**20, 2.0**20),
                   r.randrange(667000) * (math.pi / 2)]
    program = Program(ANGLES)
    for name, function in (("sines", mp.sin), ("cosines", mp.cos)):
        for options in (("-O3",), ("-O3", "--cpu", "x86-64-v3"), ("-O3", "--cpu", "generic")):
            values = program.value(name, {"x": points}, options)
            if values is None:
                continue
            for x, got in zip(points, values):
                if not math.isfinite(x):
                    report(math.isnan(got), f"{name} of {x} {options}: {got}")
                    continue
                want = function(mpf(x))
                report(abs(mpf(got) - want) <= mpf(math.ulp(float(want))), f"{name} of {x!r} {options}: {got!r}, wanted {want}")
            if name == "sines":
                report(math.copysign(1, values[1]) == -1, "the sine of -0 is -0")


# Few results of many parameters are filled row by row, so there are more results here: directions go into lanes.
DIRECTIONS = """circuit field(t: f64[n], w: f64[m, n], data: i64[m]) -> f64[m, 3] {
  var state = t
  for step in 0..3 {
    for i in 1..n { state[i] = state[i] + 0.1 * sin(state[i - 1]) * t[(i * step) % n] }
  }
  let common = if t[0] > 0.0 { exp(0.1 * sum(t)) } else { 2.0 }
  return [{
    let inner = sum(w[i, j] * state[j] for j in 0..n)
    let other = [sum(w[data[i], j] * t[j]^2 for j in 0..n), cos(inner), common * inner]
    [if r == 2 && inner > 0.5 { other[r] } else { other[r] * 2.0 } for r in 0..3]
  } for i in 0..m]
}
"""


def check_directions(r):
    program = Program(DIRECTIONS)
    for n, m in ((1, 3), (3, 9), (7, 5), (8, 8), (9, 20), (17, 12), (26, 40)):
        arguments = {"t": [r.uniform(-1, 1) for _ in range(n)], "w": [[r.uniform(-1, 1) for _ in range(n)] for _ in range(m)],
                     "data": [r.randrange(m) for _ in range(m)]}
        want = program.call("jacobian", "field", arguments, ("--strict", "-O0", "--wrt", "t"))["jacobian"]["value"]["t"]
        for options in (("-O3",), ("-O3", "--cpu", "x86-64-v3")):
            got = program.call("jacobian", "field", arguments, options + ("--wrt", "t"))["jacobian"]["value"]["t"]
            report(close(flat(got), flat(want)), f"Jacobian of {m} rows by {n} in lanes {options}")


# The adjoint of `b` goes through `w`, the same for all points.
SHARED = """circuit shared(w: f64[k, d], const x: f64[n, d], b: f64[d], points: i64) {
  return sum(sum((sum(w[c, j] * (x[i, j] - b[j]) for j in 0..d))^2 for c in 0..k) for i in 0..points)
}
"""


def check_shared_maps(r):
    """A factor that is no number in a map that is applied once gives what it gives point by point; no point, nothing."""
    program = Program(SHARED)
    for points in (0, 1, 5, 70):
        for special in (1.0, 0.0, math.inf, -math.inf, math.nan):
            arguments = {"w": [[r.uniform(-1, 1) for _ in range(3)] for _ in range(4)],
                         "x": [[r.uniform(-1, 1) for _ in range(3)] for _ in range(70)], "b": [r.uniform(-1, 1) for _ in range(3)],
                         "points": points}
            arguments["w"][2][1] = special
            want = program.gradient("shared", arguments, ("--strict", "-O0"))
            for options in (("-O3",), ("-O3", "--cpu", "x86-64-v3")):
                got = program.gradient("shared", arguments, options)
                for parameter in ("w", "b"):
                    for a, b in zip(flat(got[1][parameter]), flat(want[1][parameter])):
                        same = abs(a - b) <= 1e-11 * max(1, abs(b)) if math.isfinite(b) else not math.isfinite(a)
                        report(same, f"d shared/d{parameter} of {points} points with {special} {options}: {a!r}, wanted {b!r}")


# Products with a packed triangle for each of several terms: loops of every length from 0, over many lanes.
PACKED = """circuit packed(q: f64[k, l], mu: f64[k, d], const x: f64[n, d]) {
  return sum(logsumexp({
    let y = [x[i, j] - mu[c, j] for j in 0..d]
    -0.5 * sum((exp(q[c, r]) * y[r] + sum(q[c, d + j * d - div(j * (j + 1), 2) + r - j - 1] * y[j] for j in 0..r))^2 for r in 0..d)
  } for c in 0..k) for i in 0..n)
}
"""


def check_packed(r):
    program = Program(PACKED)
    for d in (1, 2, 5, 8, 13):
        for n in (64, 71):
            arguments = {name: [[r.uniform(-1, 1) for _ in range(columns)] for _ in range(rows)]
                         for name, rows, columns in (("q", 2, d * (d + 1) // 2), ("mu", 2, d), ("x", n, d))}
            want = program.gradient("packed", arguments, ("--strict", "-O0"))
            for options in (("-O3",), ("-O3", "--cpu", "x86-64-v3")):
                got = program.gradient("packed", arguments, options)
                report(close([got[0]], [want[0]]), f"packed n={n} d={d} {options}: {got[0]!r}, wanted {want[0]!r}")
                for parameter, value in want[1].items():
                    report(close(got[1][parameter], value), f"d packed/d{parameter} n={n} d={d} {options}")


# Directions that share loops and branches, and sums over tangents of which most are zero.
SHARED_DIRECTIONS = """
/// A tree of joints; `parents` are known when it runs.
circuit tree(t: f64[11], const base: f64[9, 2, 2], parents: i64[9]) -> f64[9, 2, 2] {
  var a = base
  for j in 0..4 {
    let c = cos(t[3 + j])
    let s = sin(t[3 + j])
    a[2 * j + 1] = base[2 * j + 1] @ [[c, -s], [s, c]]
  }
  for j in 0..9 {
    if parents[j] >= 0 { a[j] = a[parents[j]] @ a[j] }
  }
  return [a[j] @ base[8 - j] for j in 0..9]
}

circuit placed(t: f64[11], const base: f64[9, 2, 2], parents: i64[9], const w: f64[n, 9], places: i64[m]) -> f64[m, 2] {
  let posed = tree(t, base, parents)
  let turn = if dot(t[0..3], t[0..3]) < 0.01 { 1.0 } else { sqrt(dot(t[0..3], t[0..3])) }
  let root = sqrt(t[7])
  return [{
    let row = w[places[i]]
    let moved = [sum(row[j] * (posed[j, r, 0] + 0.5 * posed[j, r, 1]) for j in 0..9) for r in 0..2]
    let far = if moved[0] > moved[1] { sum(row[j] * t[j] for j in 0..9) } else { root }
    [turn * moved[0] + t[8], moved[1] - far * t[9]]
  } for i in 0..m]
}

/// Each element moves one alone, and a row is read in another map.
circuit layered(t: f64[12], const w: f64[n, 12]) -> f64[n, 3] {
  var kept = 0.0
  let e = [exp(t[j]) * w[0, j] for j in 0..12]
  for j in 0..12 { kept = kept * 0.5 + e[j] * t[11 - j] }
  let rows = [{
    let s = sum(e[j] * w[i, j] for j in 0..12)
    [s, kept * w[i, 1], tanh(s)]
  } for i in 0..n]
  return [[rows[i, (c + 1) % 3] * rows[i, c] for c in 0..3] for i in 0..n]
}

/// Infinite and undefined tangents stay what they are.
circuit roots(t: f64[8], const w: f64[n, 8]) -> f64[n] {
  let e = [sqrt(t[j]) for j in 0..8]
  return [sum(w[i, j] * e[j] for j in 0..8) for i in 0..n]
}
"""


# Numbers and small arrays are kept at once, some of them in some iterations alone.
STEPS = """circuit steps(x: f64, const y: f64[m], n: i64) {
  var a = x
  var b = y[0]
  var s = [x, x * x]
  for i in 0..n {
    let c = sin(a) * cos(b)
    b = sin(a * b + 0.1 * i)
    if i % 3 == 1 {
      a = c * s[1] + y[i % m]
    }
    s = [s[1] * c, sin(s[0] + a)]
  }
  return a * b + s[0]
}
"""


def same(got, want):
    return all(math.isnan(g) == math.isnan(w) and (math.isnan(w) or g == w or abs(g - w) <= 1e-12 * max(1, abs(w)))
               for g, w in zip(got, want))


def check_shared_directions(r):
    program = Program(SHARED_DIRECTIONS)
    number = lambda: r.uniform(-1, 1)
    numbers = lambda *sizes: [numbers(*sizes[1:]) for _ in range(sizes[0])] if sizes else number()
    cases = []
    for n, m in ((1, 1), (3, 7), (5, 16), (4, 70)):
        t = numbers(11)
        t[7] = abs(t[7])
        parents = [-1] + [r.randrange(-1, j) for j in range(1, 9)]
        cases.append(("placed", {"t": t, "base": numbers(9, 2, 2), "parents": parents, "w": numbers(n, 9),
                                 "places": [r.randrange(n) for _ in range(m)]}))
        cases.append(("placed", {"t": [0.0] * 7 + t[7:], "base": numbers(9, 2, 2), "parents": parents, "w": numbers(n, 9),
                                 "places": [r.randrange(n) for _ in range(m)]}))
        cases.append(("layered", {"t": numbers(12), "w": numbers(m, 12)}))
        t = [abs(number()) for _ in range(8)]
        t[2], t[5] = 0.0, -1.0
        w = numbers(m, 8)
        w[0][2] = 0.0
        cases.append(("roots", {"t": t, "w": w}))
    for circuit, arguments in cases:
        options = ("--mode", "forward", "--wrt", "t")
        want = flat(program.call("jacobian", circuit, arguments, options + ("--strict", "-O0"))["jacobian"]["value"]["t"])
        for other in (("-O3",), ("-O3", "--cpu", "x86-64-v3"), ("-O1",)):
            got = flat(program.call("jacobian", circuit, arguments, options + other)["jacobian"]["value"]["t"])
            report(len(got) == len(want) and same(got, want), f"{circuit}: directions that share {other} {arguments}: {got}, wanted {want}")
    # A zero tangent contributes zero, whatever it is multiplied by.
    w = numbers(20, 8)
    w[3][6] = math.inf
    got = flat(program.call("jacobian", "roots", {"t": [1.0] * 8, "w": w}, ("--wrt", "t"))["jacobian"]["value"]["t"])
    report(got[3 * 8 + 6] == math.inf and all(math.isfinite(g) for k, g in enumerate(got) if k != 3 * 8 + 6),
           f"an infinite factor is met by its own tangent alone: {got}")


def check_tapes(r):
    """What loops keep, over the ends of a tape's chunks."""
    program = Program(STEPS)
    for n in (0, 1, 2, 7, 60, 85, 102, 127, 128, 170, 1000):
        arguments = {"x": r.uniform(-1, 1), "y": [r.uniform(-1, 1) for _ in range(3)], "n": n}
        want = program.gradient("steps", arguments, ("--strict", "-O0"))
        for options in (("-O3",), ("-O3", "--cpu", "x86-64-v3")):
            got = program.gradient("steps", arguments, options)
            report(close([got[0]], [want[0]]), f"steps n={n} {options}: {got[0]!r}, wanted {want[0]!r}")
            x, wanted = got[1]["x"], want[1]["x"]
            report(abs(x - wanted) <= 1e-9 * abs(wanted), f"d steps/dx n={n} {options}: {x!r}, wanted {wanted!r}")


def run(verbose=False, only=()):
    r = random.Random(11)
    number = lambda: r.uniform(-1.2, 1.2)
    for name, text in CIRCUITS.items():
        if only and name not in only:
            continue
        program = Program(text)
        for n, d, k in SIZES:
            arguments = {"w": [[number() for _ in range(d)] for _ in range(k)],
                         "x": [[number() for _ in range(d)] for _ in range(n)], "b": [number() for _ in range(k)]}
            want = program.gradient(name, arguments, ("--strict", "-O0"))
            for options in (("-O3",), ("-O3", "--cpu", "x86-64-v3"), ("-O0",)):
                got = program.gradient(name, arguments, options)
                if got is None or want is None:
                    continue
                report(close([got[0]], [want[0]]), f"{name} n={n} d={d} k={k} {options}: {got[0]!r}, wanted {want[0]!r}")
                for parameter, value in want[1].items():
                    report(close(got[1][parameter], value), f"d {name}/d{parameter} n={n} d={d} k={k} {options}")
    if not only or "tapes" in only:
        check_tapes(r)
    if not only or "packed" in only:
        check_packed(r)
    if not only or "angles" in only:
        check_angles(r)
    if not only or "directions" in only:
        check_directions(r)
        check_shared_directions(r)
    if not only or "shared maps" in only:
        check_shared_maps(r)
