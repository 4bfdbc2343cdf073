"""A Gaussian mixture of the iris measurements by gradient ascent: NumPy's arrays in and out."""
import pathlib

import circ
import numpy as np

examples = pathlib.Path(__file__).parent.parent
x = np.loadtxt(examples / "data/iris_x.csv", delimiter=",", skiprows=1)
model = circ.load(examples / "mixture/mixture.circ").mixture

alpha, means, s = np.zeros(3), x[[0, 50, 100]].copy(), np.zeros((3, 4))
for step in range(401):
    value, gradient = model.value_and_grad(alpha, means, s, x)
    if step % 100 == 0:
        print(f"step {step:3}: mean log-likelihood {value:.4f}")
    alpha += 0.05 * gradient.alpha
    means += 0.05 * gradient.means
    s += 0.05 * gradient.s
