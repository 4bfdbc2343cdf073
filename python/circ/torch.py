"""Circuits as functions of torch."""
import numpy as np
import torch

from circ._circuit import Circuit


class _CallableMeta(type(torch.autograd.Function)):
    """Lets `wrapped(x)` stand for `wrapped.apply(x)`."""

    def __call__(cls, *args):
        return cls.apply(*args)


def _array(value):
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value


def _tensor(value, like):
    return torch.as_tensor(np.asarray(value), dtype=like.dtype, device=like.device)


def _only_result(circuit):
    """The name of the result, after a check that torch can have the circuit."""
    if not isinstance(circuit, Circuit):
        raise TypeError(f"expected a circuit, found {type(circuit).__name__}")
    if any("." in name for name in circuit.parameters):
        raise TypeError(f"'{circuit.name}' takes a struct; torch has tensors alone")
    if len(circuit.results) != 1 or any("." in name for name in circuit.results):
        raise TypeError(f"'{circuit.name}' must have one result that is no struct")
    return next(iter(circuit.results))


class _Arguments:
    """What a context of torch keeps: tensors by torch's own means, other arguments beside them."""

    def __init__(self, ctx, args):
        self.tensors = [k for k, arg in enumerate(args) if isinstance(arg, torch.Tensor)]
        self.others = [None if k in self.tensors else arg for k, arg in enumerate(args)]
        ctx.save_for_backward(*(args[k] for k in self.tensors))

    def restore(self, ctx):
        args = list(self.others)
        for k, tensor in zip(self.tensors, ctx.saved_tensors):
            args[k] = tensor
        return args


def wrap(circuit):
    """The circuit as a torch.autograd.Function: `wrap(m.f)(x, w)`, or `wrap(m.f).apply(x, w)`.

    Arguments come in the order of the parameters; tensors that require a gradient
    get one. The circuit has one result that is no struct, and no parameter is one.
    The code runs on the CPU. A circuit with a scalar result can be differentiated
    twice; for arrays the second derivative is an error.
    """
    result = _only_result(circuit)
    names, kinds = list(circuit.parameters), circuit.parameters
    scalar = "[" not in circuit.results[result]
    single = circuit.results[result].startswith("f32")

    def value_of(args, like):
        value = circuit(*map(_array, args))
        if isinstance(value, dict):
            value = value[result]
        dtype = torch.float32 if single else torch.float64
        return torch.as_tensor(np.asarray(value), dtype=dtype, device=like.device if like is not None else "cpu")

    class Adjoint(torch.autograd.Function):
        """The adjoints of some parameters, as a function of the seed and of all arguments."""

        @staticmethod
        def forward(ctx, wanted, seed, *args):
            ctx.wanted = wanted
            ctx.arguments = _Arguments(ctx, (seed, *args))
            _, adjoints = circuit.vjp(*map(_array, args), seed={result: _array(seed)}, wrt=[names[k] for k in wanted])
            made = tuple(_tensor(adjoints[names[k]], args[k]) for k in wanted)
            return made if len(made) > 1 else made[0]

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, *cotangents):
            if not scalar:
                raise RuntimeError(f"torch cannot differentiate '{circuit.name}' twice: its result is an array; "
                                   "m.f.jvp and m.f.vjp of a circuit that holds the derivative can")
            seed, *args = ctx.arguments.restore(ctx)
            arrays = [_array(arg) for arg in args]
            along = {names[k]: _array(u) for k, u in zip(ctx.wanted, cotangents)}
            needed = [k for k in range(len(args)) if ctx.needs_input_grad[k + 2]]
            gradients = [None] * len(args)
            if needed:
                wrt = [name for k, name in enumerate(names) if k in needed or name in along]
                product = circuit.hvp(*arrays, vector=along, wrt=wrt)
                for k in needed:
                    gradients[k] = _tensor(np.asarray(product[names[k]]) * _array(seed), args[k])
            by_seed = None
            if ctx.needs_input_grad[1]:
                tangent = circuit.jvp(*arrays, tangent=along)[1]
                by_seed = _tensor(tangent[result] if isinstance(tangent, dict) else tangent, seed)
            return (None, by_seed, *gradients)

    class Function(torch.autograd.Function, metaclass=_CallableMeta):
        @staticmethod
        def forward(ctx, *args):
            ctx.arguments = _Arguments(ctx, args)
            floats = [arg for arg in args if isinstance(arg, torch.Tensor) and arg.is_floating_point()]
            return value_of(args, floats[0] if floats else None)

        @staticmethod
        def backward(ctx, seed):
            args = ctx.arguments.restore(ctx)
            wanted = tuple(k for k, needed in enumerate(ctx.needs_input_grad) if needed)
            made = Adjoint.apply(wanted, seed, *args)
            made = dict(zip(wanted, made if isinstance(made, tuple) else (made,)))
            return tuple(made.get(k) for k in range(len(args)))

    Function.__name__ = Function.__qualname__ = circuit.name
    wants = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
    Function.__doc__ = circuit.__doc__ or f"The circuit {circuit.name}({wants})."
    return Function
