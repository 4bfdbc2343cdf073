"""The fitted examples against SciPy: the epidemic, bundle adjustment, and residuals with bounds and a domain."""
import json
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import scipy.optimize

EXAMPLES, FOLDER = pathlib.Path(sys.argv[1]) / "examples", pathlib.Path(sys.argv[2])
shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
failed = 0


def check(right, what):
    global failed
    if not right:
        failed += 1
        print(f"FAILED: {what}")


def fit(*words, status=0):
    done = subprocess.run(["circ", "fit", *map(str, words)], cwd=FOLDER, capture_output=True, text=True, timeout=120)
    check(done.returncode == status, f"status of {words}: {done.returncode} {done.stderr}")
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr


# The epidemic: a Runge-Kutta solution of its own.
in_bed = np.loadtxt(EXAMPLES / "sir/in_bed.csv", skiprows=1)


def sir(parameters):
    beta, gamma, infected = parameters
    slope = lambda y: np.array([-beta * y[0] * y[1] / 763, beta * y[0] * y[1] / 763 - gamma * y[1]])
    y, h, found = np.array([763 - infected, infected]), 1 / 8, []
    for _ in in_bed:
        found.append(y[1])
        for _ in range(8):
            a = slope(y)
            b = slope(y + h / 2 * a)
            c = slope(y + h / 2 * b)
            y = y + h / 6 * (a + 2 * b + 2 * c + slope(y + h * c))
    return np.array(found) - in_bed


SIR = [EXAMPLES / "sir/sir.circ", "beta=1.5", "gamma=0.4", "infected=1", f"in_bed=@{EXAMPLES}/sir/in_bed.csv", "--json"]
expected = scipy.optimize.least_squares(sir, [1.5, 0.4, 1], xtol=1e-14, ftol=1e-14, gtol=1e-12)
found = fit(*SIR)
check(abs(found["value"] / (2 * expected.cost) - 1) < 1e-8 and found["converged"], f"the epidemic: {found} {2 * expected.cost}")
check(np.allclose([found["parameters"][name] for name in ("beta", "gamma", "infected")], expected.x, rtol=1e-5), f"its parameters: {found} {expected.x}")
expected = scipy.optimize.least_squares(sir, [1.5, 0.4, 1], bounds=([0, 0.1, 0.5], [1.7, 1, 1.5]), xtol=1e-14, ftol=1e-14, gtol=1e-12)
found = fit(*SIR, "--bounds", "beta=0:1.7", "--bounds", "gamma=0.1:1", "--bounds", "infected=0.5:1.5")
check(abs(found["value"] / (2 * expected.cost) - 1) < 1e-8 and found["converged"] and found["parameters"]["beta"] <= 1.7 and found["parameters"]["infected"] <= 1.5, f"bounds: {found} {2 * expected.cost}")
expected = scipy.optimize.least_squares(lambda p: sir([1.5, p[0], 1]), [0.4], xtol=1e-14, ftol=1e-14, gtol=1e-12)
found = fit(*SIR, "--over", "gamma")
check(abs(found["value"] / (2 * expected.cost) - 1) < 1e-8 and set(found["parameters"]) == {"gamma"}, f"over one parameter: {found} {2 * expected.cost}")

# Bundle adjustment: the same optimum, from the same start.
subprocess.run([sys.executable, EXAMPLES / "bundle/generate.py", FOLDER / "bundle.npz"], check=True, stdout=subprocess.DEVNULL)
data = np.load(FOLDER / "bundle.npz")
found = fit(EXAMPLES / "bundle/bundle.circ", "--args", "bundle.npz", "-o", "adjusted.npz", "--json")


def bundle(unknowns):
    cameras, points = unknowns[:data["cameras"].size].reshape(-1, 9)[data["camera"]], unknowns[data["cameras"].size:].reshape(-1, 3)[data["point"]]
    angle = np.linalg.norm(cameras[:, :3], axis=1, keepdims=True)
    axis = cameras[:, :3] / angle
    p = np.cos(angle) * points + np.sin(angle) * np.cross(axis, points) + (1 - np.cos(angle)) * (axis * points).sum(axis=1, keepdims=True) * axis
    p = p + cameras[:, 3:6]
    plane = -p[:, :2] / p[:, 2:]
    r2 = (plane**2).sum(axis=1, keepdims=True)
    return (cameras[:, 6:7] * (1 + r2 * (cameras[:, 7:8] + cameras[:, 8:] * r2)) * plane - data["feature"]).ravel()


adjusted = np.load(FOLDER / "adjusted.npz")
best = np.concatenate([adjusted["cameras"].ravel(), adjusted["points"].ravel()])
check(abs((bundle(best)**2).sum() / found["value"] - 1) < 1e-10, f"the residuals of bundle adjustment: {found['value']}")
start = np.concatenate([data["cameras"].ravel(), data["points"].ravel()])
check((bundle(start)**2).sum() > 50 * found["value"], "there is something to adjust")
expected = scipy.optimize.least_squares(bundle, start, x_scale="jac", xtol=1e-12, ftol=1e-12, gtol=1e-10)
check(abs(found["value"] / (2 * expected.cost) - 1) < 1e-6 and found["converged"], f"bundle adjustment: {found['value']} {2 * expected.cost}")
check(found["evaluations"] < 50, f"few evaluations: {found['evaluations']}")

# Several results, f32, integers and a domain; what cannot be.
(FOLDER / "r.circ").write_text("""circuit r(a: f64[2], b: f32) -> (first: f64[3], count: i64, second: f32) {
  return [a[0] - 1.0, log(a[0]) * 3.0, a[0] * a[1] - 6.0], 3, b - 2.0
}
circuit bad(x: f64[n]) -> f64[n] {
  assert x[0] < 1.0, "too large"
  return [sqrt(x[i]) - 1.0 for i in 0..n]
}
circuit scalar(x) = x^2 - 2.0
""")
found = fit("r.circ:r", "a=[5,0]", "b=0", "--json")
check(np.allclose(found["parameters"]["a"], [1, 6], atol=1e-6) and abs(found["parameters"]["b"] - 2) < 1e-6 and found["value"] < 1e-12, f"several results: {found}")
check(abs(fit("r.circ:scalar", "x=5", "--method", "least-squares", "--json")["parameters"]["x"] - 2**0.5) < 1e-7, "one residual")
for words, status, message in [
        (["r.circ:bad", "x=[2]"], 3, "r.circ:5:3: assert failed in 'bad': too large"), (["r.circ:bad", "x=[-1]"], 1, "is not finite"),
        (["r.circ:r", "a=[5,0]", "b=0", "--maximize"], 1, "leave out --maximize"), (["r.circ:r", "a=[5,0]", "b=0", "--of", "second", "--method", "least-squares"], 1, "leave out --of"),
        (["r.circ:r", "a=[5,0]", "b=0", "--method", "lbfgs"], 1, "needs one real scalar result")]:
    check(message in fit(*words, status=status), f"{words}: {message}")

sys.exit(1 if failed else 0)
