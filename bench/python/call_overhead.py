"""What a call from Python costs beyond the C call, in microseconds.

The C call is that of a library made by `circ build`, timed in C. Under scipy.optimize.minimize the
evaluations are those of the optimiser itself: SciPy's own share is what the same search takes when
values and gradients are played back from a list. The least of many short runs counts, in the time of the
processor, so that what else runs on the machine is left out.

usage: PYTHONPATH=build/release/python /usr/bin/python3 bench/python/call_overhead.py [--slack FACTOR]

Exit status 1: a cost is above its limit (3 for numbers, 5 for arrays and evaluations) times the factor.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import time
import timeit

import circ
import numpy as np
import scipy.optimize

SOURCE = """
circuit f(x, y, z) = (x + y) * z
circuit g(a: f64[n], b: f64[n]) -> f64[n] = [a[i] * b[i] for i in 0..n]
circuit h(a: f64[n], b: f64[n]) = sum(a[i] * b[i] for i in 0..n)
circuit rosenbrock(x: f64[n]) = sum(100 * (x[i + 1] - x[i]^2)^2 + (1 - x[i])^2 for i in 0..n - 1)
"""
TIMER = r"""
#include "libmodels.h"
#include <stdio.h>
#include <time.h>
#define TIME(name, call)                                                              \
  do {                                                                                \
    double least = 1e9;                                                               \
    for (int run = 0; run < 100; ++run) {                                             \
      struct timespec from, to;                                                       \
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);                                          \
      for (int i = 0; i < 5000; ++i) call;                                            \
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);                                            \
      double spent = (to.tv_sec - from.tv_sec) * 1e6 + (to.tv_nsec - from.tv_nsec) * 1e-3; \
      if (spent / 5000 < least) least = spent / 5000;                                 \
    }                                                                                 \
    printf("%s %g\n", name, least);                                                   \
  } while (0)
int main(void) {
  double a[10] = {1}, b[10] = {2}, r[10], s[10], v, dx, dy, dz;
  TIME("f", f(-2, 5, -4, &v));
  TIME("f.value_and_grad", f_grad(-2, 5, -4, &v, &dx, &dy, &dz));
  TIME("g", g(10, a, b, r));
  TIME("h", h(10, a, b, &v));
  TIME("h.value_and_grad", h_grad(10, a, b, &v, r, s));
  TIME("rosenbrock.flat", rosenbrock_grad(10, a, &v, r));
}
"""
LIMITS = {"f": 3, "f.value_and_grad": 3, "g": 5, "h": 5, "h.value_and_grad": 5, "rosenbrock.flat": 5}


def least(call, number=500, repeat=100):
    return min(timeit.repeat(call, number=number, repeat=repeat, timer=time.thread_time)) / number * 1e6


def in_c():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "models.circ").write_text(SOURCE)
        (folder / "timer.c").write_text(TIMER)
        subprocess.run(["circ", "build", folder / "models.circ", "-o", folder / "libmodels.so"], check=True)
        subprocess.run(["cc", "-O2", folder / "timer.c", "-L", folder, "-lmodels", f"-Wl,-rpath,{folder}", "-o",
                        folder / "timer"], check=True)
        lines = subprocess.run([folder / "timer"], check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: float(spent) for name, spent in (line.split() for line in lines)}


def in_python(m):
    a, b = np.ones(10), np.full(10, 2.0)
    flat = m.rosenbrock.flat(a)
    x0 = flat.x0
    return {
        "f": least(lambda: m.f(-2.0, 5.0, -4.0)),
        "f.value_and_grad": least(lambda: m.f.value_and_grad(-2.0, 5.0, -4.0)),
        "g": least(lambda: m.g(a, b)),
        "h": least(lambda: m.h(a, b)),
        "h.value_and_grad": least(lambda: m.h.value_and_grad(a, b)),
        "rosenbrock.flat": least(lambda: flat(x0)),
    }


def under_scipy(problem, method):
    """Microseconds an evaluation of the circuit, and of SciPy itself; the number of evaluations."""
    played = []

    def record(x):
        played.append(problem(x))
        return played[-1]

    def search(function):
        return lambda: scipy.optimize.minimize(function, problem.x0, jac=True, method=method)

    def play():
        following = iter(played).__next__
        return scipy.optimize.minimize(lambda x: following(), problem.x0, jac=True, method=method)

    search(record)()
    count = len(played)
    whole, scipys = least(search(problem), 1, 60) / count, least(play, 1, 60) / count
    # Playing back costs something, too.
    following = iter(played * 50).__next__
    played_back = least(lambda: following(), count, 40)
    return whole - scipys + played_back, scipys - played_back, count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--slack", type=float, default=1.0, help="factor of the limits")
    slack = parser.parse_args().slack
    m = circ.compile(SOURCE)
    c, python = in_c(), in_python(m)
    above = []
    print(f"{'call':18} {'Python':>8} {'C':>8} {'beyond':>8}   (microseconds)")
    for name, spent in python.items():
        print(f"{name:18} {spent:8.3f} {c[name]:8.3f} {spent - c[name]:8.3f}")
        if spent - c[name] > slack * LIMITS[name]:
            above.append(name)
    print(f"\n{'minimize':18} {'circuit':>8} {'C':>8} {'beyond':>8} {'SciPy':>8}   (microseconds an evaluation)")
    problem = m.rosenbrock.flat(np.tile([-1.2, 1.0], 5))
    for method in "L-BFGS-B", "BFGS":
        spent, scipys, count = under_scipy(problem, method)
        beyond = spent - c["rosenbrock.flat"]
        print(f"{method:18} {spent:8.3f} {c['rosenbrock.flat']:8.3f} {beyond:8.3f} {scipys:8.3f}   {count} evaluations")
        if beyond > slack * 5:
            above.append(method)
    if above:
        sys.exit("above the limit: " + ", ".join(above))


main()
