"""Matrices of many sizes, on both sides of each block of the runtime's algorithms and of the sizes from which
`--blas` calls BLAS or LAPACK: values against NumPy, gradients against differences, modes against each other, and
all of it with and without `--blas`."""
import numpy as np

from harness import Program, report

TEXT = """
circuit general(t, n: i64, m: i64) -> f64[n, m] =
  [sin(t * (3 * i + 5 * j + 1)) + (if i == j { 0.7 * n } else { 0.0 }) for i in 0..n, j in 0..m]
circuit symmetric(t, n: i64) -> f64[n, n] =
  [sin(t * (i * j + i + j)) + (if i == j { 1.5 * n + t } else { 0.0 }) for i in 0..n, j in 0..n]
circuit weighted(x: f64[n, m]) = sum(x[i, j] * cos(2.0 * i + j) for i in 0..n, j in 0..m)

circuit product(t, n: i64) -> f64 = weighted(general(t, n, n + 3) @ general(2.0 * t, n + 3, n + 1))
circuit products(t, n: i64) -> f64 {
  let a = general(t, n, n + 2)
  let b = general(2.0 * t, n + 1, n)
  return weighted(transpose(a) @ transpose(b)) + weighted(transpose(a) @ a) + weighted(b @ transpose(b))
}
circuit factor(t, n: i64) -> f64 = weighted(cholesky(symmetric(t, n))^2)
circuit whitened(t, n: i64) -> f64 = weighted(solve(cholesky(symmetric(t, n)), general(t, n, 70)))
circuit solved(t, n: i64) -> f64 = weighted(solve(general(t, n, n), general(2.0 * t, n, 3)))
circuit vector(t, n: i64) -> f64 = sum(solve(general(t, n, n), [sin(t + i) for i in 0..n]))
circuit inverse(t, n: i64) -> f64 = n * weighted(inv(general(t, n, n)))
circuit volume(t, n: i64) -> f64 = logdet(general(t, n, n))
circuit single(t, n: i64) -> f64 {
  let a: f32[n, n] = f32(symmetric(t, n))
  return f64(sum(cholesky(a)[i, 0] for i in 0..n) + sum(inv(a @ a)) + logdet(a))
}
circuit indefinite(n: i64, row: i64, value) -> f64 {
  var a = symmetric(0.3, n)
  a[row, row] = value
  return sum(cholesky(a))
}
circuit singular(n: i64) -> f64 {
  var a = general(0.3, n, n)
  a[:, 7] = 0.0
  return sum(solve(a, fill(1.0, n)))
}
"""
SMALL = [1, 2, 7, 8, 9, 31, 32, 33, 50, 97, 130]
# The sizes beyond which a case is not run: the rest only costs time.
LARGE = {"product": 600, "factor": 950, "whitened": 1010, "solved": 1410, "vector": 1410, "volume": 1410, "inverse": 1410}


def general(t, n, m):
    i, j = np.arange(n)[:, None], np.arange(m)[None, :]
    return np.sin(t * (3 * i + 5 * j + 1)) + 0.7 * n * (i == j)


def symmetric(t, n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    return np.sin(t * (i * j + i + j)) + (1.5 * n + t) * (i == j)


def weighted(x):
    return np.sum(x * np.cos(2.0 * np.arange(x.shape[0])[:, None] + np.arange(x.shape[1])[None, :]))


def products(t, n):
    a, b = general(t, n, n + 2), general(2 * t, n + 1, n)
    return weighted(a.T @ b.T) + weighted(a.T @ a) + weighted(b @ b.T)


REFERENCES = {
    "product": lambda t, n: weighted(general(t, n, n + 3) @ general(2 * t, n + 3, n + 1)),
    "products": products,
    "factor": lambda t, n: weighted(np.linalg.cholesky(symmetric(t, n))**2),
    "whitened": lambda t, n: weighted(np.linalg.solve(np.linalg.cholesky(symmetric(t, n)), general(t, n, 70))),
    "solved": lambda t, n: weighted(np.linalg.solve(general(t, n, n), general(2 * t, n, 3))),
    "vector": lambda t, n: np.sum(np.linalg.solve(general(t, n, n), np.sin(t + np.arange(n)))),
    "inverse": lambda t, n: n * weighted(np.linalg.inv(general(t, n, n))),
    "volume": lambda t, n: np.linalg.slogdet(general(t, n, n))[1],
}


def close(got, want, tolerance):
    return abs(got - want) <= tolerance * (1 + abs(want))


def difference(reference, t, n):
    """The derivative by t, of the fourth order; a step far below the waves of sin(t i j)."""
    h = 1e-3 / (n + 3)**2
    return (8 * (reference(t + h, n) - reference(t - h, n)) - (reference(t + 2 * h, n) - reference(t - 2 * h, n))) / (12 * h)


def check(program, circuit, n, options, second):
    at, t = {"t": 0.3, "n": n}, 0.3
    reverse = program.gradient(circuit, at, options)
    forward = program.tangent(circuit, at, {"t": 1.0}, options)
    if reverse is None or forward is None:
        return None
    numbers = {"value": reverse[0], "gradient": reverse[1]["t"]}
    report(close(forward[0], reverse[0], 1e-11), f"{circuit} n={n} {options}: values {forward[0]!r}, {reverse[0]!r}")
    report(close(forward[1], numbers["gradient"], 1e-9),
           f"{circuit} n={n} {options}: forward {forward[1]!r}, reverse {numbers['gradient']!r}")
    if second:
        answer = program.call("hessian", circuit, at, options)
        numbers["hessian"] = answer and answer["hessian"]["t"]["t"]
        h = 1e-4 / (n + 3)**2
        slopes = [program.gradient(circuit, {"t": t + s * h, "n": n}, options)[1]["t"] for s in (1, -1)]
        want = (slopes[0] - slopes[1]) / (2 * h)
        report(answer and abs(numbers["hessian"] - want) <= 1e-5 * (abs(want) + abs(slopes[0])),
               f"{circuit} n={n} {options}: Hessian {numbers['hessian']!r}, differences {want!r}")
    return numbers


def run(verbose=False, only=()):
    program = Program(TEXT)
    for circuit, reference in REFERENCES.items():
        for n in SMALL + ([LARGE[circuit]] if circuit in LARGE else []):
            second = n in (7, 33, 97)
            plain = check(program, circuit, n, (), second)
            blas = check(program, circuit, n, ("--blas",), second)
            if plain is None or blas is None:
                continue
            want = reference(0.3, n)
            report(close(plain["value"], want, 1e-10), f"{circuit} n={n}: {plain['value']!r}, NumPy {want!r}")
            slope = difference(reference, 0.3, n) if n <= SMALL[-1] else plain["gradient"]  # beyond, rounding decides
            report(close(plain["gradient"], slope, 1e-5), f"{circuit} n={n}: {plain['gradient']!r}, differences {slope!r}")
            for what in plain:
                report(close(blas[what], plain[what], 1e-8), f"{circuit} n={n}: {what} {blas[what]!r} by BLAS, {plain[what]!r} without")
    for n in (5, 40, 200):
        plain, blas = (program.gradient("single", {"t": 0.3, "n": n}, options) for options in ((), ("--blas",)))
        report(close(blas[0], plain[0], 1e-4) and close(blas[1]["t"], plain[1]["t"], 1e-3), f"f32, n={n}: {blas} by BLAS, {plain} without")
    check_failures(program)


def check_failures(program):
    """What is no factorisation says the same with and without BLAS."""
    import subprocess
    for command in ([f"{program.path}:indefinite", f"n={n}", f"row={row}", f"value={value}"]
                    for n, row in ((40, 33), (950, 911)) for value in ("-1", '"nan"')):
        texts = [subprocess.run(["circ", "run", *command, *options], capture_output=True, text=True) for options in ((), ("--blas",))]
        row = command[2].removeprefix("row=")
        report(all(t.returncode == 3 and f"the pivot of row {row} is not positive" in t.stderr for t in texts),
               f"{command}: {[t.stderr for t in texts]}")
    for n in (20, 1410):
        texts = [subprocess.run(["circ", "run", f"{program.path}:singular", f"n={n}", *options], capture_output=True, text=True)
                 for options in ((), ("--blas",))]
        report(all(t.returncode == 3 and "the matrix is singular" in t.stderr for t in texts), f"singular, n={n}: {[t.stderr for t in texts]}")
