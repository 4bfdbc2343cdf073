#!/usr/bin/python3
"""How time and memory of values and gradients grow with the sizes of a problem.

One size at a time doubles, the others stay. `growth` is the exponent: log2 of what
doubling does to the gradient's time. Beside it stands the exponent of the number of
operations, counted by the compiler: what the mathematics asks for.

usage: scaling.py [--seconds S] [PROBLEM ...]
"""
import argparse
import json
import math
import pathlib
import subprocess
import tempfile

import numpy as np

BENCH = pathlib.Path(__file__).resolve().parents[1]
CIRC = BENCH.parent / "build/release/bin/circ"


def mixture(n, d, k):
    random = np.random.default_rng(1)
    return {"alpha": random.normal(size=k), "mu": random.normal(size=(k, d)), "x": random.normal(size=(n, d)),
            "icf": random.normal(size=(k, d * (d + 1) // 2)) / math.sqrt(d), "gamma": 1.0, "m": np.int64(0)}


def network(l, b, c):
    random = np.random.default_rng(2)
    sequence = np.zeros((c, b))
    sequence[np.arange(c), random.integers(b, size=c)] = 1
    return {"main": random.normal(size=(l, 8, b)), "extra": random.normal(size=(3, b)),
            "state": random.normal(size=(l, 2, b)), "sequence": sequence}


def logistic(n, d):
    random = np.random.default_rng(3)
    return {"w": random.normal(size=d), "b": 0.5, "x": random.normal(size=(n, d)), "y": random.integers(2, size=n).astype(float)}


# Problem: file, data, the sizes that stay, the sizes that double and their ends.
PROBLEMS = {
    "mixture": ("gmm/gmm.circ", mixture, {"n": 500, "d": 16, "k": 16}, {"n": (125, 4000), "d": (4, 128), "k": (4, 128)}),
    "network": ("lstm/lstm.circ", network, {"l": 2, "b": 16, "c": 256}, {"l": (1, 16), "b": (4, 256), "c": (64, 4096)}),
    "logistic": ("further/logistic_regression.circ", logistic, {"n": 2000, "d": 16}, {"n": (500, 16000), "d": (4, 256)}),
}


def measure(file, data, folder, seconds):
    np.savez(folder / "arguments.npz", **data)
    done = subprocess.run([CIRC, "bench", BENCH / file, "--args", folder / "arguments.npz", "--json", "--seconds", str(seconds)],
                          check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("problems", nargs="*", default=list(PROBLEMS), metavar="PROBLEM")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in options.problems:
            file, make, usual, ranges = PROBLEMS[name]
            for size, (first, last) in ranges.items():
                others = ", ".join(f"{k} = {v}" for k, v in usual.items() if k != size)
                print(f"\n{name}, {others}\n\n| {size} | value, ms | gradient, ms | growth | of operations | memory of the gradient, kB |")
                print("| --- " * 6 + "|")
                before = None
                while first <= last:
                    found = measure(file, make(**{**usual, size: first}), pathlib.Path(folder), options.seconds)
                    gradient = found["gradient"]
                    growth = lambda key: f"{math.log2(gradient[key] / before[key]):.2f}" if before else ""
                    print(f"| {first} | {1e3 * found['value']['minimum']:.4f} | {1e3 * gradient['minimum']:.4f} | {growth('minimum')} "
                          f"| {growth('operations')} | {gradient['memory'] / 1e3:.0f} |", flush=True)
                    before, first = gradient, 2 * first


main()
