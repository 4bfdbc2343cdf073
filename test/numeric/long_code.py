"""Long code that runs once, as each command compiles it: values and gradients against the same lines in mpmath."""
import ctypes
import pathlib
import subprocess
import tempfile

from mpmath import mp, mpf

from harness import SHARE, report

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="circ-long-code-"))

# Each keeps numbers near 1 and forgets slowly, so that a thousand lines are no chaos. `{a}` is the line before,
# `{b}` the one before that.
FORMS = [
    "0.5 * {a} + 0.25 * {b} * x + 0.1",
    "0.7 * sin({a} + y) - 0.2 * cos({b})",
    "{a} / (2 + {b} * {b})",
    "exp(-{a} * {a}) * y + 0.2 * {b}",
    "0.5 * tanh({a} * x) + 0.3 * log(2 + {b} * {b})",
    "sqrt(1 + {a} * {a}) - 0.5 * {b} * y",
    "0.4 * {a}^3 - 0.1 * {b} + 0.3 * x",
    "0.5 * abs({a} + 0.3) + 0.2 * max({b}, 0.1)",
]
POINT = (0.6, -0.35)


def lines(count):
    made = ["let v0 = x", "let v1 = y"]
    for i in range(2, count):
        form = FORMS[i % len(FORMS)]
        made.append(f"let v{i} = " + form.format(a=f"v{i - 1}", b=f"v{i - 2}"))
    return made


def reference(count):
    """Value and derivatives of the lines, differences with a step of 1e-30 in 80 digits."""
    mp.dps = 80
    names = {name: getattr(mp, name) for name in ("sin", "cos", "exp", "tanh", "log", "sqrt")}
    code = compile("\n".join(line.removeprefix("let ").replace("^", "**") for line in lines(count)), "lines", "exec")

    def value(x, y):
        known = dict(names, x=x, y=y, abs=abs, max=max)
        exec(code, known)
        return known[f"v{count - 1}"]

    x, y, h = mpf(POINT[0]), mpf(POINT[1]), mpf("1e-30")
    return [value(x, y), (value(x + h, y) - value(x - h, y)) / (2 * h), (value(x, y + h) - value(x, y - h)) / (2 * h)]


def straight(count):
    return "circuit f(x, y) {\n  " + "\n  ".join(lines(count)) + f"\n  return v{count - 1}\n}}\n"


def calls(count):
    """The same in circuits of ten lines, each of which calls the one before it."""
    made = lines(count)
    text = "circuit part0(x, y) {\n  " + "\n  ".join(made[:10]) + "\n  return (v8, v9)\n}\n"
    for first in range(10, count, 10):
        body = [f"let (v{first - 2}, v{first - 1}) = part{first - 10}(x, y)"] + made[first:first + 10]
        text += f"circuit part{first}(x, y) {{\n  " + "\n  ".join(body) + f"\n  return (v{first + 8}, v{first + 9})\n}}\n"
    return text + f"circuit f(x, y) {{\n  let (_, v{count - 1}) = part{count - 10}(x, y)\n  return v{count - 1}\n}}\n"


def with_loop(count):
    """The same lines beside a loop that calls a circuit, which is compiled with all effort."""
    return ("circuit power(x, n: i64) {\n  var p = 1.0\n  for _ in 0..n { p = p * x }\n  return p\n}\n"
            + straight(count).replace(f"return v{count - 1}", f"return v{count - 1} + power(x, 3) - x^3"))


def answers(text, count):
    """Value and gradient from each command, by its name."""
    path = FOLDER / "f.circ"
    path.write_text(text)
    arguments = [f"x={POINT[0]}", f"y={POINT[1]}"]

    def printed(command, *options):
        done = subprocess.run(["circ", command, "--no-cache", *options, f"{path}:f", *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"circ {command} {options}: {done.stderr[:2000]}")
        return [float(line.split(" = ")[1]) for line in done.stdout.splitlines()]

    made = {name: printed("grad", *options) for name, options in
            {"once": [], "-O3": ["-O3"], "-O1": ["-O1"], "-O0": ["-O0"], "strict": ["--strict"], "forward": ["--mode", "forward"]}.items()}
    made["value"] = printed("run") + made["-O3"][1:]
    # Libraries are called often.
    library = FOLDER / "libf.so"
    subprocess.run(["circ", "build", str(path), "-o", str(library)], check=True, capture_output=True)
    results = [ctypes.c_double() for _ in range(3)]
    gradient = ctypes.CDLL(str(library)).f_grad
    status = gradient(*map(ctypes.c_double, POINT), *map(ctypes.byref, results))
    report(status == 0, f"library's status {status}")
    made["library"] = [result.value for result in results]
    library.unlink()
    return made


def run(verbose=False, only=()):
    count = 300 if SHARE > 1 else 1500
    expected = reference(count)
    for make in (straight, calls, with_loop):
        if only and make.__name__ not in only:
            continue
        found = answers(make(count), count)
        for name, numbers in found.items():
            for which, (a, b) in enumerate(zip(numbers, expected, strict=True)):
                # Roundings of a few lines: each line forgets what is further up.
                report(abs(a - b) <= 1e-13 * max(1, abs(b)), f"{make.__name__} {name} {which}: {a!r} not {mp.nstr(b, 20)}")
        if verbose:
            print(make.__name__, found)
