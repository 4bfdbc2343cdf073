"""The points where a derivative is not unique, and where a guard must guard."""
import math

from harness import Program, report, share

inf, nan = math.inf, math.nan


def same(got, want):
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(map(same, got, want))
    if math.isnan(want):
        return math.isnan(got)
    return got == want or abs(got - want) <= 1e-14 * abs(want)


# body of `circuit f(x, y)`; arguments; value (None: not checked); gradient.
SCALAR = [
    ("abs(x)", (0.0,), 0.0, (0.0,)),
    ("abs(x)", (-0.0,), 0.0, (0.0,)),
    ("abs(x)", (nan,), nan, (nan,)),
    ("sign(x)", (0.0,), 0.0, (0.0,)),
    ("sign(x)", (-3.0,), -1.0, (0.0,)),
    ("sign(x)", (nan,), nan, (0.0,)),
    ("relu(x)", (0.0,), 0.0, (0.0,)),
    ("relu(x)", (nan,), nan, (nan,)),
    ("floor(x)", (2.0,), 2.0, (0.0,)),
    ("ceil(x)", (2.0,), 2.0, (0.0,)),
    ("round(x)", (2.5,), 2.0, (0.0,)),
    ("round(x)", (3.5,), 4.0, (0.0,)),
    ("trunc(x)", (-2.5,), -2.0, (0.0,)),
    ("x % y", (7.5, 2.0), 1.5, (1.0, -3.0)),
    ("x % y", (-7.5, 2.0), 0.5, (1.0, 4.0)),
    ("x % y", (7.5, -2.0), -0.5, (1.0, 4.0)),
    ("x % y", (6.0, 2.0), 0.0, (1.0, -3.0)),
    ("max(x, y)", (2.0, 2.0), 2.0, (1.0, 0.0)),
    ("min(x, y)", (2.0, 2.0), 2.0, (1.0, 0.0)),
    ("max(x, y)", (0.0, -0.0), 0.0, (1.0, 0.0)),
    ("max(x, y)", (nan, 1.0), nan, (nan, nan)),
    ("max(x, y)", (1.0, nan), nan, (nan, nan)),
    ("min(x, y)", (nan, 1.0), nan, (nan, nan)),
    ("min(x, y)", (1.0, nan), nan, (nan, nan)),
    ("max(x, y)", (-inf, -inf), -inf, (1.0, 0.0)),
    ("clamp(x, 0, 1)", (0.0,), 0.0, (1.0,)),
    ("clamp(x, 0, 1)", (1.0,), 1.0, (1.0,)),
    ("clamp(x, 0, 1)", (-0.5,), 0.0, (0.0,)),
    ("clamp(x, 0, 1)", (1.5,), 1.0, (0.0,)),
    ("clamp(x, 0, 1)", (nan,), nan, (nan,)),
    ("clamp(0.5, x, y)", (0.7, 0.9), 0.7, (1.0, 0.0)),
    ("clamp(0.5, x, y)", (0.1, 0.3), 0.3, (0.0, 1.0)),
    ("clamp(0.5, x, y)", (0.7, 0.6), 0.6, (0.0, 1.0)),
    ("clamp(0.5, x, y)", (0.7, 0.7), 0.7, (1.0, 0.0)),
    ("clamp(x, y, 1.0)", (0.5, 0.5), 0.5, (1.0, 0.0)),
    ("hypot(x, y)", (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("hypot(x, y)", (3.0, 4.0), 5.0, (0.6, 0.8)),
    ("hypot(x, y)", (3e200, 4e200), 5e200, (0.6, 0.8)),
    ("hypot(x, y)", (3e-200, 4e-200), 5e-200, (0.6, 0.8)),
    ("sqrt(x * x)", (0.0,), 0.0, (nan,)),
    ("sqrt(x)", (0.0,), 0.0, (inf,)),
    ("sqrt(x)", (-1.0,), nan, (nan,)),
    ("cbrt(x)", (0.0,), 0.0, (inf,)),
    ("log(x)", (0.0,), -inf, (inf,)),
    ("log(x)", (-1.0,), nan, (nan,)),
    ("log1p(x)", (-1.0,), -inf, (inf,)),
    ("log1p(x)", (-2.0,), nan, (nan,)),
    ("log2(x)", (-1.0,), nan, (nan,)),
    ("log10(x)", (-1.0,), nan, (nan,)),
    ("asin(x)", (1.0,), math.pi / 2, (inf,)),
    ("asin(x)", (2.0,), nan, (nan,)),
    ("acos(x)", (1.0,), 0.0, (-inf,)),
    ("acos(x)", (-2.0,), nan, (nan,)),
    ("acosh(x)", (1.0,), 0.0, (inf,)),
    ("acosh(x)", (0.5,), nan, (nan,)),
    ("acosh(x)", (-2.0,), nan, (nan,)),
    ("atanh(x)", (1.0,), inf, (inf,)),
    ("atanh(x)", (2.0,), nan, (nan,)),
    ("digamma(x)", (0.0,), nan, (None,)),
    # x^y at x = 0
    ("x ^ y", (0.0, 2.0), 0.0, (0.0, 0.0)),
    ("x ^ y", (0.0, 1.5), 0.0, (0.0, 0.0)),
    ("x ^ y", (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("x ^ y", (0.0, 0.5), 0.0, (inf, 0.0)),
    ("x ^ y", (0.0, 0.0), 1.0, (0.0, None)),
    ("x ^ y", (0.0, -0.5), inf, (-inf, None)),
    ("x ^ y", (0.0, -2.0), inf, (-inf, None)),
    ("x ^ y", (-2.0, 2.0), 4.0, (-4.0, nan)),
    ("x ^ y", (-2.0, 0.5), nan, (nan, nan)),
    ("x ^ 2", (0.0,), 0.0, (0.0,)),
    ("x ^ 1", (0.0,), 0.0, (1.0,)),
    ("x ^ 0", (0.0,), 1.0, (0.0,)),
    ("x ^ -1", (0.0,), inf, (-inf,)),
    ("x ^ 3", (-2.0,), -8.0, (12.0,)),
    ("x ^ 2.0", (-2.0,), 4.0, (-4.0,)),
    ("x ^ 0.0", (0.0,), 1.0, (0.0,)),
    ("pow(x, 0.5)", (0.0,), 0.0, (inf,)),
    # logaddexp
    ("logaddexp(x, y)", (-inf, -inf), -inf, (0.0, 0.0)),
    ("logaddexp(x, y)", (-inf, 2.0), 2.0, (0.0, 1.0)),
    ("logaddexp(x, y)", (2.0, -inf), 2.0, (1.0, 0.0)),
    ("logaddexp(x, y)", (1000.0, 1000.0), 1000.0 + math.log(2), (0.5, 0.5)),
    ("logaddexp(x, y)", (-1000.0, 1000.0), 1000.0, (0.0, 1.0)),
    ("logaddexp(x, y)", (nan, 1.0), nan, (nan, nan)),
    # A zero adjoint contributes zero.
    ("0 * sqrt(x)", (0.0,), 0.0, (0.0,)),
    ("0 * log(x)", (0.0,), nan, (0.0,)),
    ("0 * cbrt(x)", (0.0,), 0.0, (0.0,)),
    ("0 * (1 / x)", (0.0,), nan, (0.0,)),
    ("0 * asin(x)", (1.0,), 0.0, (0.0,)),
    ("0 * acos(x)", (1.0,), 0.0, (0.0,)),
    ("0 * acosh(x)", (1.0,), 0.0, (0.0,)),
    ("0 * atanh(x)", (1.0,), nan, (0.0,)),
    ("0 * log1p(x)", (-1.0,), nan, (0.0,)),
    ("0 * x ^ 0.5", (0.0,), 0.0, (0.0,)),
    ("0 * x ^ -1", (0.0,), nan, (0.0,)),
    ("0 * x ^ y", (0.0, -0.5), nan, (0.0, 0.0)),
    ("0 * exp(x)", (1000.0,), nan, (0.0,)),
    ("0 * expm1(x)", (1000.0,), nan, (0.0,)),
    ("0 * sinh(x)", (1000.0,), nan, (0.0,)),
    ("0 * cosh(x)", (1000.0,), nan, (0.0,)),
    ("0 * lgamma(x)", (0.0,), nan, (0.0,)),
    ("0 * digamma(x)", (0.0,), nan, (0.0,)),
    ("0 * atan2(x, y)", (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("0 * (x % y)", (1.0, 0.0), nan, (0.0, 0.0)),
    ("x * sqrt(y)", (0.0, 0.0), 0.0, (0.0, 0.0)),
    # A zero tangent contributes zero: the same from the other end.
    ("sqrt(0 * x)", (1.0,), 0.0, (nan,)),
    ("log(0 * x)", (1.0,), -inf, (nan,)),
    ("1 / (0 * x)", (1.0,), inf, (nan,)),
    ("(0 * x) ^ 0.5", (1.0,), 0.0, (nan,)),
    ("atan2(0 * x, 0 * y)", (1.0, 1.0), 0.0, (nan, nan)),
    ("sqrt(max(x, 0))", (-1.0,), 0.0, (0.0,)),
    ("sqrt(relu(x))", (-1.0,), 0.0, (0.0,)),
    ("sqrt(abs(x))", (0.0,), 0.0, (None,)),
    # A guard guards: what is not taken is neither evaluated nor differentiated.
    ("if x > 0 { log(x) } else { x }", (-1.0,), -1.0, (1.0,)),
    ("if x > 0 { sqrt(x) } else { 0.0 }", (0.0,), 0.0, (0.0,)),
    ("if x > 0 { sqrt(x) } else { 0.0 }", (-4.0,), 0.0, (0.0,)),
    ("if x != 0 { sin(x) / x } else { 1.0 }", (0.0,), 1.0, (0.0,)),
    ("select(x > 0, log(x), x)", (-1.0,), -1.0, (1.0,)),
    ("select(x > 0, sqrt(x), 0.0)", (0.0,), 0.0, (0.0,)),
    ("select(x != 0, x / x, 3.0 * x)", (0.0,), 0.0, (3.0,)),
    ("if x > 0 { log(x) * y } else { y * y }", (-1.0, 3.0), 9.0, (0.0, 6.0)),
    ("if isnan(y) { x } else { x * y }", (2.0, nan), 2.0, (1.0, 0.0)),
    ("select(isnan(y), x, x * y)", (2.0, nan), 2.0, (1.0, 0.0)),
    ("select(y > 5, x * exp(y * y), x)", (2.0, 3.0), 2.0, (1.0, 0.0)),
]

# circuit text with a parameter x: f64[n]; x; value; gradient.
ARRAYS = [
    ("sum(log(x[i]) for i if x[i] > 0)", [-1.0, 0.0, 2.0, nan], math.log(2), [0.0, 0.0, 0.5, 0.0]),
    ("sum(x[i] for i if !isnan(x[i]))", [1.0, nan, 3.0], 4.0, [1.0, 0.0, 1.0]),
    ("sum(select(x[i] > 0, sqrt(x[i]), 0.0) for i)", [0.0, 4.0, -1.0], 2.0, [0.0, 0.25, 0.0]),
    ("max(x[i] for i if !isnan(x[i]))", [1.0, nan, 3.0], 3.0, [0.0, 0.0, 1.0]),
    ("max(x[i] for i)", [1.0, 3.0, 3.0, 2.0], 3.0, [0.0, 1.0, 0.0, 0.0]),
    ("min(x[i] for i)", [1.0, 0.0, 0.0, 2.0], 0.0, [0.0, 1.0, 0.0, 0.0]),
    ("max(x)", [3.0, 3.0, 3.0], 3.0, [1.0, 0.0, 0.0]),
    ("min(x)", [3.0, 3.0, 3.0], 3.0, [1.0, 0.0, 0.0]),
    ("max(x[i] for i)", [1.0, nan, 3.0, nan], nan, None),
    ("max(x[i] for i)", [-inf, -inf], -inf, [1.0, 0.0]),
    ("max(x[i] for i)", [], -inf, []),
    ("min(x[i] for i)", [], inf, []),
    ("sum(x)", [], 0.0, []),
    ("prod(x)", [], 1.0, []),
    ("mean(x)", [], nan, []),
    ("logsumexp(x)", [], -inf, []),
    ("logsumexp(x)", [-inf, -inf], -inf, [0.0, 0.0]),
    ("logsumexp(x)", [-inf, 1.0], 1.0, [0.0, 1.0]),
    ("logsumexp(x)", [1000.0, 1000.0], 1000 + math.log(2), [0.5, 0.5]),
    ("logsumexp(x)", [nan, 1.0], nan, [nan, nan]),
    ("logsumexp(x[i] for i if x[i] > 1000)", [1.0, 2.0], -inf, [0.0, 0.0]),
    ("max(max(x[i] * x[j] for j) for i)", [2.0, 2.0], 4.0, [4.0, 0.0]),
    ("prod(x)", [0.0, 3.0, 4.0], 0.0, [12.0, 0.0, 0.0]),
    ("prod(x)", [0.0, 0.0, 4.0], 0.0, [0.0, 0.0, 0.0]),
    ("prod(x[i] for i if x[i] != 0)", [0.0, 3.0, 4.0], 12.0, [0.0, 4.0, 3.0]),
    ("norm(x)", [0.0, 0.0], 0.0, [0.0, 0.0]),
    ("norm(x)", [3.0, 4.0], 5.0, [0.6, 0.8]),
    ("sqrt(sum(x[i] ^ 2 for i))", [0.0, 0.0], 0.0, [nan, nan]),
    ("max(x[i] for i) + sum(x[i] for i if i < 0)", [2.0, 5.0], 5.0, [0.0, 1.0]),
]

# Where zero meets an infinite partial derivative on the way, the modes see it from
# different ends: a zero adjoint or a zero tangent contributes zero, and forward mode
# has multiplied the infinity by then, or has not met it yet. Gradients by forward
# mode where they are not those by reverse mode.
FORWARD = {
    "sqrt(x * x)": {"x": 0.0},
    "sqrt(0 * x)": {"x": 0.0},
    "log(0 * x)": {"x": 0.0},
    "1 / (0 * x)": {"x": 0.0},
    "(0 * x) ^ 0.5": {"x": 0.0},
    "atan2(0 * x, 0 * y)": {"x": 0.0, "y": 0.0},
    "sqrt(sum(x[i] ^ 2 for i))": {"x": [0.0, 0.0]},
    "0 * x ^ y": {"x": nan, "y": nan},
    "0 * atan2(x, y)": {"x": nan, "y": nan},
    "0 * (x % y)": {"x": 0.0, "y": nan},
    "x * sqrt(y)": {"x": 0.0, "y": nan},
    **{f"0 * {e}": {"x": nan} for e in (
        "sqrt(x)", "log(x)", "cbrt(x)", "(1 / x)", "asin(x)", "acos(x)", "acosh(x)", "atanh(x)", "log1p(x)",
        "x ^ 0.5", "x ^ -1", "exp(x)", "expm1(x)", "sinh(x)", "cosh(x)", "lgamma(x)", "digamma(x)")},
}


def run(verbose=False, only=()):
    text = ""
    for k, (body, at, _, _) in enumerate(SCALAR):
        text += f"circuit s{k}({'x, y' if len(at) == 2 else 'x'}) = {body}\n"
    for k, (body, *_rest) in enumerate(ARRAYS):
        text += f"circuit a{k}(x: f64[n]) = {body}\n"
    program = Program(text)
    cases = [(f"s{k}", c[0], dict(zip("xy", c[1])), c[2], dict(zip("xy", c[3]))) for k, c in enumerate(SCALAR)]
    cases += [(f"a{k}", c[0], {"x": c[1]}, c[2], {"x": c[3]}) for k, c in enumerate(ARRAYS)]
    for name, body, arguments, value, gradient in share(cases):
        answer = program.gradient(name, arguments)
        if answer is None:
            continue
        if value is not None:
            report(same(answer[0], value), f"{body} at {arguments} = {answer[0]}, wanted {value}")
            plain = program.value(name, arguments)
            report(plain is not None and same(plain, value), f"run: {body} at {arguments} = {plain}, wanted {value}")
        forward = program.gradient(name, arguments, ("--mode", "forward"))
        for mode, found, wanted in (("reverse", answer, gradient), ("forward", forward, FORWARD.get(body, gradient))):
            for parameter, want in wanted.items():
                if want is None or found is None:
                    continue
                got = found[1][parameter]
                report(same(got, want), f"d {body} / d{parameter} at {arguments} by {mode} = {got}, wanted {want}")
