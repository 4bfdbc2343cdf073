#!/usr/bin/python3
"""How the processor time of `circ run` and `circ grad` grows with the length of a circuit.

Prints seconds, microseconds for each line beyond a circuit of fifty lines, and how much longer the gradient takes than the
value, for circuits of several kinds.

usage: compile_time.py [--kinds scalars,sums,...] [--lines 1000,2000,...] [--repetitions 3] [--time]
                       (the least time of the repetitions; --time: stages of the longest)
"""
import argparse
import pathlib
import resource
import subprocess
import tempfile


def scalars(lines):
    """Straight-line code: each line uses two of the lines before."""
    body = ["let v0 = x", "let v1 = y"]
    forms = ["{a} * {b} + 0.25", "sin({a}) - {b}", "{a} / (2 + {b} * {b})", "exp(-{a} * {a}) * {b}"]
    for i in range(2, lines):
        body.append(f"let v{i} = " + forms[i % 4].format(a=f"v{i - 1}", b=f"v{(i * 7) % i if i % 3 else i - 2}"))
    return "circuit f(x, y) {\n  " + "\n  ".join(body) + f"\n  return v{lines - 1}\n}}\n"


def sums(lines):
    """Straight-line code of sums, products and quotients that do not wait for one another."""
    body = [f"let v{i} = x * {i}.5 - y" for i in range(40)]
    forms = ["{a} * {b} + 0.25", "{a} - {b} * 0.5", "{a} * 0.3 + {b} * 0.7", "{a} * {b} * 0.01", "{a} / (2 + {b} * {b})"]
    for i in range(40, lines):
        body.append(f"let v{i} = " + forms[i % 5].format(a=f"v{i - 5 - i * 7 % 31}", b=f"v{i - 3 - i * 11 % 37}"))
    return "circuit f(x, y) {\n  " + "\n  ".join(body) + "\n  return " + " + ".join(f"v{i}" for i in range(len(body) - 40, len(body))) + "\n}\n"


def variables(lines):
    """Assignments, branches and loops over a few variables, and updates of an array."""
    forms = ["a = a * 0.5 + sin(b)", "if a > b {{ b = a * 0.75 + 0.1 }} else {{ b -= 0.25 * a }}", "u[{i}] = u[{j}] * 0.5 + a * 0.25",
             "for t in 0..3 {{ a = a * 0.5 + u[t] }}", "b += u[{j}] * 0.125"]
    body = ["var a = x", "var b = y", "var u = fill(x, 8)"]
    body += [forms[i % 5].format(i=i % 8, j=(i * 3) % 8) for i in range(lines - 3)]
    return "circuit f(x, y) {\n  " + "\n  ".join(body) + "\n  return a + b + sum(u)\n}\n"


def circuits(lines):
    """Many small circuits that call one another, five lines each."""
    text = "circuit g0(x, y) = x * y\n"
    count = max(2, lines // 5)
    for i in range(1, count):
        text += f"circuit g{i}(x, y) {{\n  let a = g{i - 1}(x * 0.5, y) + x\n  let b = a * y\n  return sin(b) + a\n}}\n"
    return text + f"circuit f(x, y) = g{count - 1}(x, y)\n"


def arrays(lines):
    """Comprehensions and reductions over arrays made before."""
    body = ["let u0 = [x * (i + 1) for i in 0..8]"]
    forms = ["[sin({a}[i]) * y for i in 0..8]", "{a} * 0.5 + {b}", "[sum({a}[j] * 0.125 for j in 0..i + 1) + {b}[i] for i in 0..8]"]
    for i in range(1, lines):
        body.append(f"let u{i} = " + forms[i % 3].format(a=f"u{i - 1}", b=f"u{(i * 7) % i}"))
    return "circuit f(x, y) {\n  " + "\n  ".join(body) + f"\n  return sum(u{lines - 1})\n}}\n"


KINDS = {"scalars": scalars, "sums": sums, "variables": variables, "circuits": circuits, "arrays": arrays}
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="circ-compile-time-"))


def processor_seconds():
    """Of all commands so far: another program's load changes it little."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds(command, text, repetitions=1, options=()):
    path = FOLDER / "f.circ"
    path.write_text(text)
    took = []
    for _ in range(repetitions):
        start = processor_seconds()
        done = subprocess.run(["circ", command, "--no-cache", f"{path}:f", "x=0.5", "y=0.75", *options], capture_output=True, text=True)
        took.append(processor_seconds() - start)
        if done.returncode != 0:
            raise SystemExit(f"circ {command} failed:\n{done.stderr[:2000]}")
    return min(took), done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--lines", default="1000,2000,5000,10000")
    parser.add_argument("--repetitions", type=int, default=1)
    parser.add_argument("--time", action="store_true")
    options = parser.parse_args()
    counts = [int(n) for n in options.lines.split(",")]
    print(f"{'kind':>10} {'lines':>6} {'run s':>8} {'us/line':>8} {'grad s':>8} {'us/line':>8} {'ratio':>6}")
    for kind in options.kinds.split(","):
        make = KINDS[kind]
        start = {command: seconds(command, make(50), options.repetitions)[0] for command in ("run", "grad")}
        for lines in counts:
            took = {command: seconds(command, make(lines), options.repetitions)[0] for command in start}
            row = "".join(f" {took[command]:8.2f} {(took[command] - start[command]) / (lines - 50) * 1e6:8.0f}" for command in start)
            print(f"{kind:>10} {lines:>6}{row} {took['grad'] / took['run']:6.1f}", flush=True)
        if options.time:
            print(seconds("grad", make(counts[-1]), 1, ("--time",))[1])


if __name__ == "__main__":
    main()
