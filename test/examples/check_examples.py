"""Value and gradient of the shipped examples against NumPy and differences."""
import json
import math
import pathlib
import subprocess
import sys

import numpy as np

examples = pathlib.Path(sys.argv[1]) / "examples"
x = np.loadtxt(examples / "data/iris_x.csv", delimiter=",", skiprows=1)
y = np.loadtxt(examples / "data/iris_y.csv", skiprows=1)
assert x.shape == (150, 4) and set(y) == {0.0, 1.0} and y.sum() == 50


def circ(file, values):
    arguments = [f"{name}={json.dumps(np.asarray(value).tolist())}" for name, value in values.items()]
    done = subprocess.run(["circ", "grad", file, *arguments, f"x=@{examples}/data/iris_x.csv", "--json"]
                          + ([f"y=@{examples}/data/iris_y.csv"] if "logistic" in file else []),
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def logistic(w, b):
    scores = x @ w + b
    return np.mean(np.log(1 + np.exp(scores)) - y * scores) + 0.01 * w @ w


def mixture(alpha, means, s):
    z = (x[:, None, :] - means) * np.exp(-s)
    log_density = np.sum(-0.5 * np.log(2 * np.pi) - s - 0.5 * z * z, axis=2)
    return np.mean(np.log(np.exp(log_density + alpha).sum(axis=1)) - np.log(np.exp(alpha).sum()))


def check(name, file, function, values):
    found = circ(str(file), values)
    arrays = {k: np.asarray(v, dtype=complex) for k, v in values.items()}
    expected = function(**arrays).real
    worst = abs(found["value"] - expected) / abs(expected)
    # Complex steps: f(v + ih) = f(v) + ih f'(v), exact to rounding.
    for key, array in arrays.items():
        gradient = np.asarray(found["gradient"][key], dtype=float)
        assert gradient.shape == array.shape
        for index in np.ndindex(array.shape):
            moved = {k: v.copy() for k, v in arrays.items()}
            moved[key][index] += 1e-30j
            exact = function(**moved).imag / 1e-30
            worst = max(worst, abs(gradient[index] - exact) / max(1e-3, abs(exact)))
    print(f"{name}: worst relative difference {worst:.1e}")
    return worst < 1e-12


random = np.random.default_rng(1)
right = check("logistic", examples / "logistic/logistic.circ", logistic,
              {"w": [0.1, -0.2, 0.3, 0.05], "b": -1.0})
right &= check("mixture", str(examples / "mixture/mixture.circ") + ":mixture", mixture, {
    "alpha": random.normal(size=3),
    "means": random.normal(size=(3, 4)) + x.mean(axis=0),
    "s": random.normal(size=(3, 4)) * 0.1,
})

def greeks(values):
    """Price, first derivatives, and the row of the Hessian of the spot price, in closed form."""
    s, k, r, v, t = (values[name] for name in ("spot", "strike", "rate", "volatility", "maturity"))
    cdf, density = lambda z: math.erfc(-z / math.sqrt(2)) / 2, lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    d1 = (math.log(s / k) + (r + v * v / 2) * t) / (v * math.sqrt(t))
    d2, paid = d1 - v * math.sqrt(t), k * math.exp(-r * t)
    first = {"spot": cdf(d1), "strike": -math.exp(-r * t) * cdf(d2), "rate": t * paid * cdf(d2),
             "volatility": s * density(d1) * math.sqrt(t), "maturity": s * density(d1) * v / (2 * math.sqrt(t)) + r * paid * cdf(d2)}
    return s * cdf(d1) - paid * cdf(d2), first, {"spot": density(d1) / (s * v * math.sqrt(t)), "volatility": -density(d1) * d2 / v}


for spot in (60, 100, 140):
    values = {"spot": spot, "strike": 105, "rate": 0.03, "volatility": 0.2, "maturity": 0.5}
    price, first, second = greeks(values)
    words = [str(examples / "pricing/pricing.circ"), *(f"{name}={value}" for name, value in values.items()), "--json"]
    gradient, product = (json.loads(subprocess.run(["circ", *start, *words, *end], capture_output=True, text=True, check=True).stdout)
                         for start, end in ((["grad"], []), (["hvp"], ["--vector", "spot=1", "--wrt", "spot,volatility"])))
    worst = max([abs(gradient["value"] / price - 1), *(abs(gradient["gradient"][name] / first[name] - 1) for name in first),
                 *(abs(product["hvp"][name] / second[name] - 1) for name in second)])
    print(f"pricing at {spot}: worst relative difference {worst:.1e}")
    right &= worst < 1e-11
sys.exit(0 if right else 1)
