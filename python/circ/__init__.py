"""Differentiable circuits: compiled in this process, called with NumPy's arrays.

    >>> import circ
    >>> m = circ.compile("circuit f(x, y, z) = (x + y) * z")
    >>> m.f(-2, 5, -4)
    -12.0
    >>> value, gradient = m.f.value_and_grad(-2, 5, -4)
    >>> gradient.x, gradient["z"]
    (-4.0, 3.0)
"""
import numpy  # the first to miss where it is not installed

from circ import _circ
from circ._circuit import Circuit
from circ._errors import ArgumentError, CompileError, CompileWarning, RuntimeError
from circ._module import Module, compile, load
from circ._record import Record

__version__ = _circ.version()
__all__ = ["ArgumentError", "Circuit", "CompileError", "CompileWarning", "Module", "Record", "RuntimeError",
           "compile", "load"]
del numpy


def __getattr__(name):
    # torch takes long to import: only who asks for circ.torch pays for it.
    if name == "torch":
        import importlib
        return importlib.import_module("circ.torch")
    raise AttributeError(f"module 'circ' has no attribute {name!r}")
