"""circ fit against SciPy's optimisers with the gradient written by hand, and its options, files and errors."""
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import scipy.optimize
import scipy.special

SOURCE, FOLDER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
DATA = SOURCE / "examples/data"
X, Y = np.loadtxt(DATA / "iris_x.csv", delimiter=",", skiprows=1), np.loadtxt(DATA / "iris_y.csv", skiprows=1)
failed = 0


def circ(*words, status=0):
    done = subprocess.run(["circ", "fit", *map(str, words)], cwd=FOLDER, capture_output=True, text=True, timeout=120)
    check(done.returncode == status, f"status of {words}", done)
    return done


def check(right, what, done=None):
    global failed
    if not right:
        failed += 1
        print(f"FAILED: {what}", *([done.returncode, done.stdout, done.stderr] if done else []))


def file(name, text):
    (FOLDER / name).write_text(text)
    return name


# The mixture of the examples: the optimum that SciPy finds with the gradient by hand.
MIXTURE = f"{SOURCE}/examples/mixture/mixture.circ:mixture"


def mixture(point, k, d):
    """The negative mean log-likelihood and its gradient: responsibilities times scores."""
    alpha, means, s = point[:k], point[k:k + k * d].reshape(k, d), point[k + k * d:].reshape(k, d)
    z = (X[:, None, :] - means) * np.exp(-s)
    log_joint = scipy.special.log_softmax(alpha) + np.sum(-0.5 * np.log(2 * np.pi) - s - 0.5 * z * z, axis=2)
    total = scipy.special.logsumexp(log_joint, axis=1)
    r = np.exp(log_joint - total[:, None])
    d_alpha = r.mean(axis=0) - scipy.special.softmax(alpha)
    d_means = (r[:, :, None] * z * np.exp(-s)).mean(axis=0)
    d_s = (r[:, :, None] * (z * z - 1)).mean(axis=0)
    return -total.mean(), -np.concatenate([d_alpha, d_means.ravel(), d_s.ravel()])


random = np.random.default_rng(4)
for k in (2, 3):
    start = np.concatenate([np.zeros(k), X[random.permutation(150)[:k]].ravel(), np.full(4 * k, -0.5)])
    assert scipy.optimize.check_grad(lambda p: mixture(p, k, 4)[0], lambda p: mixture(p, k, 4)[1], start) < 1e-5
    expected = scipy.optimize.minimize(mixture, start, (k, 4), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    alpha, means, s = start[:k], start[k:5 * k].reshape(k, 4), start[5 * k:].reshape(k, 4)
    given = [f"alpha={alpha.tolist()}", f"means={means.tolist()}", f"s={s.tolist()}", f"x=@{DATA}/iris_x.csv"]
    found = json.loads(circ(MIXTURE, *given, "--maximise", "--json").stdout)
    check(abs(found["value"] + expected.fun) < 1e-6 and found["converged"], f"the optimum of {k} components: {found} {expected.fun}")
    check(found["gradient_norm"] < 1e-7, f"the gradient at the optimum of {k} components")
    by_name = found["parameters"]
    best = np.concatenate([np.ravel(by_name[name]) for name in ("alpha", "means", "s")])
    best[:k] -= best[:k].mean() - expected.x[:k].mean()  # softmax does not see a common shift
    check(np.abs(best - expected.x).max() < 1e-5, f"the parameters of {k} components")

# Logistic regression by every method, over all parameters and over one.
LOGISTIC = [f"{SOURCE}/examples/logistic/logistic.circ", "w=[0,0,0,0]", "b=0", f"x=@{DATA}/iris_x.csv", f"y=@{DATA}/iris_y.csv"]


def logistic(point):
    z = X @ point[:4] + point[4]
    residual = scipy.special.expit(z) - Y
    return (np.logaddexp(0, z) - Y * z).mean() + 0.01 * point[:4] @ point[:4], np.append(X.T @ residual / 150 + 0.02 * point[:4], residual.mean())


expected = scipy.optimize.minimize(logistic, np.zeros(5), jac=True, method="BFGS", options={"gtol": 1e-10})
for method in ("lbfgs", "slsqp", "mma"):
    found = json.loads(circ(*LOGISTIC, "--method", method, "--json").stdout)
    check(abs(found["value"] - expected.fun) < 1e-9 and found["converged"], f"logistic regression by {method}: {found} {expected.fun}")
only_b = scipy.optimize.minimize_scalar(lambda b: logistic(np.array([0, 0, 0, 0, b]))[0])
found = json.loads(circ(*LOGISTIC, "--over", "b", "--json").stdout)
check(abs(found["value"] - only_b.fun) < 1e-9 and set(found["parameters"]) == {"b"}, f"over b alone: {found}")
bounds = [(-1, 1)] * 4 + [(None, -2)]
expected = scipy.optimize.minimize(logistic, [0, 0, 0, 0, -3], jac=True, method="L-BFGS-B", bounds=bounds, options={"gtol": 1e-10, "ftol": 1e-15})
for method in ("lbfgs", "slsqp"):
    found = json.loads(circ(*LOGISTIC[:2], "b=-3", *LOGISTIC[3:], "--method", method, "--bounds", "w=-1:[1,1,1,1]", "--bounds", "b=:-2", "--json").stdout)
    check(abs(found["value"] - expected.fun) < 1e-8 and found["converged"], f"bounds with {method}: {found} {expected.fun}")
    w = np.array(found["parameters"]["w"])
    check(np.all(np.abs(w) <= 1) and w.max() == 1 and found["parameters"]["b"] <= -2, f"bounds hold with {method}: {found}")

# Steps along the gradient, and text.
TUTORIAL = [f"{SOURCE}/examples/tutorial/f.circ", "x=-2", "y=5", "z=-4"]
done = circ(*TUTORIAL, "--maximize", "--method", "gradient", "--max-evaluations", "2")
check(done.stdout == "f = -11.5924\nx = -2.04\ny = 4.96\nz = -3.97\n", "one step along the gradient", done)
check(done.stderr == "gradient: stopped after 2 evaluations: as many evaluations as allowed\n", "the end of it", done)
found = json.loads(circ(*LOGISTIC, "--method=gradient", "--step=0.1", "--max-evaluations=50", "--json").stdout)
point = np.zeros(5)
for _ in range(49):
    point -= 0.1 * logistic(point)[1]
check(abs(found["value"] - logistic(point)[0]) < 1e-12 and not found["converged"] and found["evaluations"] == 50, f"49 steps: {found}")

# A domain: steps outside it are taken back. Run-time errors count as outside.
file("g.circ", "circuit g(x) {\n  assert x > 0.0, \"negative\"\n  return log(x) - x\n}\ncircuit h(x) = log(x) - x\n")
for circuit in ("g", "h"):
    done = circ(f"g.circ:{circuit}", "x=6", "--maximize", "--json")
    found = json.loads(done.stdout)
    check(abs(found["parameters"]["x"] - 1) < 1e-6 and found["outside"] > 0 and "had no finite value" in done.stderr, "a domain", done)
check("'h' is not finite" in circ("g.circ:h", "x=-1", status=1).stderr, "a start outside the domain")
check("g.circ:2:3: assert failed in 'g': negative" in circ("g.circ:g", "x=-1", status=3).stderr, "a start with a run-time error")

# Structs, f32, several results, printing circuits.
file("s.circ", """struct Line { slope: f64, at: f64[2] }
circuit s(line: Line, const t: f64[n]) -> (loss: f64, other: f64) {
  print(line.slope)
  return sum((line.slope * t[i] + line.at[0] + line.at[1] - 2.0 * t[i] - 1.0)^2 for i) + line.at[0]^2, 0.0
}
circuit single(x: f32) = (x - 0.5)^2 + 1.0
""")
LINE = ["s.circ:s", 'line={"slope": 0, "at": [0, 0]}', "t=[0,1,2,3]", "--of", "loss"]
done = circ(*LINE, "-o", "line.json", "--json")
found = json.loads(done.stdout)["parameters"]["line"]
check(abs(found["slope"] - 2) < 1e-5 and abs(found["at"][1] - 1) < 1e-5 and done.stdout.count("\n") == 1, "a struct", done)
found = json.loads(circ(*LINE, "--over", "line.slope", "--json").stdout)["parameters"]
check(set(found["line"]) == {"slope"}, f"a field: {found}")
found = json.loads(circ(*LINE, "--bounds", "line=-0.25:0.75", "--json").stdout)["parameters"]["line"]
check(found["slope"] == 0.75 and found["at"][1] <= 0.75, f"bounds of a struct: {found}")
done = subprocess.run(["circ", "run", "s.circ:s", "--args", "line.json", "t=[0,1]"], cwd=FOLDER, capture_output=True, text=True)
check(done.returncode == 0, "a fitted point are arguments", done)
check(abs(json.loads(circ("s.circ:single", "x=3", "--json").stdout)["parameters"]["x"] - 0.5) < 1e-3, "f32")

# Files: all of them or none.
circ(*LOGISTIC, "-o", "fit.npz", "--log", "run.csv", "--plot", "fit.svg")
fitted = np.load(FOLDER / "fit.npz")
check(set(fitted) == {"w", "b"} and fitted["w"].shape == (4,), "the archive of the result")
table = np.genfromtxt(FOLDER / "run.csv", delimiter=",", names=True)
check(table.dtype.names == ("evaluation", "seconds", "value", "gradient_norm") and np.all(np.diff(table["seconds"]) >= 0), "the log")
check(abs(table["value"][0] - np.log(2)) < 1e-12 and table["gradient_norm"][-1] < 1e-7 and list(table["evaluation"]) == list(range(1, len(table) + 1)), "the rows of the log")
picture = (FOLDER / "fit.svg").read_text()
subprocess.run([sys.executable, "-c", "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])", FOLDER / "fit.svg"], check=True)
curves = [len(re.findall("[ML]", path)) for path in re.findall(r'<path d="([^"]*)" fill="none"', picture)]
check(curves == [len(table)] * 2 and "nan" not in picture and "inf" not in picture.replace("information", ""), f"the plot: {curves}")
for words in (["-o", "no/such/fit.npz", "--log", "kept"], ["-o", "kept.npz", "--log", "no/such.csv"], ["-o", "kept.npz", "--plot", "."],
              ["-o", "kept.txt", "--log", "kept"]):
    done = circ(*LOGISTIC, *words, status=1)
    check(not list(FOLDER.glob("kept*")) and done.stderr, f"{words}: nothing is written")

# Errors.
for words, message in [
        (["--over", "v"], "has no parameter 'v'"), (["--over", "x"], "no derivative with respect to 'x': it is const"),
        (["--bounds", "w"], "expected NAME=LOWER:UPPER"), (["--bounds", "v=0:1"], "no parameter `v`"), (["--bounds", "x=0:1"], "not among the parameters of --over"),
        (["--bounds", "w=1:0"], "lower bound of `w[0]` is above"), (["--bounds", "w=1:2"], "`w[0]` starts at 0, below its bound 1"),
        (["--bounds", "w=:-1"], "`w[0]` starts at 0, above its bound -1"), (["--bounds", "w=[1,2]:"], "has shape [2], but the parameter has [4]"),
        (["--bounds", "b=nan:"], "is nan"), (["--bounds", "b=a:"], "a bound of `b`")]:
    check(message in circ(*LOGISTIC, *words, status=1).stderr, f"{words}: {message}")
for words in (["--method", "newton"], ["--step", "-1"], ["--max-evaluations", "0"], ["--time-limit", "x"]):
    circ(*LOGISTIC, *words, status=2)

file("e.circ", "circuit e(x: f64[n]) = sum(x[i]^2 for i)\n")
check("nothing to optimise" in circ("e.circ", "x=[]", status=1).stderr, "no unknowns")
# What grows without end does not converge.
for method in ("lbfgs", "slsqp", "gradient"):
    found = json.loads(circ("e.circ", "x=[1,2]", "--maximize", "--method", method, "--max-evaluations", "2000", "--json").stdout)
    check(not found["converged"] and found["value"] > 1e6, f"without end by {method}: {found}")

# Limits: the best point so far. This one goes down without end.
file("slow.circ", "circuit slow(x: f64[n]) {\n  var s = 0.0\n  for k in 0..20000 { s += exp(-x[k % n] * 0.001) }\n  return s\n}\n")
SLOW = ["slow.circ", "x=[0,1,2]", "--method", "gradient", "--step", "1e-3", "--max-evaluations", "100000000"]
done = circ(*SLOW, "--time-limit", "0.5", "--json")
check("as much time as allowed" in done.stderr and json.loads(done.stdout)["value"] < 20000, "a time limit", done)

# Ctrl-C keeps the best point, and its files appear.
process = subprocess.Popen(["circ", "fit", *SLOW, "-o", "stopped.json", "--json"], cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
time.sleep(2)
process.send_signal(signal.SIGINT)
output, errors = process.communicate(timeout=60)
check(process.returncode == 3 and "interrupted" in errors and json.loads(output)["value"] < 20000, f"Ctrl-C: {process.returncode} {output} {errors}")
check(len(json.loads((FOLDER / "stopped.json").read_text())["x"]) == 3, "the file after Ctrl-C")

# A fit is compiled for the sizes at hand: another size is another program, in the cache too, and a circuit that is
# called elsewhere, or that calls itself, is compiled for all sizes.
file("sizes.circ", """
circuit nearest(x: f64[d], const rows: f64[n, d]) =
  sum(sum((x[j] - rows[i, j])^2 * (1.0 + j) for j in 0..d) for i in 0..n)
circuit split(x: f64[d], const y: f64[d]) -> f64 {
  if d == 1 { return (x[0] - y[0])^2 }
  let half = div(d, 2)
  return split(x[0..half], y[0..half]) + split(x[half..d], y[half..d])
}
circuit inner(x: f64[d], const y: f64[d]) = sum((x[j] - y[j])^2 for j in 0..d)
circuit outer(x: f64[d], const y: f64[d]) = inner(x, y) + inner(x[0..2], y[0..2])
""")
for d, n in ((3, 4), (5, 4), (3, 7), (11, 300), (3, 4)):
    rows = random.normal(size=(n, d))
    np.savez(FOLDER / "rows.npz", rows=rows, x=np.zeros(d))
    best = json.loads(circ("sizes.circ:nearest", "--args", "rows.npz", "--json").stdout)["parameters"]["x"]
    check(np.allclose(best, rows.mean(axis=0), atol=1e-6), f"the nearest point of {n} rows of {d}: {best}")
for circuit in ("split", "inner", "outer"):
    for d in (2, 4, 7):
        y = random.normal(size=d).round(3)
        best = json.loads(circ(f"sizes.circ:{circuit}", f"x={[0] * d}", f"y={y.tolist()}", "--json").stdout)["parameters"]["x"]
        check(np.allclose(best, y, atol=1e-6), f"{circuit} of {d}: {best}, wanted {y}")

# A progress line on a terminal, and on nothing else.
terminal, side = pty.openpty()
process = subprocess.Popen(["circ", "fit", *SLOW, "--time-limit", "1"], cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=side)
process.wait(timeout=60)
os.close(side)
shown = b""
try:
    while part := os.read(terminal, 65536):
        shown += part
except OSError:
    pass
check(re.search(rb"\d+ evaluations, value \d+\S*, gradient \S+, \d+/s, at most \d+ s more", shown), f"progress: {shown[:500]}")
check("at most" not in circ(*SLOW, "--time-limit", "0.3").stderr, "no progress line in a file")

sys.exit(1 if failed else 0)
