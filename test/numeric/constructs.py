"""Value and gradient of every construct of the language.

Each case states a circuit `f` and, independently, a Python function of mpmath numbers. The value must
agree, and each partial derivative must agree with a central difference at 120 digits, with and without
optimisation; forward mode must agree with reverse mode, and second derivatives with second differences. Parameters that are integers, and those named in `const`, are not differentiated.
"""
import math

from mpmath import mpf

from harness import (Program, central_difference, check_forward_against_reverse, check_second_derivative, flat,
                     report, share)


class Construct:
    """`stated` gives value and gradients where differences cannot."""

    def __init__(self, name, text, at, reference, const=(), tolerance=2e-14, stated=None):
        self.name, self.text, self.at, self.reference = name, text, at, reference
        self.const, self.tolerance, self.stated = const, tolerance, stated

    def differentiable(self):
        return {n: v for n, v in self.at.items()
                if n not in self.const and all(isinstance(x, float) for x in flat(v))}


def close(got, want, scale, tolerance):
    return math.isfinite(got) and abs(mpf(got) - want) <= tolerance * max(abs(want), scale)


def check(case, options):
    program = Program(case.text)
    fixed = {n: v for n, v in case.at.items() if n not in case.differentiable()}
    answer = program.gradient("f", case.at, options)
    if answer is None:
        report(False, case.name)
        return
    if case.stated:
        want_value, want = case.stated
    else:
        want_value, want = central_difference(lambda **x: case.reference(**x, **fixed), case.differentiable())
    what = f"{case.name} {' '.join(options)}"
    report(close(answer[0], want_value, 0, case.tolerance), f"{what}: value {answer[0]}, wanted {want_value}")
    plain = program.value("f", case.at, options)
    report(plain is not None and close(plain, want_value, 0, case.tolerance),
           f"{what}: run gives {plain}, wanted {want_value}")
    report(set(want) == set(answer[1]), f"{what}: gradients of {list(answer[1])}, wanted {list(want)}")
    for name, partials in want.items():
        got = flat(answer[1][name])
        # Cancelling terms are as large as the largest of the partials.
        scale = max([abs(p) for p in partials] + [0])
        good = len(got) == len(partials) and all(close(g, w, scale, case.tolerance) for g, w in zip(got, partials))
        report(good, f"{what}: d/d{name} = {got}, wanted {[float(p) for p in partials]}")
    if options != ("-O3",):
        return
    check_forward_against_reverse(program, "f", case.at, list(want), options, max(1e-13, case.tolerance))
    if not case.stated:
        check_second_derivative(program, "f", case.at, list(want), lambda **x: case.reference(**x, **fixed),
                                tolerance=max(1e-12, case.tolerance))


def run(verbose=False, only=(), part=None):
    for case in share(__import__("constructs_" + part).CASES):
        if only and not any(name in case.name for name in only):
            continue
        if verbose:
            print(case.name)
        for level in ("-O0", "-O3"):
            check(case, (level,))
