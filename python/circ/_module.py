"""Files and texts of circuits."""
import os
import warnings

from circ import _circ
from circ._circuit import Circuit
from circ._errors import CompileWarning


class Module:
    """The circuits of a file: `m.f`, or `m["f"]` where the name is one of Python's.

    It is pickled by its text: whoever loads it compiles anew. Files that it imports
    must be where they were.
    """

    def __init__(self, name, text, options):
        self._origin = (name, text, options)
        self._handle = _circ.open(name, text, *options)
        self._circuits = {circuit: Circuit(self, circuit, position)
                          for position, circuit in enumerate(self._handle.circuits)}
        if self._handle.warnings:
            warnings.warn(self._handle.warnings, CompileWarning, stacklevel=3)

    def __getattr__(self, name):
        if not name.startswith("_") and name in self._circuits:
            return self._circuits[name]
        raise AttributeError(f"{self!r} has no circuit {name!r}")

    def __getitem__(self, name):
        return self._circuits[name]

    def __iter__(self):
        return iter(self._circuits)

    def __len__(self):
        return len(self._circuits)

    def __dir__(self):
        return [*super().__dir__(), *self._circuits]

    def __reduce__(self):
        return Module, self._origin

    def __repr__(self):
        return f"<circ module {self._origin[0]!r} of {', '.join(self._circuits)}>"


def _options(optimize, strict, cpu, memory, cache, blas, threads):
    if optimize not in (0, 1, 2, 3):
        raise ValueError(f"optimize is 0, 1, 2 or 3, not {optimize!r}")
    if memory is not None and memory <= 0:
        raise ValueError(f"memory is a positive number of bytes, not {memory!r}")
    if threads is not None and not 1 <= threads <= 4096:
        raise ValueError(f"threads is 1 to 4096, not {threads!r}")
    return (3 - optimize, bool(strict), cpu or "", int(memory or 0), not cache, bool(blas), int(threads or 0))


def load(path, *, optimize=3, strict=False, cpu=None, memory=None, cache=True, blas=False, threads=None):
    """The circuits of a file.

    optimize: 0 to 3, as -O of the command line
    strict: no reassociation and no fused multiply-add
    cpu: what to make code for; this machine's without it
    memory: most bytes that a call may hold; loops are checkpointed to fit
    cache: whether to keep compiled code in the user's cache, as the command line does
    blas: linear algebra by the system's BLAS and LAPACK where that is faster
    threads: how many threads a call may use, with the same bits for each number; without it what
        the environment's CIRC_NUM_THREADS says, or else code for one thread alone
    """
    path = os.fspath(path)
    with open(path, "rb") as file:
        text = file.read()
    try:
        text = text.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None and "\0" in text:
        text = None
    # Without a text the compiler reads the file, and tells what is wrong with it.
    return Module(path, text, _options(optimize, strict, cpu, memory, cache, blas, threads))


def compile(text, name="<text>", *, optimize=3, strict=False, cpu=None, memory=None, cache=True,
            blas=False, threads=None):
    """The circuits of a text; `name` stands for the file in messages."""
    return Module(name, text, _options(optimize, strict, cpu, memory, cache, blas, threads))
