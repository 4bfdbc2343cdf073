"""A circuit in a model of torch: the gradient goes through it to layers before it, and torch's optimiser moves all."""
import pathlib

import circ
import numpy as np
import torch

import circ.torch

examples = pathlib.Path(__file__).parent.parent
x = torch.tensor(np.loadtxt(examples / "data/iris_x.csv", delimiter=",", skiprows=1))
y = torch.tensor(np.loadtxt(examples / "data/iris_y.csv", skiprows=1))

# The mean logistic loss of scores, as a function of torch.
loss = circ.torch.wrap(circ.compile("""
circuit loss(scores: f64[n], const y: f64[n]) =
  mean(max(scores[i], 0) - scores[i] * y[i] + log1p(exp(-abs(scores[i]))) for i)
""").loss)

torch.manual_seed(1)
network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)).double()
optimiser = torch.optim.Adam(network.parameters(), lr=0.05)
for step in range(201):
    optimiser.zero_grad()
    value = loss(network(x)[:, 0], y)
    value.backward()
    optimiser.step()
right = ((network(x)[:, 0] > 0) == (y == 1)).double().mean()
print(f"loss below 0.1: {value.item() < 0.1}, more than 95% right: {right.item() > 0.95}")
