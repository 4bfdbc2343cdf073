"""Math functions that are code of the module, one by one and in lanes, of f64 and f32, against a wider type."""
import subprocess

import numpy

import harness
from harness import Program, report

# The function, its derivative, and the bounds in ulps: of the value and the derivative of f64, of f32. f32 is
# computed in f64 and rounded once; a derivative is arithmetic in its type.
FUNCTIONS = {
    "exp": (numpy.exp, numpy.exp, (1, 1), (0.51, 0.51)),
    "expm1": (numpy.expm1, numpy.exp, (1, 1), (0.51, 0.51)),
    "log": (numpy.log, lambda x: numpy.where(x < 0, numpy.nan, 1 / x), (1, 0.51), (0.51, 0.51)),
    "log1p": (numpy.log1p, lambda x: numpy.where(x < -1, numpy.nan, 1 / (1 + x)), (1, 2), (0.51, 2)),
    "tanh": (numpy.tanh, lambda x: 1 / numpy.cosh(x) ** 2, (1.5, 3), (0.51, 3)),
    "sin": (numpy.sin, numpy.cos, (1, 1), (0.51, 0.51)),
    "cos": (numpy.cos, lambda x: -numpy.sin(x), (1, 1), (0.51, 0.51)),
}
TYPES = {"f64": (numpy.float64, numpy.longdouble, numpy.uint64), "f32": (numpy.float32, numpy.float64, numpy.uint32)}


def points(number, bits, count):
    """Of every order of magnitude, many between -20 and 20 and between -1 and 1, and near to what is special:
    multiples of pi / 2, limits of overflow, zero."""
    generator = numpy.random.default_rng(7)
    of_all_sizes = numpy.frombuffer(generator.bytes(count * numpy.dtype(bits).itemsize), dtype=number)
    usual = numpy.concatenate([generator.uniform(-20, 20, count), generator.uniform(-1, 1, count)]).astype(number)
    near = numpy.concatenate([numpy.arange(1, count // 8) * (numpy.pi / 2),
                              [88.7, 103.9, 87.3, 709.78, 745.1, 708.3, 1.0, 0.5, 1e-40, 1e-310]]).astype(number)
    near = numpy.concatenate([near, numpy.nextafter(near, number(0)), numpy.nextafter(near, number(numpy.inf))])
    limits = numpy.finfo(number)
    special = numpy.array([0.0, numpy.inf, numpy.nan, limits.smallest_subnormal, limits.tiny, limits.max, 2.0**20], dtype=number)
    return numpy.concatenate([of_all_sizes, usual, near, -near, special, -special])


def worst(x, got, want):
    """The largest error in units in the last place, and where; results below the smallest normal number may
    be zero, those that round to the largest one infinity."""
    limits = numpy.finfo(got.dtype)
    with numpy.errstate(over="ignore", under="ignore", invalid="ignore"):
        rounded = want.astype(got.dtype)
        wrong = numpy.isnan(got) != numpy.isnan(rounded)
        edge = numpy.abs(want) >= limits.max
        finite = numpy.isfinite(rounded)
        wrong |= ~finite & ~numpy.isnan(rounded) & (got != rounded) & ~edge
        wrong |= finite & ~numpy.isfinite(got) & ~edge
        compared = finite & numpy.isfinite(got) & ((numpy.abs(want) >= limits.tiny) | (got != 0))
        unit = numpy.spacing(numpy.maximum(numpy.abs(rounded), limits.tiny)).astype(want.dtype)
        error = numpy.zeros(x.shape)
        error[compared] = numpy.abs(got[compared] - want[compared]) / unit[compared]
    error[wrong] = numpy.inf
    at = int(numpy.argmax(error))
    return float(error[at]), float(x[at])


def outputs(program, command, circuit, argument, options):
    result = harness.FOLDER / "result.npz"
    done = subprocess.run(["circ", command, f"{program.path}:{circuit}", f"x=@{argument}", "-o", str(result), *options],
                          capture_output=True, text=True)
    report(done.returncode == 0, f"circ {command} {circuit}: {done.stderr}")
    return dict(numpy.load(result)) if done.returncode == 0 else None


def check(name, type_name, x, argument, verbose):
    function, slope, *bounds = FUNCTIONS[name]
    bound, slope_bound = bounds[list(TYPES).index(type_name)]
    array = f"{type_name}[n]"
    program = Program(f"circuit f(x: {array}) = {name}(x)\n"
                      f"circuit total(x: {array}) = sum({name}(x[i]) for i)\n"
                      f"circuit rows(x: {array}) -> {type_name}[n, 2] = [[{name}(x[i]), {name}(x[n - 1 - i])] for i in 0..n]\n")
    with numpy.errstate(all="ignore"):
        wide = x.astype(TYPES[type_name][1])
        want, slopes = function(wide), slope(wide)
    # One by one at -O0; in lanes of several widths, with and without fused multiplication and addition.
    for options in (["-O0"], [], ["--cpu", "x86-64-v3"], ["--cpu", "x86-64"]):
        value = outputs(program, "run", "f", argument, options)
        rows = outputs(program, "run", "rows", argument, options)
        gradient = outputs(program, "grad", "total", argument, options)
        if value is None or rows is None or gradient is None:
            continue
        (made,), (both,) = value.values(), rows.values()
        error, at = max(worst(x, made, want), worst(x, both[:, 0], want), worst(x[::-1], both[:, 1], want[::-1]))
        report(made.dtype == x.dtype and error <= bound,
               f"{name} of {type_name} {options}: {error} ulp at {at!r}, bound {bound}")
        derivative = next(v for v in gradient.values() if v.shape == x.shape)
        slope_error, slope_at = worst(x, derivative, slopes)
        report(slope_error <= slope_bound,
               f"derivative of {name} of {type_name} {options}: {slope_error} ulp at {slope_at!r}, bound {slope_bound}")
        if verbose:
            print(f"{name} of {type_name} {options}: {error:.4f} at {at!r}, derivative {slope_error:.3f} at {slope_at!r}")


def run(verbose=False, only=(), points_each=200_000, **_):
    for type_name, (number, _, bits) in TYPES.items():
        x = points(number, bits, points_each // harness.SHARE)
        argument = harness.FOLDER / "x.npy"
        numpy.save(argument, x)
        for name in only or FUNCTIONS:
            check(name, type_name, x, argument, verbose)
