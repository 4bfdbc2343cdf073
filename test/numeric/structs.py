"""Structs as parameters, results, locals and elements of arrays: values and
gradients against differences of the same computation in high precision."""
from mpmath import mp, mpf

import harness
from harness import Program, report

ITEMS = """
struct Camera { rotation: f64[3], center: f64[3], focal: f64 }
struct Pair { first: Camera, id: i64, second: Camera }
struct Cell { w: f64[2, 2], on: bool, inner: Camera[2] }

circuit energy(c: Camera) = sum(c.center[i]^2 * c.rotation[i] for i) + sin(c.focal) * sum(c.rotation)

circuit moved(c: Camera, t: f64[3]) -> Camera {
  var r = c
  r.center += t
  r.center[1] *= 2.0
  r.focal = r.focal * t[0] + 1
  return r
}
"""

CAMERA = {"rotation": [0.3, -1.2, 0.7], "center": [0.5, 1.5, -2.0], "focal": 1.25}
OTHER = {"rotation": [1.1, 0.4, -0.6], "center": [-0.25, 0.75, 1.0], "focal": 0.5}
THIRD = {"rotation": [0.2, 0.9, 0.1], "center": [1.0, -1.5, 0.5], "focal": -0.75}
FIELDS = ("rotation", "center", "focal")


def energy(c):
    r = c["rotation"]
    return sum(x * x * y for x, y in zip(c["center"], r)) + mp.sin(c["focal"]) * sum(r)


def moved(c, t):
    center = [x + y for x, y in zip(c["center"], t)]
    center[1] *= 2
    return {"rotation": c["rotation"], "center": center, "focal": c["focal"] * t[0] + 1}


def combined(f, *cameras):
    """A struct whose every number is made of the same number of others."""
    def deep(*values):
        return [deep(*v) for v in zip(*values)] if isinstance(values[0], list) else f(*values)
    return {name: deep(*(c[name] for c in cameras)) for name in FIELDS}


def copied(value):
    if isinstance(value, dict):
        return {k: copied(v) for k, v in value.items()}
    return [copied(v) for v in value] if isinstance(value, list) else value


def assigned(cam, cams):
    all_ = copied(cams)
    all_[0] = combined(lambda a, b: a + b, all_[0], cam)
    all_[1]["focal"] *= 3
    all_[1]["center"][2] -= cam["focal"]
    all_[1]["rotation"][0] = cam["center"][1]
    all_[2] = combined(lambda a: a / 2, cam)
    for c in all_:
        c["focal"] += cam["focal"]
    return sum(energy(c) * (i + 1) for i, c in enumerate(all_))


def looped(cam, cams):
    state = copied(cam)
    for i in range(5):
        state = combined(lambda s, c: mpf("0.5") * s - c, state, cams[i % 3])
        if state["focal"] > 0:
            state["center"][0] += 1
    return energy(state)


def descended(cam, cams):
    while energy(cam) > 1:
        cam = combined(lambda c, d: c - d / 8, cam, cams[0])
    return energy(cam) * cam["focal"]


def nested(p):
    first, second = copied(p["first"]), copied(p["second"])
    second["center"][0] = first["focal"] * 2
    return energy(second) + energy(first) * p["id"]


def cells(c):
    c = copied(c)
    c["w"][1][0] *= c["inner"][1]["focal"]
    if c["on"]:
        c["inner"][0] = combined(lambda a, b: a - b, c["inner"][1], c["inner"][0])
    return sum(energy(e) for e in c["inner"]) + sum(x * x for row in c["w"] for x in row)


# name; circuit; Python function; arguments.
CASES = [
    ("fields", "circuit f(cam: Camera) = energy(cam)", energy, {"cam": CAMERA}),
    ("result", "circuit f(cam: Camera, t: f64[3]) = energy(moved(moved(cam, t), cam.rotation))",
     lambda cam, t: energy(moved(moved(cam, t), cam["rotation"])), {"cam": CAMERA, "t": [0.5, -0.25, 2.0]}),
    ("array", "circuit f(cams: Camera[n]) = sum(energy(cams[i]) * cams[i].focal for i)",
     lambda cams: sum(energy(c) * c["focal"] for c in cams), {"cams": [CAMERA, OTHER, THIRD]}),
    ("inner range", "circuit f(cams: Camera[n]) = sum(cams[i].center[j] * cams[i].rotation[j]^2 for i, j)",
     lambda cams: sum(x * y * y for c in cams for x, y in zip(c["center"], c["rotation"])),
     {"cams": [CAMERA, OTHER]}),
    ("field of an array", "circuit f(cams: Camera[n]) = sum(cams.focal^2) + sum(cams.center[1..n, 1]^2)",
     lambda cams: sum(c["focal"] ** 2 for c in cams) + sum(c["center"][1] ** 2 for c in cams[1:]),
     {"cams": [CAMERA, OTHER, THIRD]}),
    ("literal", """circuit f(a, b) {
       let c = Camera { focal: a * b, rotation: [a, 1, b], center: [a^2, b, 2.0] }
       return energy(c)
     }""", lambda a, b: energy({"focal": a * b, "rotation": [a, 1, b], "center": [a * a, b, 2]}),
     {"a": 0.75, "b": -1.5}),
    ("assigned", """circuit f(cam: Camera, cams: Camera[n]) {
       var all = cams
       all[0] += cam
       all[1].focal *= 3
       all[1].center[2] -= cam.focal
       all[1].rotation[0] = cam.center[1]
       all[2] = cam / 2
       all.focal += cam.focal
       return sum(energy(all[i]) * (i + 1) for i)
     }""", assigned, {"cam": CAMERA, "cams": [CAMERA, OTHER, THIRD]}),
    ("comprehension", """circuit f(cam: Camera, cams: Camera[n]) {
       let all = [2.0 * cams[i] - cam for i in 0..n]
       let both = [all[0], -cam]
       return sum(energy(all[i]) for i) + energy(both[1]) * both[0].focal + len(all)
     }""", lambda cam, cams: sum(energy(combined(lambda a, b: 2 * a - b, c, cam)) for c in cams)
     + energy(combined(lambda a: -a, cam)) * (2 * cams[0]["focal"] - cam["focal"]) + len(cams),
     {"cam": CAMERA, "cams": [OTHER, THIRD]}),
    ("packed", """circuit f(cam: Camera, cams: Camera[n], t: f64[3]) {
       let all = [moved(cams[i] - cam, t) for i in 0..n]
       let cells = [{ let m = moved(cams[k], t); Pair { first: m, id: k + j, second: 2.0 * m } } for k in 0..n, j in 0..2]
       return sum(energy(all[i]) for i) + sum(energy(cells[i, j].second) * cells[i, j].id for i in 0..n, j in 0..2)
     }""", lambda cam, cams, t: sum(energy(moved(combined(lambda a, b: a - b, c, cam), t)) for c in cams)
     + sum(energy(combined(lambda a: 2 * a, moved(c, t))) * (k + j) for k, c in enumerate(cams) for j in range(2)),
     {"cam": CAMERA, "cams": [OTHER, THIRD], "t": [0.5, -0.25, 2.0]}),
    ("choice", """circuit f(cam: Camera, cams: Camera[n], x) {
       let a = if x > 0 { cams[0] } else { let t = 2.0 * cam; t }
       let b = select(x < 0, cam, cams[1])
       return energy(a) + 3 * energy(b)
     }""", lambda cam, cams, x: energy(cams[0]) + 3 * energy(cams[1]) + 0 * x,
     {"cam": CAMERA, "cams": [OTHER, THIRD], "x": 1.0}),
    ("loop", """circuit f(cam: Camera, cams: Camera[n]) {
       var state = cam
       for i in 0..5 {
         state = 0.5 * state - cams[i % n]
         if state.focal > 0 { state.center[0] += 1 }
       }
       return energy(state)
     }""", looped, {"cam": CAMERA, "cams": [CAMERA, OTHER, THIRD]}),
    ("while", """circuit f(cam: Camera, cams: Camera[n]) {
       var state = cam
       while energy(state) > 1 { state -= cams[0] / 8 }
       return energy(state) * state.focal
     }""", descended, {"cam": CAMERA, "cams": [OTHER]}),
    ("early return", """circuit first(cams: Camera[n], limit) -> Camera {
       for i in 0..n { if cams[i].focal < limit { return 2.0 * cams[i] } }
       return cams[0]
     }
     circuit f(cams: Camera[n], limit) = energy(first(cams, limit)) * limit""",
     lambda cams, limit: energy(combined(lambda a: 2 * a, cams[1])) * limit,
     {"cams": [CAMERA, OTHER, THIRD], "limit": 1.0}),
    ("recursion", """circuit halved(c: Camera, k: i64) -> (c: Camera, depth: f64) {
       if k == 0 { return (c, 1.0) }
       let (inner, depth) = halved(0.5 * c, k - 1)
       return (inner + c, depth * c.focal)
     }
     circuit f(cam: Camera) { let (c, d) = halved(cam, 2); return energy(c) * d }""",
     lambda cam: energy(combined(lambda a: a * mpf("1.75"), cam)) * cam["focal"] ** 2 / 2, {"cam": CAMERA}),
    ("nested", """circuit f(p: Pair) {
       var q = p
       q.second.center[0] = q.first.focal * 2
       q.first = q.second
       return energy(q.first) + energy(p.first) * p.id
     }""", nested, {"p": {"first": CAMERA, "id": 3, "second": OTHER}}),
    ("cells", """circuit f(c: Cell) {
       var d = c
       d.w[1, 0] *= d.inner[1].focal
       if d.on { d.inner[0] = d.inner[1] - d.inner[0] }
       return sum(energy(d.inner[k]) for k) + sum(d.w^2)
     }""", cells, {"c": {"w": [[1.5, 0.5], [-0.25, 2.0]], "on": True, "inner": [CAMERA, OTHER]}}),
]


def reals(value):
    """The numbers that have derivatives, in order, and where they are put back."""
    if isinstance(value, dict):
        return [x for v in value.values() for x in reals(v)]
    if isinstance(value, list):
        return [x for v in value for x in reals(v)]
    return [value] if isinstance(value, float) else []


def put(value, numbers):
    if isinstance(value, dict):
        return {k: put(v, numbers) for k, v in value.items()}
    if isinstance(value, list):
        return [put(v, numbers) for v in value]
    return next(numbers) if isinstance(value, float) else value


def shape(value):
    """What a gradient has: the real parts of a value."""
    if isinstance(value, dict):
        return {k: s for k, v in value.items() if (s := shape(v)) is not None}
    if isinstance(value, list):
        return [shape(v) for v in value]
    return 0 if isinstance(value, float) else None


def skeleton(value):
    if isinstance(value, dict):
        return {k: skeleton(v) for k, v in value.items()}
    return [skeleton(v) for v in value] if isinstance(value, list) else 0


def numbers(value):
    if isinstance(value, dict):
        return [x for v in value.values() for x in numbers(v)]
    return [x for v in value for x in numbers(v)] if isinstance(value, list) else [value]


def close(got, want):
    return abs(got - want) <= 1e-12 * max(1, abs(want))


def check(name, text, function, arguments):
    program = Program(ITEMS + text)
    flat = [mpf(x) for x in reals(arguments)]
    value, partials = harness.central_difference(
        lambda x: function(*put(arguments, iter(x)).values()), {"x": [float(x) for x in flat]})
    for mode in ("reverse", "forward"):
        answer = program.gradient("f", arguments, ["--mode", mode])
        if not answer:
            continue
        got, gradient = answer
        report(close(got, value), f"{name}, {mode}: value {got}, expected {value}")
        report(skeleton(gradient) == shape(arguments), f"{name}, {mode}: a gradient of shape {skeleton(gradient)}")
        for i, (g, w) in enumerate(zip(numbers(gradient), partials["x"])):
            report(close(g, w), f"{name}, {mode}: derivative {i} is {g}, expected {w}")


def run(verbose, only):
    for case in CASES:
        if not only or case[0] in only:
            check(*case)
            if verbose:
                print(case[0])
