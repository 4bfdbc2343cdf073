"""Value and derivatives of every gate of the table against numbers of at least 100 digits."""
import itertools
import json
import math
import pathlib
import random
import shutil

import harness
from mpmath import mp, mpf

from harness import Program, report, ulp, ulps


DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/accuracy.md"
SMALLEST_NORMAL = 2.2250738585072014e-308

WIDE = [0.0, 5e-324, 1e-310, 1e-300, 1e-100, 1e-20, 1e-8, 1e-5, 1e-3, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 1.0,
        1.1, 1.5, 2.0, 2.5, 3.0, 5.0, 7.7, 10.0, 15.5, 18.0, 20.0, 30.0, 37.5, 50.0, 100.0, 300.0, 350.0, 700.0,
        709.5, 745.0, 1000.0, 1e5, 1e8, 1e10, 1e16, 1e100, 1e154, 1e160, 1e300, 1.7e308]
WIDE = sorted({s * x for x in WIDE for s in (1, -1)})


def spread(low, high, count, seed=1):
    r = random.Random(seed)
    return [r.uniform(low, high) for _ in range(count)]


def magnitudes(low, high, count, seed=2):
    """Random numbers of either sign, spread over orders of magnitude."""
    r = random.Random(seed)
    return [r.choice((-1, 1)) * 10 ** r.uniform(low, high) for _ in range(count)]


GENERAL = WIDE + spread(-3, 3, 60) + spread(-40, 40, 40) + magnitudes(-12, 12, 60)
PAIRS = list(itertools.product(
    [-1e200, -1e10, -700.3, -20.0, -3.5, -1.0, -1e-3, -1e-200, 0.0, 1e-200, 1e-8, 0.4, 1.0, 1.7, 3.0, 31.25, 700.3, 1e10, 1e200],
    repeat=2)) + list(zip(spread(-5, 5, 120, 3), spread(-5, 5, 120, 4))) + list(zip(magnitudes(-9, 9, 60, 5), magnitudes(-9, 9, 60, 6)))


def near(centre, count=12):
    """Doubles at growing distances from a point."""
    return [centre + s * 10.0 ** -k for k in range(1, count + 1) for s in (1, -1)] + [centre]


def logaddexp(x, y):
    return max(x, y) + mp.log1p(mp.exp(-abs(x - y)))


def heaviside(condition):
    return mpf(1) if condition else mpf(0)


def log_gamma(x):
    return mp.log(abs(mp.gamma(x))) if x < 0 else mp.loggamma(x)


class Case:
    """function: in mpmath; points: tuples; keep: whether the gate is smooth there; partials: exact derivatives,
    else central differences; digits: of the working precision (tails need many)."""

    def __init__(self, function, points, keep=lambda *x: True, partials=None, digits=120, call=None, value_only=False):
        points = [p if isinstance(p, tuple) else (p,) for p in points]
        self.points = [p for p in points if keep(*p)]
        self.function, self.partials, self.digits, self.call, self.keep = function, partials, digits, call, keep


one = lambda *x: mpf(1)
positive = lambda x: x > 0
nonzero = lambda x: x != 0
inside = lambda x: abs(x) < 1
UNIT = WIDE + spread(-1, 1, 100) + [1 - 1e-10, -1 + 1e-10, 1 - 2**-53, 1 - 1e-5, 0.9999]
# Beyond, lgamma's reflection is a matter of the distance to a pole.
GAMMA = [x for x in GENERAL if 0 < x] + spread(0, 3, 60) + spread(-8, 0, 60) + near(1.0) + near(2.0)
pole_free = lambda x: x > 0 or (x > -20 and abs(x - round(x)) > 1e-3)


def powers():
    points = [(x, y) for x, y in PAIRS if x > 0]
    points += [(x, y) for x in spread(0, 4, 40, 8) + [1e-5, 1e5] for y in (-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)]
    return points


CASES = {
    "add": Case(lambda x, y: x + y, PAIRS, partials=[one, one], call="{0} + {1}"),
    "sub": Case(lambda x, y: x - y, PAIRS, partials=[one, lambda x, y: mpf(-1)], call="{0} - {1}"),
    "mul": Case(lambda x, y: x * y, PAIRS, call="{0} * {1}"),
    "div": Case(lambda x, y: x / y, PAIRS, lambda x, y: y != 0, call="{0} / {1}"),
    "neg": Case(lambda x: -x, GENERAL, call="-{0}"),
    "rem": Case(lambda x, y: x - mp.floor(x / y) * y, PAIRS,
                lambda x, y: y != 0 and abs(x / y) < 1e15 and mp.floor(mpf(x) / mpf(y)) * mpf(y) != mpf(x),
                [lambda x, y: mpf(1), lambda x, y: -mp.floor(x / y)], call="{0} % {1}"),
    "pow": Case(lambda x, y: mp.power(x, y), powers(),
                partials=[lambda x, y: y * mp.power(x, y - 1), lambda x, y: mp.power(x, y) * mp.log(x)]),
    "powi": Case(lambda x, k: mp.power(x, int(k)),
                 [(x, k) for x in [-3.5, -1.0, -0.3, 0.2, 1.0, 1.7, 40.0, 1e10, 1e-10] for k in (-7, -2, -1, 0, 1, 2, 3, 5, 17)],
                 partials=[lambda x, k: mpf(k) * mp.power(x, int(k) - 1), None], call="{0} ^ {1}"),
    "min": Case(lambda x, y: min(x, y), PAIRS, lambda x, y: x != y),
    "max": Case(lambda x, y: max(x, y), PAIRS, lambda x, y: x != y),
    "clamp": Case(lambda x, a, b: min(max(x, a), b),
                  list(itertools.product([-2.5, -1.0, 0.25, 3.5, 1e300], [-2.0, 0.0, 1.5], [-1.5, 0.5, 2.0])),
                  lambda x, a, b: len({x, a, b}) == 3),
    "abs": Case(abs, GENERAL, nonzero),
    "sign": Case(mp.sign, GENERAL, nonzero),
    "floor": Case(mp.floor, GENERAL, lambda x: x != math.floor(x)),
    "ceil": Case(mp.ceil, GENERAL, lambda x: x != math.floor(x)),
    "round": Case(mp.nint, GENERAL, lambda x: abs(x) < 1e300 and x * 2 != math.floor(x * 2)),
    "trunc": Case(lambda x: mp.sign(x) * mp.floor(abs(x)), GENERAL, lambda x: x != math.floor(x)),
    "relu": Case(lambda x: max(x, mpf(0)), GENERAL, nonzero),
    "sqrt": Case(mp.sqrt, GENERAL, positive),
    "cbrt": Case(lambda x: mp.sign(x) * mp.cbrt(abs(x)), GENERAL, nonzero),
    "exp": Case(mp.exp, GENERAL, partials=[mp.exp]),
    "expm1": Case(mp.expm1, GENERAL, partials=[mp.exp]),
    "log": Case(mp.log, GENERAL, positive),
    "log1p": Case(mp.log1p, GENERAL + [-1 + 1e-10, -0.999, -1 + 2**-53], lambda x: x > -1, [lambda x: 1 / (1 + x)]),
    "log2": Case(lambda x: mp.log(x, 2), GENERAL, positive),
    "log10": Case(mp.log10, GENERAL, positive),
    "hypot": Case(lambda x, y: mp.sqrt(x * x + y * y), PAIRS, lambda x, y: x != 0 or y != 0,
                  [lambda x, y: x / mp.sqrt(x * x + y * y), lambda x, y: y / mp.sqrt(x * x + y * y)]),
    "logaddexp": Case(logaddexp, PAIRS, lambda x, y: abs(x) < 1e4 and abs(y) < 1e4,
                      [lambda x, y: 1 / (1 + mp.exp(y - x)), lambda x, y: 1 / (1 + mp.exp(x - y))]),
    "sin": Case(mp.sin, GENERAL, partials=[mp.cos], digits=700),
    "cos": Case(mp.cos, GENERAL, partials=[lambda x: -mp.sin(x)], digits=700),
    "tan": Case(mp.tan, GENERAL + near(math.pi / 2), partials=[lambda x: 1 / mp.cos(x) ** 2], digits=700),
    "asin": Case(mp.asin, UNIT, inside),
    "acos": Case(mp.acos, UNIT, inside, digits=400),
    "atan": Case(mp.atan, GENERAL, partials=[lambda x: 1 / (1 + x * x)]),
    "atan2": Case(lambda x, y: mp.atan2(x, y), PAIRS, lambda x, y: x != 0,
                  [lambda x, y: y / (x * x + y * y), lambda x, y: -x / (x * x + y * y)], digits=900),
    "sinh": Case(mp.sinh, GENERAL, partials=[mp.cosh]),
    "cosh": Case(mp.cosh, GENERAL, partials=[mp.sinh]),
    "tanh": Case(mp.tanh, GENERAL, partials=[lambda x: 1 / mp.cosh(x) ** 2]),
    "asinh": Case(mp.asinh, GENERAL, partials=[lambda x: 1 / mp.sqrt(1 + x * x)], digits=700),
    "acosh": Case(mp.acosh, [abs(x) for x in GENERAL] + [1 + 1e-10, 1 + 1e-5, 1 + 2**-52], lambda x: x > 1),
    "atanh": Case(mp.atanh, UNIT, inside),
    "erf": Case(mp.erf, GENERAL, partials=[lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)]),
    "erfc": Case(mp.erfc, GENERAL, lambda x: abs(x) < 1e6, [lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x)]),
    "lgamma": Case(log_gamma, GAMMA, lambda x: pole_free(x) and x < 1e305, [mp.digamma], digits=100),
    "digamma": Case(mp.digamma, GAMMA + near(1.4616321449683622), pole_free, [lambda x: mp.psi(1, x)], digits=100),
    "trigamma": Case(lambda x: mp.psi(1, x), GAMMA, lambda x: pole_free(x) and x < 1e100, [lambda x: mp.psi(2, x)], digits=100),
    "sigmoid": Case(lambda x: 1 / (1 + mp.exp(-x)), GENERAL, lambda x: abs(x) < 1e6,
                    [lambda x: mp.exp(-abs(x)) / (1 + mp.exp(-abs(x))) ** 2]),
    "softplus": Case(lambda x: max(x, 0) + mp.log1p(mp.exp(-abs(x))), GENERAL, lambda x: abs(x) < 1e6,
                     [lambda x: 1 / (1 + mp.exp(-x))]),
}


def table(build):
    """The gates with their bounds, from the dump of the gate table."""
    dump = build / "compiler/dialect/Gates.json"
    records = json.loads(dump.read_text())
    bounds = {}
    for r in (records[name] for name in records["!instanceof"]["Gate"]):
        bounds[r["opName"]] = (r["valueUlps"], r["derivativeUlps"], r["valueAbsolute"], r["derivativeAbsolute"], r["whyMore"])
        report(max(r["valueUlps"], r["derivativeUlps"]) <= 2 or r["whyMore"], f"the gate table does not say why {r['opName']} is less accurate")
    bounds["powi"] = (2, 2, 0, 0, "")
    return bounds


def reference(case, index, point):
    """The exact partial derivative, or a central difference."""
    exact = [mpf(x) for x in point]
    if case.partials:
        return case.partials[index](*exact)
    step = mpf(10) ** -30 * abs(exact[index]) if exact[index] else mpf(10) ** -340
    high, low = list(exact), list(exact)
    high[index] += step
    low[index] -= step
    return (case.function(*high) - case.function(*low)) / (2 * step)


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


def error(got, want, absolute):
    """In ulps; below 1 in ulps of 1 where the bound is absolute. What is not a
    normal number may be zero."""
    e = ulps(got, want)
    if abs(got) <= SMALLEST_NORMAL and abs(want) <= SMALLEST_NORMAL:
        return mpf(0)
    if absolute and mp.isfinite(e) and mp.isfinite(want) and abs(want) < 1:
        return abs(mpf(got) - want) / mpf(2) ** -52
    return e


def more_points(case, count, seed=7):
    """Random points of the gate's domain: each coordinate between two neighbours among those that
    the case states, by ratio where they lie orders of magnitude apart. The stated ones come first."""
    r = random.Random(seed)
    coordinates = [sorted({p[k] for p in case.points}) for k in range(len(case.points[0]))]

    def between(values):
        at = r.randrange(max(1, len(values) - 1))
        low, high = values[at], values[min(at + 1, len(values) - 1)]
        if isinstance(low, int):
            return r.choice((low, high))
        if low * high > 0 and max(low / high, high / low) > 4:
            return low * (high / low) ** r.random()
        return r.uniform(low, high)

    points = list(case.points)
    while len(points) < count:
        point = tuple(between(values) for values in coordinates)
        if all(map(math.isfinite, point)) and case.keep(*point):
            points.append(point)
    return points


def check_errors(what, bound, absolute, points, gots, wants, worst, options):
    for point, got, want in zip(points, gots, wants):
        e = error(got, want, absolute)
        worst[0] = max(worst[0], (e, point), key=lambda w: w[0])
        report(e <= bound, f"{what} at {point} = {got!r}, wanted {mp.nstr(want, 20)}: {mp.nstr(e, 4)} ulp {options}")


def check_gate(name, case, points, bounds, worst_value, worst_derivative):
    value_bound, derivative_bound, value_absolute, derivative_absolute, _ = bounds
    arity = len(points[0])
    names = "xyz"[:arity]
    integers = {"powi": "y"}.get(name, "")
    body = case.call.format(*(f"{n}[i]" for n in names)) if case.call else f"{name}({', '.join(f'{n}[i]' for n in names)})"
    parameters = ", ".join(f"{n}: {'i64' if n in integers else 'f64'}[n]" for n in names)
    text = f"circuit v({parameters}) -> f64[n] = [{body} for i in 0..n]\n"
    text += f"circuit g({parameters}) = sum({body} for i in 0..n)\n"
    program = Program(text)
    arguments = {n: [p[k] for p in points] for k, n in enumerate(names)}
    with mp.workdps(case.digits):
        wants = [case.function(*(mpf(x) for x in point)) for point in points]
        partials = {n: [reference(case, k, point) for point in points]
                    for k, n in enumerate(names) if n not in integers}
        for options in ((), ("--strict",)):
            values = program.value("v", arguments, options)
            check_errors(name, value_bound, value_absolute, points, values or [], wants, worst_value, options)
            answer = program.gradient("g", arguments, options)
            for n in partials if answer else ():
                forward = program.tangent("v", arguments, {n: [1.0] * len(points)}, options)
                report(forward is not None and all(map(same, forward[1], answer[1][n])),
                       f"{name}: d/d{n} differs between forward and reverse mode {options}")
                check_errors(f"d {name} / d{n}", derivative_bound, derivative_absolute, points, answer[1][n],
                             partials[n], worst_derivative, options)


NOT_IN_LANGUAGE = {"polygamma": "not in the language: derivatives of `trigamma`; test/unit/runtime",
                   "scaled": "not in the language: a product in derivatives of `sqrt`, `exp`, ...; higher.test",
                   "divided": "not in the language: a quotient in derivatives of `div`, `log`, ...; higher.test",
                   "cbrt_slope": "not in the language: the derivative of `cbrt`; higher.test"}
# Of how many points second derivatives are compared.
MODERATE = 6


def moderate(case, count=MODERATE):
    """Some stated points of modest size, where second derivatives are no matter of extremes."""
    found = [p for p in case.points if all(0.05 < abs(x) < 12 for x in p)]
    random.Random(1).shuffle(found)
    return found[:count]


def second_partials(case, point, real):
    """The Hessian at a point by central differences of the partials, the integers left out."""
    rows = []
    for i in real:
        row = []
        for j in real:
            step = mpf(10) ** -25 * abs(mpf(point[j]))
            high, low = ([mpf(x) + (s * step if k == j else 0) for k, x in enumerate(point)] for s in (1, -1))
            row.append((reference(case, i, high) - reference(case, i, low)) / (2 * step))
        rows.append(row)
    return rows


def check_second(name, case, tolerance=1e-11):
    """Jacobian, Hessian, Hessian-vector product and nested grad of the gate over some points: the modes that
    the bounds of the table do not speak of."""
    points = moderate(case)
    report(len(points) == MODERATE, f"{name}: only {len(points)} moderate points")
    names, integers = "xyz"[:len(points[0])], {"powi": "y"}.get(name, "")
    real = [k for k, n in enumerate(names) if n not in integers]
    wrt = [names[k] for k in real]
    body = case.call or f"{name}({', '.join('{%d}' % k for k in range(len(names)))})"
    parameters = [f"{n}: {'i64' if n in integers else 'f64'}[n]" for n in names]
    vectors, total = [f"v{n}: f64[n]" for n in wrt], f"circuit s({', '.join(parameters)}) = sum(v({', '.join(names)}))\n"
    inner = f"grad(s, {', '.join(wrt)})({', '.join(names)})"
    taken = f"let {'(' if len(wrt) > 1 else ''}{', '.join('g' + n for n in wrt)}{')' if len(wrt) > 1 else ''} = {inner}"
    program = Program(
        f"circuit v({', '.join(parameters)}) -> f64[n] = [{body.format(*(n + '[i]' for n in names))} for i in 0..n]\n" + total
        + f"circuit nested({', '.join(parameters + vectors)}) -> f64 {{\n  {taken}\n  return "
        + " + ".join(f"dot(g{n}, v{n})" for n in wrt) + "\n}\n")
    arguments = {n: [p[k] for p in points] for k, n in enumerate(names)}
    direction = {n: [1.0 + 0.25 * i - 0.5 * k for i in range(len(points))] for k, n in enumerate(wrt)}
    with mp.workdps(100):
        first = [[reference(case, k, p) for k in real] for p in points]
        second = [second_partials(case, p, real) for p in points]
    size = range(len(points))

    def compare(what, got, want, scale):
        scale = max(scale, abs(want))
        report(abs(got - want) <= tolerance * scale, f"{name}: {what} = {got!r}, wanted {mp.nstr(want, 20)} (scale {mp.nstr(scale, 3)})")

    jacobian = program.call("jacobian", "v", arguments, ("--wrt", ",".join(wrt)))
    hessian = program.call("hessian", "s", arguments, ("--wrt", ",".join(wrt)))
    options = [x for n in wrt for x in ("--vector", f"{n}={json.dumps(direction[n])}")]
    hvp = program.call("hvp", "s", arguments, ("--wrt", ",".join(wrt), *options))
    nested = program.gradient("nested", {**arguments, **{f"v{n}": direction[n] for n in wrt}}, ("--wrt", ",".join(wrt)))
    if None in (jacobian, hessian, hvp, nested):
        return
    for a, n in enumerate(wrt):
        for i in size:
            # Where terms cancel, errors are relative to the terms.
            scale = max([abs(w) for w in second[i][a]] + [abs(first[i][a])])
            want = sum(second[i][a][b] * direction[m][i] for b, m in enumerate(wrt))
            compare(f"H v, {n}[{i}] at {points[i]}", hvp["hvp"][n][i], want, 2 * scale)
            compare(f"H v by nested grad, {n}[{i}] at {points[i]}", nested[1][n][i], want, 2 * scale)
            for j in size:
                compare(f"dv[{i}]/d{n}[{j}]", jacobian["jacobian"]["value"][n][i][j], first[i][a] if i == j else mpf(0), 1)
                for b, m in enumerate(wrt):
                    compare(f"d2/d{n}[{i}] d{m}[{j}] at {points[i]}", hessian["hessian"][n][m][i][j],
                            second[i][a][b] if i == j else mpf(0), scale)


def shown(worst, absolute):
    e, point = worst[0]
    if e < 1e-9:
        return "exact"
    where = ", ".join(repr(x) for x in point)
    return f"{mp.nstr(e, 3)}{' of 1' if absolute else ''} at {where}"


def build_folder():
    build = pathlib.Path(shutil.which("circ")).resolve().parent
    while not (build / "compiler/dialect/Gates.json").exists():
        build = build.parent
    return build


def run(verbose=False, only=(), points=0, out=None):
    """`points` is the number for each gate, at least those stated; `out` gets a table of the worst."""
    build = build_folder()
    rows = []
    for name, bounds in table(build).items():
        if only and name not in only:
            continue
        if name in NOT_IN_LANGUAGE:
            continue
        if name not in CASES:
            report(False, f"the gate '{name}' has no case in {__file__}")
            continue
        case = CASES[name]
        at = more_points(case, points) if points else case.points
        value, derivative = [(mpf(0), ())], [(mpf(0), ())]
        check_gate(name, case, at, bounds, value, derivative)
        harness.modes_run -= {"jacobian", "hessian", "hvp", "nested grad"}
        check_second(name, case)
        report(len(harness.modes_run) == 7, f"{name}: only {sorted(harness.modes_run)} were compared")
        rows.append((name, len(at), shown(value, bounds[2]), bounds[0], shown(derivative, bounds[3]), bounds[1], bounds[4]))
        if verbose:
            print(f"{name:10} {len(at):6} value {rows[-1][2]}; derivative {rows[-1][4]}", flush=True)
    if not only:
        check_document(table(build))
    if out:
        with open(out, "w") as file:
            file.write(TABLE_HEAD)
            file.writelines(map(row_text, rows))


def row_text(row):
    name, count, value, value_bound, derivative, derivative_bound, why = row
    return f"| `{name}` | {count} | {value} | {value_bound} | {derivative} | {derivative_bound} | {why} |\n"


def check_document(bounds):
    """docs/accuracy.md has every gate, with the bounds of the gate table."""
    rows = {}
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("| `"):
            gate, points, _, value, _, derivative, why = (cell.strip() for cell in line.strip("|").split("|"))
            rows[gate.strip("`")] = (int(value), int(derivative), why)
            report(int(points) >= 10000, f"{DOCUMENT}: {gate} at only {points} points")
    for name, (value, derivative, _, _, why) in bounds.items():
        if name not in NOT_IN_LANGUAGE:
            report(rows.get(name) == (value, derivative, why), f"{DOCUMENT}: {name} with {rows.get(name)}, write it anew")


TABLE_HEAD = """# Accuracy of the gates

The worst errors of each scalar gate, in units in the last place (ulp), against numbers of 100 to 900 digits by mpmath, and the bounds that
the gate table states. "of 1" marks gates with zeros, near which the error below 1 counts in ulps of 1. The points are extreme
arguments and their neighbourhoods, and random ones between them over all orders of magnitude. Results below the
smallest normal number may be zero. Written by

```sh
python3 test/numeric/check_gradients.py gates --points 10000 --out docs/accuracy.md
```

| gate | points | worst value at | bound | worst derivative at | bound | why above 2 |
| --- | --- | --- | --- | --- | --- | --- |
"""
