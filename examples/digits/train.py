"""Trains the network of digits.circ with torch's optimiser: the loss and its gradient are circ's."""
import pathlib

import circ
import numpy as np
import torch

import circ.torch

folder = pathlib.Path(__file__).parent
model = circ.load(folder / "digits.circ")
loss = circ.torch.wrap(model.digits)

# 64 grey values from 0 to 16, and the digit; the last 360 images are kept for the test.
table = np.loadtxt(folder / "digits.csv.gz", delimiter=",")
x, y = torch.tensor(table[:, :64] / 16), torch.tensor(table[:, 64], dtype=torch.int64)
train, test = slice(0, -360), slice(-360, None)

torch.manual_seed(1)
hidden = 48
parameters = [torch.randn(64, hidden, dtype=torch.float64) / 8, torch.zeros(hidden, dtype=torch.float64),
              torch.randn(hidden, 10, dtype=torch.float64) / 7, torch.zeros(10, dtype=torch.float64)]
for parameter in parameters:
    parameter.requires_grad_()
optimiser = torch.optim.Adam(parameters, lr=0.01, weight_decay=1e-4)


def accuracy(rows):
    scores = model.scores(*(parameter.detach().numpy() for parameter in parameters), x[rows].numpy())
    return np.mean(scores.argmax(axis=1) == y[rows].numpy())


for epoch in range(31):
    value = 0.0
    for batch in torch.randperm(len(x) - 360).split(64):
        optimiser.zero_grad()
        part = loss(*parameters, x[batch], y[batch])
        part.backward()
        optimiser.step()
        value += part.item() * len(batch) / (len(x) - 360)
    if epoch % 10 == 0:
        print(f"epoch {epoch:2}: mean cross-entropy {value:.4f}, {accuracy(test):.1%} of the test images are right")
