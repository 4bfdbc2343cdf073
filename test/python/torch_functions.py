"""Circuits as functions of torch, by torch's own check of gradients."""
import circ
import numpy as np
import torch

import circ.torch

m = circ.compile("""
circuit f(w: f64[d], x: f64[n, d], b) -> f64[n] = [sum(w[j] * x[i, j] for j in 0..d) * exp(b) for i in 0..n]
circuit named(x: f32[n]) -> (loss: f32) { return sum(x[i]^2 for i in 0..n) }
circuit square(w: f64[d], b) = sum(w[j]^2 for j in 0..d) * sin(b)
circuit two(x) -> (f64, f64) { return x, x }
struct Camera { focal: f64 }
circuit seen(cam: Camera) = cam.focal
""")
torch.manual_seed(2)
w = torch.randn(3, dtype=torch.float64, requires_grad=True)
x = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
b = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
f = circ.torch.wrap(m.f)
assert issubclass(f, torch.autograd.Function)
assert torch.equal(f(w, x, b), f.apply(w, x, b))
assert torch.autograd.gradcheck(f.apply, (w, x, b))
# Only what requires a gradient gets one; views and numbers are taken.
f(w, x.detach().T.contiguous().T, 0.3).sum().backward()
assert w.grad.shape == (3,) and x.grad is None
single = torch.tensor([1.0, 2.0], requires_grad=True)
value = circ.torch.wrap(m.named)(single)
value.backward()
assert value.dtype == torch.float32 and value.item() == 5.0 and single.grad.tolist() == [2.0, 4.0]
for circuit, text in (m.two, "must have one result"), (m.seen, "takes a struct"):
    try:
        circ.torch.wrap(circuit)
    except TypeError as error:
        assert text in str(error)
    else:
        raise AssertionError(text)
try:
    f(w, x[:, :2], b)
except circ.ArgumentError as error:
    assert "argument `x` has shape [4, 2]" in str(error)
else:
    raise AssertionError("a wrong shape was taken")
# A scalar can be differentiated twice, an array is refused: never a wrong number.
square = circ.torch.wrap(m.square)
assert torch.autograd.gradcheck(square.apply, (w, b)) and torch.autograd.gradgradcheck(square.apply, (w, b))
[first] = torch.autograd.grad(square(w, b) * b, w, create_graph=True)
[mixed] = torch.autograd.grad(first.sum(), b)
expected = (2 * w * torch.sin(b) + 2 * w * b * torch.cos(b)).sum()
assert torch.allclose(mixed, expected, rtol=1e-12)
[first] = torch.autograd.grad(f(w, x, b).sum(), w, create_graph=True)
try:
    first.sum().backward()
except RuntimeError as error:
    assert "torch cannot differentiate 'f' twice" in str(error)
else:
    raise AssertionError("a second derivative was given")
print("torch: right")
