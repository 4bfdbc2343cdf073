"""Runs circuits and compares numbers with high-precision references."""
import json
import math
import os
import pathlib
import random
import re
import subprocess
import tempfile

from leaves import flat, leaves, with_leaves
from mpmath import mp, mpf

# Under sanitizers, where all is slow: every so manieth case.
SHARE = int(os.environ.get("CIRC_TEST_SHARE", "1"))

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="circ-numeric-"))
passed = 0
failed = 0
# The modes in which some program has answered.
modes_run = set()
MODE_OF_COMMAND = {"run": "value", "grad": "vjp"}


def share(cases):
    """The cases to run, and a word when they are not all."""
    if SHARE > 1:
        print(f"one of {SHARE} cases is run")
    return cases[::SHARE]


def report(good, text):
    """Counts one check; says what failed."""
    global passed, failed
    if good:
        passed += 1
        return
    failed += 1
    if failed <= 60:
        print("FAILED:", text)


def finish():
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


def encoded(value):
    """A JSON value that circ reads: infinities and NaN are strings."""
    if isinstance(value, dict):
        return encoded_dict(value)
    if isinstance(value, (list, tuple)):
        return [encoded(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def decoded(value):
    if isinstance(value, list):
        return [decoded(v) for v in value]
    if isinstance(value, dict):
        return {k: decoded(v) for k, v in value.items()}
    if isinstance(value, str) and value in ("nan", "inf", "-inf"):
        return float(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value) if abs(value) < 2**53 else value
    return value


class Program:
    """A .circ file on disk."""

    counter = 0

    def __init__(self, text):
        Program.counter += 1
        self.text = text
        self.path = FOLDER / f"p{Program.counter}.circ"
        self.path.write_text(text)

    def call(self, command, circuit, arguments, options=()):
        """The JSON answer; None (and a failure) when circ does not answer."""
        file = FOLDER / "arguments.json"
        file.write_text(json.dumps(encoded_dict(arguments)))
        done = subprocess.run(["circ", command, f"{self.path}:{circuit}", "--args", str(file), "--json", *options],
                              capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            report(False, f"circ {command} {circuit} {arguments}: status {done.returncode}\n{done.stderr}")
            return None
        modes_run.add("nested grad" if circuit == "nested" else MODE_OF_COMMAND.get(command, command))
        return decoded(json.loads(done.stdout))

    def value(self, circuit, arguments, options=()):
        answer = self.call("run", circuit, arguments, options)
        return answer and answer["value"]

    def gradient(self, circuit, arguments, options=()):
        answer = self.call("grad", circuit, arguments, options)
        return (answer["value"], answer["gradient"]) if answer else None

    def tangent(self, circuit, arguments, tangents, options=()):
        """The value and its derivative along `tangents`, by forward mode."""
        file = FOLDER / "tangents.json"
        file.write_text(json.dumps(encoded_dict(tangents)))
        answer = self.call("jvp", circuit, arguments, ("--tangent", f"@{file}", *options))
        return (answer["value"], answer["tangent"]) if answer else None


def encoded_dict(arguments):
    return {name: encoded(value) for name, value in arguments.items()}


def ulp(value):
    """The distance of doubles at a value of any size."""
    value = abs(value)
    if value < mpf(2) ** -1022:
        return mpf(2) ** -1074
    return mpf(2) ** (int(mp.floor(mp.log(value, 2))) - 52)


def ulps(got, want):
    """The error of a double in units in the last place."""
    if isinstance(want, float) or mp.isnan(want) or mp.isinf(want):
        want = float(want)
        same = got == want or (math.isnan(got) and math.isnan(want))
        return mpf(0) if same else mp.inf
    if abs(want) > mpf(1.7976931348623157e308):
        return mpf(0) if math.isinf(got) and (got > 0) == (want > 0) else mp.inf
    if not math.isfinite(got):
        return mp.inf
    return abs(mpf(got) - want) / ulp(want)


def direction_of(circuit, arguments, wrt):
    """A direction in the space of some arguments, by leaves, the same at every call."""
    seed = random.Random(circuit)
    return {p: rebuilt(v, iter(lambda: seed.uniform(-1, 1), None)) for p, v in leaves(arguments, wrt).items()}


def product(left, right):
    """The scalar product of leaves, and the sum of its terms' sizes."""
    products = [a * b for p in right for a, b in zip(flat(left[p]), flat(right[p]))]
    return math.fsum(products), math.fsum(map(abs, products))


def check_forward_against_reverse(program, circuit, arguments, wrt, options=(), tolerance=1e-13):
    """The dot-product test of a circuit with one real result: the derivative along
    a direction is the scalar product of the gradient and the direction."""
    direction = direction_of(circuit, arguments, wrt)
    reverse = program.gradient(circuit, arguments, ("--wrt", ",".join(wrt), *options))
    forward = program.tangent(circuit, arguments, with_leaves(arguments, direction, only=True), options)
    if reverse is None or forward is None:
        return
    want, scale = product(leaves(reverse[1]), direction)
    report(abs(forward[1] - want) <= tolerance * scale,
           f"{circuit}: forward {forward[1]!r}, reverse {want!r} (scale {scale})")
    report(abs(forward[0] - reverse[0]) <= tolerance * abs(reverse[0]),
           f"{circuit}: value {forward[0]!r} by forward mode, {reverse[0]!r} by reverse mode")


def check_sparse(program, command, circuit, arguments, dense, options, tolerance=1e-13):
    """`circ jacobian` or `hessian --sparse` against {row: {column: flat matrix}}."""
    answer = program.call(command, circuit, arguments, ("--sparse", *options))
    if answer is None:
        return
    for r, blocks in answer[command].items():
        for c, block in blocks.items():
            height, width = (int(n) for n in block["shape"])
            full = [0.0] * (height * width)
            pointers = [int(p) for p in block["row_pointers"]]
            for i in range(height):
                columns = [int(j) for j in block["columns"][pointers[i]:pointers[i + 1]]]
                report(columns == sorted(set(columns)), f"{circuit}: the columns of row {i} are {columns}")
                for j, value in zip(columns, block["values"][pointers[i]:pointers[i + 1]]):
                    full[i * width + j] = value
            want = dense[r][c]
            scale = max([abs(w) for w in want] + [1e-300])
            report(len(want) == len(full) and all(abs(g - w) <= tolerance * scale for g, w in zip(full, want)),
                   f"{circuit}: sparse d{r}/d{c} = {full}, dense {want}")


def check_jacobian(program, circuit, arguments, want, options=(), tolerance=1e-13):
    """The dense Jacobian of a circuit with one real result, by each mode, against partials by leaves."""
    for mode in ("forward", "reverse"):
        answer = program.call("jacobian", circuit, arguments, ("--mode", mode, *options))
        if answer is None:
            continue
        got = {p: flat(v) for p, v in answer["jacobian"]["value"].items()}
        for path, partials in want.items():
            scale = max([abs(p) for p in partials] + [0])
            report(len(got.get(path, [])) == len(partials)
                   and all(abs(g - w) <= tolerance * max(scale, abs(w)) for g, w in zip(got[path], partials)),
                   f"{circuit}: Jacobian of {path} by {mode} is {got.get(path)}, wanted {[float(p) for p in partials]}")


def nested_text(text, circuit, arguments, wrt):
    """A circuit `nested`: the gradient of another one times a direction, whose gradient is a Hessian-vector product."""
    begin = re.search(rf"(circuit|gate) {circuit}\(", text).end()
    end, depth = begin, 1
    while depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    parameters, depth = [""], 0
    for letter in text[begin:end - 1]:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parameters.append("")
        else:
            parameters[-1] += letter
    types = dict((re.sub("^const ", "", p.strip()) + ":f64").split(":")[:2] for p in parameters)
    names = {n: f"nested_{k}" for k, n in enumerate(wrt)}
    terms = []
    for path, value in leaves(arguments, wrt).items():
        name, *fields = path.split(".")
        one = f"g_{names[name]}" + "".join("." + f for f in fields)
        other = one.replace("g_nested", "nested")
        terms.append(f"f64({one} * {other})" if not isinstance(value, list) else f"f64(sum({one} * {other}))")
    gradient = f"grad({circuit}, {', '.join(wrt)})({', '.join(types)})"
    bound = f"g_{names[wrt[0]]}" if len(wrt) == 1 else "(" + ", ".join(f"g_{names[n]}" for n in wrt) + ")"
    vectors = ", ".join(f"{names[n]}: {types[n]}" for n in wrt)
    return (f"{text}\ncircuit nested({', '.join(parameters)}, {vectors}) -> f64 {{\n"
            f"  let {bound} = {gradient}\n  return {' + '.join(terms)}\n}}\n", names)


def check_nested(text, circuit, arguments, wrt, direction, hvp, options=(), tolerance=1e-13):
    """Reverse over reverse, written in the language, against a Hessian-vector product by leaves."""
    nested, names = nested_text(text, circuit, arguments, wrt)
    vectors = with_leaves(arguments, direction)
    answer = Program(nested).gradient(
        "nested", {**arguments, **{names[n]: vectors[n] for n in wrt}}, ("--wrt", ",".join(wrt), *options))
    if answer is None:
        return
    got = leaves(answer[1])
    scale = max([abs(x) for v in hvp.values() for x in flat(v)] + [1e-300])
    for path, want in hvp.items():
        report(len(flat(got[path])) == len(flat(want))
               and all(abs(g - w) <= tolerance * scale for g, w in zip(flat(got[path]), flat(want))),
               f"{circuit}: H v of {path} by nested grad is {got[path]}, by hvp {want}")


def check_second_derivative(program, circuit, arguments, wrt, function, options=(), tolerance=1e-13):
    """Along a direction v: v' H v by a Hessian-vector product, by the dense and the sparse Hessian, which must be
    symmetric, against a second difference of `function`, which gets the leaves (None: H is zero); H v by nested grad."""
    direction = direction_of(circuit, arguments, wrt)
    file = FOLDER / "vector.json"
    file.write_text(json.dumps(encoded_dict(with_leaves(arguments, direction, only=True))))
    hvp = program.call("hvp", circuit, arguments, ("--vector", f"@{file}", "--wrt", ",".join(wrt), *options))
    dense = program.call("hessian", circuit, arguments, ("--wrt", ",".join(wrt), *options))
    if hvp is None or dense is None:
        return
    product_vector = leaves(hvp["hvp"])
    got, scale = product(product_vector, direction)
    at = leaves(arguments, wrt)
    with mp.workdps(120):
        step = mpf(10) ** -40

        def along(t):
            return function(**{p: rebuilt(at[p], (mpf(x) + t * mpf(d) for x, d in zip(
                flat(at[p]), flat(direction[p])))) for p in at})

        want = (along(step) - 2 * along(mpf(0)) + along(-step)) / step**2 if function else mpf(0)
    rows = {p: {q: flat(dense["hessian"][p][q]) for q in at} for p in at}
    check_sparse(program, "hessian", circuit, arguments, rows, ("--wrt", ",".join(wrt), *options), tolerance)
    v = {p: flat(direction[p]) for p in at}
    terms = []
    for p in at:
        for q in at:
            for i in range(len(v[p])):
                for j in range(len(v[q])):
                    entry = rows[p][q][i * len(v[q]) + j]
                    terms.append(v[p][i] * entry * v[q][j])
                    mirror = rows[q][p][j * len(v[p]) + i]
                    report(abs(entry - mirror) <= tolerance * max(abs(entry), scale),
                           f"{circuit}: d2/d{p}{i} d{q}{j} = {entry!r}, but {mirror!r} the other way")
    scale = max(scale, math.fsum(map(abs, terms)), 1e-300)
    for what, value in (("hvp", got), ("hessian", math.fsum(terms))):
        report(abs(value - want) <= tolerance * scale,
               f"{circuit}: v' H v = {value!r} by {what}, wanted {mp.nstr(want, 20)} (scale {scale}) {options}")
    check_nested(program.text, circuit, arguments, wrt, direction, product_vector, ("-O0",), 10 * tolerance)


def rebuilt(shape, values):
    """The nested lists of `shape` with the numbers of an iterator."""
    if isinstance(shape, (list, tuple)):
        return [rebuilt(v, values) for v in shape]
    return next(values)


def central_difference(function, at, digits=40):
    """The partial derivatives of a function of lists of numbers; `at` is a
    dictionary of floats and nested lists of floats."""
    with mp.workdps(3 * digits):
        names = list(at)
        lists = {name: [mpf(x) for x in flat(at[name])] for name in names}

        def value():
            return function(**{n: rebuilt(at[n], iter(lists[n])) for n in names})

        result = {}
        for name in names:
            partials = []
            for i, x in enumerate(lists[name]):
                step = mpf(10) ** -digits * (abs(x) if x else 1)
                lists[name][i] = x + step
                high = value()
                lists[name][i] = x - step
                low = value()
                lists[name][i] = x
                partials.append((high - low) / (2 * step))
            result[name] = partials
        return value(), result
