"""Blocks of iterations on several threads: the same bits for 1 to 4 of them, close to the program without blocks, and
the first error of all."""
import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(sys.argv[1])
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="circ-threads-"))
THREADS = ["1", "2", "3", "4"]
checks = failed = 0


def check(good, *what):
    global checks, failed
    checks += 1
    if not good:
        failed += 1
        print("FAILED:", *what)


def circ(*words, threads=None, environment=None):
    options = ["--threads", threads] if threads else []
    return subprocess.run(["circ", *words, *options], capture_output=True, text=True, cwd=FOLDER, timeout=300,
                          env={**os.environ, **(environment or {})})


def numbers(value):
    if isinstance(value, dict):
        return [x for key in sorted(value) for x in numbers(value[key])]
    if isinstance(value, list):
        return [x for part in value for x in numbers(part)]
    return [float(value)] if isinstance(value, (int, float, str)) and value != "" and not str(value).isidentifier() else []


def agree(name, *words):
    """The JSON text has the shortest digits that give each number back: equal texts are equal bits."""
    answers = [circ(*words, "--json", threads=threads) for threads in THREADS]
    plain = circ(*words, "--json")
    for done in [*answers, plain]:
        check(done.returncode == 0, name, words, done.stderr)
    if any(done.returncode for done in [*answers, plain]):
        return
    for threads, done in zip(THREADS[1:], answers[1:]):
        check(done.stdout == answers[0].stdout, name, f"{threads} threads give other bits than one")
    ours, theirs = numbers(json.loads(answers[0].stdout)), numbers(json.loads(plain.stdout))
    largest = max([abs(x) for x in theirs if math.isfinite(x)], default=0)
    close = len(ours) == len(theirs) and all(
        x == y or (math.isnan(x) and math.isnan(y)) or abs(x - y) <= 1e-11 * largest for x, y in zip(ours, theirs))
    check(close, name, "blocks give other numbers", ours[:5], theirs[:5])


# Data come from formulas, so that many iterations need few arguments.
(FOLDER / "logistic.circ").write_text("""
circuit logistic(w: f64[d], b, n: i64) = sum({
  let z = b + sum(w[j] * sin(0.37 * i + 1.3 * j) for j in 0..d)
  log1p(exp(-z)) + 0.01 * z * z
} for i in 0..n)
""")
(FOLDER / "kinds.circ").write_text("""
/// Reductions of all kinds, and a map that others read.
circuit kinds(w: f64[d], n: i64) -> (total: f64, widest: f64, narrowest: f64, soft: f64, product: f64, positive: bool, rows: f64[d]) {
  let y = [sum(w[j] * cos(0.001 * i * (j + 1)) for j in 0..d) for i in 0..n]
  let total = sum(y[i] * sum(sin(0.01 * i + w[j]) for j in 0..d) for i in 0..n)
  let widest = max(sum(w[j] * sin(0.001 * i + j) for j in 0..d) for i in 0..n)
  let narrowest = min(sum(w[j] * sin(0.001 * i + j) for j in 0..d) for i in 0..n)
  let soft = logsumexp(sum(w[j] * sin(0.001 * i + j) for j in 0..d) for i in 0..n)
  let product = prod(1.0 + 0.0001 * sum(w[j] * sin(0.001 * i + j) for j in 0..d) for i in 0..n)
  let positive = all(sum(exp(w[j] * sin(0.001 * i)) for j in 0..d) > 0.0 for i in 0..n)
  let rows = [sum(sin(w[j] * i) for i in 0..n) for j in 0..d]
  return total, widest, narrowest, soft, product, positive, rows
}
""")
(FOLDER / "rows.circ").write_text("""
/// Of each iteration's own row, and of a weight that all share.
circuit rows(x: f64[n, d], w: f64[d]) -> (residuals: f64[n, 2]) {
  let residuals = [[sum(sin(x[i, j] * w[j] + c) for j in 0..d) + sum(x[i, j]^2 for j in 0..d) for c in 0..2] for i in 0..n]
  return residuals
}
circuit loss(x: f64[n, d], w: f64[d]) = sum(sum(sum(tanh(x[i, j] * w[k] + k) for j in 0..d) for k in 0..d) for i in 0..n)
""")
(FOLDER / "steps.circ").write_text("""
/// A loop with a tape in each iteration: decay rates fitted to a curve.
circuit steps(rate: f64[k], n: i64) = sum({
  var y = 1.0 + 0.001 * i
  for t in 0..k {
    y = y - 0.05 * rate[t] * y * (1.0 + sin(0.01 * i))
  }
  (y - 0.3)^2
} for i in 0..n)
""")
rows = {"x": [[math.sin(i * 0.7 + j) for j in range(8)] for i in range(1500)], "w": [0.1 * j - 0.3 for j in range(8)]}
(FOLDER / "rows.json").write_text(json.dumps(rows))
mixture = {"alpha": [0.1 * c for c in range(6)], "mu": [[math.sin(c + 2 * j) for j in range(10)] for c in range(6)],
           "icf": [[0.1 * math.cos(c + l) for l in range(55)] for c in range(6)],
           "x": [[math.sin(1.7 * i + 0.3 * j * i) for j in range(10)] for i in range(3000)], "gamma": 1.0, "m": 0}
(FOLDER / "gmm.json").write_text(json.dumps(mixture))

logistic = ["logistic.circ", "w=[0.3,-0.2,0.5,0.1,-0.7]", "b=0.25", "n=60000"]
for command, extra in [("run", []), ("grad", []), ("grad", ["--mode", "forward"]), ("jvp", ["--tangent", "w=[1,0,2,0,1]"]),
                       ("vjp", ["--seed", "value=2"]), ("hvp", ["--vector", "w=[1,2,3,4,5]"]), ("hessian", [])]:
    agree(f"logistic {command}", command, *logistic, *extra)
kinds = ["kinds.circ", "w=[0.3,-0.2,0.5,0.1]", "n=40000"]
for command, extra in [("run", []), ("jacobian", []), ("grad", ["--of", "soft"]), ("hessian", ["--of", "total"])]:
    agree(f"kinds {command}", command, *kinds, *extra)
agree("rows jacobian", "vjp", "rows.circ:rows", "--args", "rows.json", "--seed", "residuals=" + json.dumps([[1.0, -0.5]] * 1500))
agree("rows run", "run", "rows.circ:rows", "--args", "rows.json")
agree("loss grad", "grad", "rows.circ:loss", "--args", "rows.json")
agree("steps grad", "grad", "steps.circ", "rate=[1,0.5,2,0.1,0.7,1.5,0.3,0.9]", "n=20000")
gmm = SOURCE / "bench" / "gmm" / "gmm.circ"
for command in ["run", "grad"]:
    agree(f"gmm {command}", command, str(gmm), "--args", "gmm.json")

# A network, whose steps stay in order, and the Jacobian of many observations of shared cameras and points.
b, layers = 300, 2
sines = lambda count, k: [0.5 * math.sin(k * i + 0.1 * k) for i in range(count)]
network = {"main": [[sines(b, 1 + 8 * l + k) for k in range(8)] for l in range(layers)], "extra": [sines(b, 31 + k) for k in range(3)],
           "state": [[sines(b, 41 + 2 * l + k) for k in range(2)] for l in range(layers)],
           "sequence": [[float(i % 7 == t % 7) for i in range(b)] for t in range(40)]}
(FOLDER / "lstm.json").write_text(json.dumps(network))
lstm = SOURCE / "bench" / "lstm" / "lstm.circ"
agree("lstm grad", "grad", str(lstm), "--args", "lstm.json")
p = 3000
adjustment = {"cameras": [[0.1 * math.sin(i + 3 * k) + (k == 6) * 500 for k in range(11)] for i in range(7)],
              "points": [[math.sin(i), math.cos(2 * i), 5 + math.sin(3 * i)] for i in range(50)],
              "weights": [1 + 0.1 * math.sin(i) for i in range(p)], "observations": [[i % 7, (i * i) % 50] for i in range(p)],
              "features": [[math.sin(5 * i), math.cos(7 * i)] for i in range(p)]}
(FOLDER / "ba.json").write_text(json.dumps(adjustment))
ba = SOURCE / "bench" / "ba" / "ba.circ"
agree("ba rows", "run", f"{ba}:ba_rows", "--args", "ba.json")
agree("ba vjp", "vjp", f"{ba}:ba", "--args", "ba.json", "--seed", "errors=" + json.dumps([[1.0, -0.5]] * p))
agree("ba sparse Jacobian", "jacobian", f"{ba}:ba", "--sparse", "--args", "ba.json")

# Nothing, one iteration, and fewer than lanes.
for n in ["0", "1", "2", "33"]:
    for command in ["run", "grad"]:
        agree(f"n = {n}", command, *logistic[:3], f"n={n}")

# Of several errors the first in order is the one, wherever it is found first.
(FOLDER / "errors.circ").write_text("""
circuit errors(w: f64[d], bad: i64[m], n: i64) = sum({
  let s = sum(w[j] * sin(0.37 * i + 1.3 * j) for j in 0..d)
  let k = sum(if i == bad[l] { 1 } else { 0 } for l in 0..m)
  w[d * k] * s
} for i in 0..n)
""")
for command in ["run", "grad"]:
    for bad in ["[39999]", "[20000,39999,7]", "[0]", "[31234,31233]"]:
        words = [command, "errors.circ:errors", "w=[0.3,-0.2,0.5]", f"bad={bad}", "n=40000"]
        wanted = circ(*words)
        check(wanted.returncode == 3 and "out of bounds" in wanted.stderr, words, wanted.stderr)
        for threads in THREADS:
            done = circ(*words, threads=threads)
            check((done.returncode, done.stderr) == (3, wanted.stderr), words, threads, done.stderr, wanted.stderr)

# The environment asks, too, and what it says wrong counts as nothing.
for text, same in [("3", True), ("no", False), ("0", False), ("-2", False), ("", False)]:
    done = circ("grad", *logistic, "--json", environment={"CIRC_NUM_THREADS": text})
    wanted = circ("grad", *logistic, "--json", threads="1" if same else None)
    check(done.returncode == 0 and done.stdout == wanted.stdout, "CIRC_NUM_THREADS", text, done.stderr)

# Remarks.
done = circ("grad", *logistic, "--remarks", "--no-cache", threads="2")
check("across cores: a function for blocks of iterations" in done.stderr, "remarks", done.stderr)
done = circ("grad", *logistic, "--remarks", "--no-cache")
check("cores" not in done.stderr, "remarks without threads", done.stderr)

# Ctrl-C ends all threads.
running = subprocess.Popen(["circ", "run", *logistic[:3], "n=100000000000", "--threads", "2"], cwd=FOLDER,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
time.sleep(3)
running.send_signal(signal.SIGINT)
out, error = running.communicate(timeout=120)
check(running.returncode == 3 and "interrupted" in error, "Ctrl-C", running.returncode, out, error)

print(f"{checks} checks, {failed} failed")
sys.exit(failed != 0)
