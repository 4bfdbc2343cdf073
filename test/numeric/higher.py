"""First to third derivatives of gates over all orders of magnitude and at the edges of their domains, by `grad` of
`grad` and by `jvp` of `jvp`; and second derivatives where the first adjoint or tangent is zero."""
import math

from mpmath import mp, mpf

from harness import Program, report

SIZES = [5e-324, 1e-310, 1e-300, 1e-200, 1e-150, 1e-120, 1e-100, 1e-50, 1e-20, 1e-10, 1e-5, 0.01, 0.3, 0.5, 0.9, 1 - 1e-10,
         1.0, 1 + 1e-10, 1.5, 2.0, 5.0, 20.0, 36.0, 100.0, 300.0, 355.0, 400.0, 709.0, 711.0, 746.0, 1e3, 1e5, 1e10,
         1e17, 1e50, 1e100, 1e150, 1.3e154, 1.4e154, 1e200, 1e300, 1e308, 1.7e308]
REALS = [0.0] + SIZES + [-x for x in SIZES]
POSITIVE = SIZES
INSIDE = [x for x in REALS if abs(x) < 1]
MODEST = [x for x in REALS if abs(x) < 1e5]

# The gate as a function of x; its function in mpmath; the points.
UNARY = [
    ("sqrt(x)", mp.sqrt, POSITIVE),
    ("cbrt(x)", lambda x: mp.sign(x) * mp.cbrt(abs(x)), REALS[1:]),
    ("exp(x)", mp.exp, REALS),
    ("expm1(x)", mp.expm1, REALS),
    ("log(x)", mp.log, POSITIVE),
    ("log2(x)", lambda x: mp.log(x, 2), POSITIVE),
    ("log10(x)", mp.log10, POSITIVE),
    ("log1p(x)", mp.log1p, [x for x in REALS if x > -1]),
    ("sin(x)", mp.sin, MODEST),
    ("cos(x)", mp.cos, MODEST),
    ("tan(x)", mp.tan, MODEST),
    ("asin(x)", mp.asin, INSIDE),
    ("acos(x)", mp.acos, INSIDE),
    ("atan(x)", mp.atan, REALS),
    ("sinh(x)", mp.sinh, REALS),
    ("cosh(x)", mp.cosh, REALS),
    ("tanh(x)", mp.tanh, REALS),
    ("asinh(x)", mp.asinh, REALS),
    ("acosh(x)", mp.acosh, [x for x in REALS if x > 1]),
    ("atanh(x)", mp.atanh, INSIDE),
    ("erf(x)", mp.erf, MODEST),
    ("erfc(x)", mp.erfc, MODEST),
    ("sigmoid(x)", lambda x: 1 / (1 + mp.exp(-x)), REALS),
    ("softplus(x)", lambda x: mp.log1p(mp.exp(x)), MODEST),
    ("relu(x)", lambda x: max(x, 0), REALS[1:]),
    ("x / 3.0", lambda x: x / 3, REALS),
    ("3.0 / x", lambda x: 3 / x, REALS[1:]),
    ("x^3", lambda x: x**3, MODEST),
    ("x^-2", lambda x: x**-2, REALS[1:]),
    ("pow(x, 2.5)", lambda x: x**mpf(2.5), POSITIVE),
    ("pow(x, 2.0)", lambda x: x**2, MODEST),
    ("pow(2.5, x)", lambda x: mpf(2.5)**x, MODEST),
    ("atan2(x, 2.0)", lambda x: mp.atan2(x, 2), MODEST),
    ("atan2(2.0, x)", lambda x: mp.atan2(2, x), MODEST),
    ("hypot(x, 2.0)", lambda x: mp.sqrt(x * x + 4), MODEST),
    ("logaddexp(x, 0.5)", lambda x: mp.log(mp.exp(x) + mp.exp(mpf(0.5))), [x for x in REALS if abs(x) < 700] + [0.5]),
]
# Where the derivatives are infinite: the point and their signs, on the side of the domain.
EDGES = [
    ("sqrt(x)", 0.0, (1, -1, 1)), ("cbrt(x)", 0.0, (1, -1, 1)), ("log(x)", 0.0, (1, -1, 1)), ("log1p(x)", -1.0, (1, -1, 1)),
    ("asin(x)", 1.0, (1, 1, 1)), ("asin(x)", -1.0, (1, -1, 1)), ("acos(x)", 1.0, (-1, -1, -1)), ("acos(x)", -1.0, (-1, 1, -1)),
    ("acosh(x)", 1.0, (1, -1, 1)), ("atanh(x)", 1.0, (1, 1, 1)), ("atanh(x)", -1.0, (1, -1, 1)),
]
# At moderate points: a factor that is zero, and a change that is zero, in the first derivative.
MIXED = """
circuit scaled_f(u, x) = u * f(x)
circuit by_x(u, x) -> f64 = grad(scaled_f, x)(u, x)
circuit by_x_forward(u, x) -> f64 = jvp(scaled_f)(u, x; 0.0, 1.0)
circuit moved(u, x) = f(x + u^2)
circuit mixed(x: f64[n]) -> f64[n, 4] = [
  [grad(by_x, u)(0.0, x[i]), jvp(by_x_forward)(0.0, x[i]; 1.0, 0.0), 0.5 * grad(grad(moved, u), u)(0.0, x[i]),
   0.5 * jvp(moved_forward)(0.0, x[i]; 1.0, 0.0)] for i in 0..n]
circuit moved_forward(u, x) -> f64 = jvp(moved)(u, x; 1.0, 0.0)
"""
LARGEST = mpf(1.7976931348623157e308)


def text_of(gate):
    return (f"circuit f(x) = {gate}\n"
            "circuit g1(x) -> f64 = grad(f)(x)\ncircuit g2(x) -> f64 = grad(g1)(x)\ncircuit g3(x) -> f64 = grad(g2)(x)\n"
            "circuit j1(x) -> f64 = jvp(f)(x; 1.0)\ncircuit j2(x) -> f64 = jvp(j1)(x; 1.0)\ncircuit j3(x) -> f64 = jvp(j2)(x; 1.0)\n"
            "circuit all(x: f64[n]) -> f64[n, 6] = [[g1(x[i]), g2(x[i]), g3(x[i]), j1(x[i]), j2(x[i]), j3(x[i])] for i in 0..n]\n"
            + MIXED)


def derivative(function, point, order):
    """By central differences in very many digits."""
    x = mpf(point)
    h = mpf(10)**-40 * (min(abs(x), 1) or 1)
    if abs(x) < 1:
        h = min(h, (1 - abs(x)) * mpf(10)**-40)  # stays in the domain of asin
    weights = {1: [(1, 0.5), (-1, -0.5)], 2: [(1, 1), (0, -2), (-1, 1)], 3: [(2, 0.5), (1, -1), (-1, 1), (-2, -0.5)]}[order]
    return sum(mpf(w) * function(x + s * h) for s, w in weights) / h**order


def agree(got, want):
    if abs(want) > LARGEST:
        return abs(got) > 1e300 and (got > 0) == (want > 0)
    if math.isinf(got):
        return abs(want) > 1e307 and (got > 0) == (want > 0)
    return abs(got - want) <= 1e-9 * abs(want) + mpf(1e-15)


def run(verbose=False, only=()):
    for gate, function, points in UNARY:
        if only and gate not in only:
            continue
        program = Program(text_of(gate))
        rows = program.value("all", {"x": points})
        with mp.workdps(1300):
            for point, row in zip(points, rows or []):
                for order in (1, 2, 3):
                    want = derivative(function, point, order)
                    for mode, got in (("grad", row[order - 1]), ("jvp", row[order + 2])):
                        report(agree(got, want), f"{gate} at {point}: derivative {order} by {mode} is {got}, wanted {mp.nstr(want, 17)}")
            moderate = [p for p in points if p == 0 or 0.3 <= abs(p) < 40]
            for point, row in zip(moderate, program.value("mixed", {"x": moderate}) or []):
                want = derivative(function, point, 1)
                report(all(agree(got, want) for got in row), f"{gate} at {point} where a factor is zero: {row}, wanted {mp.nstr(want, 17)}")
    for gate, point, signs in EDGES:
        row = Program(text_of(gate)).value("all", {"x": [point]})[0]
        wanted = [s * math.inf for s in signs]
        report(row[:3] == wanted, f"{gate} at the edge {point}: {row[:3]}, wanted {wanted}")
        report(not any(map(math.isnan, row)), f"{gate} at the edge {point}, by jvp: {row[3:]}")
    # The exponent is zero where pow is differentiated by both.
    answer = Program("circuit f(x, y) = pow(x, y)").call("hessian", "f", {"x": 2.0, "y": 0.0})
    report(answer and answer["hessian"]["x"]["y"] == answer["hessian"]["y"]["x"] == 0.5, f"pow at y = 0: {answer}")
