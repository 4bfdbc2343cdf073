"""Logistic regression of Iris virginica by SciPy's optimisers, with circ's gradient and Hessian products."""
import pathlib

import circ
import numpy as np
import scipy.optimize

examples = pathlib.Path(__file__).parent.parent
x = np.loadtxt(examples / "data/iris_x.csv", delimiter=",", skiprows=1)
y = np.loadtxt(examples / "data/iris_y.csv", skiprows=1)
logistic = circ.load(examples / "logistic/logistic.circ").logistic

# The parameters w and b as one vector, from these starting values.
problem = logistic.flat(np.zeros(4), 0.0, x, y, wrt=("w", "b"))
found = scipy.optimize.minimize(problem, problem.x0, jac=True, method="L-BFGS-B", tol=1e-12)
best = problem.unflatten(found.x)
print(f"loss {found.fun:.6f}, w = {np.round(best.w, 3)}, b = {best.b:.3f}")
newton = scipy.optimize.minimize(problem, problem.x0, jac=True, hessp=problem.hvp, method="Newton-CG")
print(f"loss {newton.fun:.6f} by Newton's method")
right = np.mean((x @ best.w + best.b > 0) == (y == 1))
print(f"{right:.1%} of the flowers are told apart")
