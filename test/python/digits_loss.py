"""The loss of the digits example, its gradient and its scores against those that torch computes by itself."""
import pathlib
import sys

import circ
import numpy as np
import torch

import circ.torch

model = circ.load(pathlib.Path(sys.argv[1]) / "examples/digits/digits.circ")
torch.manual_seed(3)
sizes = (64, 7), (7,), (7, 10), (10,)
parameters = [torch.randn(*size, dtype=torch.float64, requires_grad=True) for size in sizes]
x, y = torch.rand(33, 64, dtype=torch.float64), torch.randint(0, 10, (33,))


def gradients(value):
    return torch.autograd.grad(value, parameters)


w, b, v, c = parameters
scores = torch.tanh(x @ w + b) @ v + c
expected = torch.nn.functional.cross_entropy(scores, y)
found = circ.torch.wrap(model.digits)(*parameters, x, y)
assert abs(found.item() - expected.item()) < 1e-13 * expected.item()
for ours, theirs in zip(gradients(found), gradients(expected)):
    assert torch.allclose(ours, theirs, rtol=1e-12, atol=1e-15)
numbers = [parameter.detach().numpy() for parameter in parameters]
np.testing.assert_allclose(model.scores(*numbers, x.numpy()), scores.detach().numpy(), rtol=1e-12, atol=1e-13)
print("digits: right")
