"""Value and gradient of every construct of the language.

Each case states a circuit `f` and, independently, a Python function of mpmath numbers. The value must
agree, and each partial derivative must agree with a central difference at 120 digits, with and without
optimisation; forward mode must agree with reverse mode, Jacobians with the same differences, and second derivatives,
those by nested `grad` too, with second differences. Parameters that are integers, and those named in `const`, are not
differentiated.
"""
import math
import pathlib

import harness
from mpmath import mpf

from harness import (Program, central_difference, check_forward_against_reverse, check_jacobian,
                     check_second_derivative, report, share)
from leaves import flat, leaves, with_leaves


# What is compared, of every case.
MODES = ("value", "jvp", "vjp", "jacobian", "hessian", "hvp", "nested grad")


class Construct:
    """`stated` gives value and gradients where differences cannot; second derivatives are then zero."""

    def __init__(self, name, text, at, reference, const=(), tolerance=2e-14, stated=None):
        self.name, self.text, self.at, self.reference = name, text, at, reference
        self.const, self.tolerance, self.stated = const, tolerance, stated

    def differentiable(self):
        """The names of the parameters that have derivatives."""
        return [n for n in self.at if n not in self.const and leaves(self.at, [n])]

    def function(self, **numbers):
        return self.reference(**with_leaves(self.at, numbers))


def close(got, want, scale, tolerance):
    return math.isfinite(got) and abs(mpf(got) - want) <= tolerance * max(abs(want), scale)


def check(case, options):
    program = Program(case.text)
    wrt = case.differentiable()
    answer = program.gradient("f", case.at, options)
    if answer is None:
        report(False, case.name)
        return
    want_value, want = case.stated or central_difference(case.function, leaves(case.at, wrt))
    what = f"{case.name} {' '.join(options)}"
    report(close(answer[0], want_value, 0, case.tolerance), f"{what}: value {answer[0]}, wanted {want_value}")
    plain = program.value("f", case.at, options)
    report(plain is not None and close(plain, want_value, 0, case.tolerance),
           f"{what}: run gives {plain}, wanted {want_value}")
    got_leaves = leaves(answer[1])
    report(set(want) == set(got_leaves), f"{what}: gradients of {list(got_leaves)}, wanted {list(want)}")
    for name, partials in want.items():
        got = flat(got_leaves[name])
        # Cancelling terms are as large as the largest of the partials.
        scale = max([abs(p) for p in partials] + [0])
        good = len(got) == len(partials) and all(close(g, w, scale, case.tolerance) for g, w in zip(got, partials))
        report(good, f"{what}: d/d{name} = {got}, wanted {[float(p) for p in partials]}")
    tolerance = max(1e-13, case.tolerance)
    if options != ("-O3",):
        check_jacobian(program, "f", case.at, want, options, tolerance)
        return
    check_forward_against_reverse(program, "f", case.at, wrt, options, tolerance)
    check_second_derivative(program, "f", case.at, wrt, None if case.stated else case.function,
                            tolerance=max(1e-12, case.tolerance))


def parts():
    """The tests with their cases."""
    for path in sorted(pathlib.Path(__file__).parent.glob("constructs_*.py")):
        yield path.stem.removeprefix("constructs_"), __import__(path.stem).CASES


def run(verbose=False, only=(), part=None):
    for case in share(__import__("constructs_" + part).CASES):
        if only and not any(name in case.name for name in only):
            continue
        if verbose:
            print(case.name)
        harness.modes_run.clear()
        for level in ("-O0", "-O3"):
            check(case, (level,))
        report(harness.modes_run == set(MODES), f"{case.name}: only {sorted(harness.modes_run)} were compared")
