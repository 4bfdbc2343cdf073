"""A circuit, its value and its derivatives."""
import warnings

from circ import _circ
from circ._errors import CompileWarning

_VALUE, _GRADIENT, _JVP, _VJP, _HVP, _JACOBIAN, _HESSIAN, _SPARSE_JACOBIAN, _SPARSE_HESSIAN = range(9)
_MODES = {None: 0, "forward": 1, "reverse": 2}


def _names(wrt):
    if wrt is None:
        return ()
    return (wrt,) if isinstance(wrt, str) else tuple(wrt)


def _compressed(shape, row_pointers, columns, values):
    """A matrix of SciPy's."""
    import scipy.sparse  # takes long to import: only who asks for sparse matrices pays for it
    return scipy.sparse.csr_array((values, columns, row_pointers), shape=tuple(shape))


class Circuit:
    """A circuit of a module; call it for its value.

    Arguments are given in the order of the parameters or by name: numbers, lists,
    arrays, and for a struct a dict, a dataclass or another object with its fields.
    Every program is compiled when it is first called.

    `wrt` names the parameters to differentiate by (all real ones that are not
    const), `of` the result where there are several, `mode` is "reverse" or
    "forward".
    """

    def __init__(self, module, name, position):
        self.module = module
        self.name = name
        self._position = position
        self._value = self._gradient = None
        self._programs = {}
        self.__doc__ = module._handle.doc(position) or None

    @property
    def __name__(self):
        return self.name

    @property
    def parameters(self):
        """The parameters by name with their types; a field of a struct is "cam.focal"."""
        return {name: kind for name, kind, *_ in self.module._handle.parameters(self._position)}

    @property
    def results(self):
        """The results by name with their types; an unnamed one is called "value"."""
        return {name: kind for name, kind, *_ in self.module._handle.results(self._position)}

    def __call__(self, /, *args, **kwargs):
        """The value: a number or array, a tuple of several, a Record of named ones."""
        program = self._value
        if program is None:
            program = self._value = self._program(_VALUE)
        return program(args, kwargs, None)

    def value_and_grad(self, /, *args, wrt=None, of=None, mode=None, **kwargs):
        """The value, and a Record of the gradient by each parameter."""
        program = self._gradient
        if program is None or wrt is not None or of is not None or mode is not None:
            program = self._program(_GRADIENT, wrt, of, mode)
            if wrt is None and of is None and mode is None:
                self._gradient = program
        return program(args, kwargs, None)

    def grad(self, /, *args, wrt=None, of=None, mode=None, **kwargs):
        """A Record of the gradient by each parameter."""
        return self.value_and_grad(*args, wrt=wrt, of=of, mode=mode, **kwargs)[1]

    def jvp(self, /, *args, tangent, **kwargs):
        """The value, and its derivative along a tangent: a dict of parameters.

        Parameters that it lacks do not move.
        """
        wrt = tuple(tangent) if isinstance(tangent, dict) else None
        return self._program(_JVP, wrt)(args, kwargs, tangent)

    def vjp(self, /, *args, seed, wrt=None, **kwargs):
        """The value, and a Record of the adjoints of the parameters for a seed.

        The seed is a dict of results, or that of the only result itself.
        """
        return self._program(_VJP, wrt)(args, kwargs, seed)

    def hvp(self, /, *args, vector, wrt=None, of=None, **kwargs):
        """The product of the Hessian and a vector, a Record; the vector is a dict of parameters."""
        return self._program(_HVP, wrt, of)(args, kwargs, vector)

    def jacobian(self, /, *args, wrt=None, mode=None, sparse=False, **kwargs):
        """The derivative of every result by every parameter.

        A Record by parameter, of arrays with the dimensions of the result and then
        of the parameter; by result and parameter where results are named, a tuple of
        such Records where several are not.

        With `sparse` it is one scipy.sparse.csr_array: a row for each element of the
        real results, a column for each of the parameters in the circuit's order. What it
        does not store is zero for all real arguments of these shapes.
        """
        if sparse:
            if mode is not None:
                raise ValueError("a sparse Jacobian takes the mode that needs fewer directions: leave `mode` out")
            return _compressed(*self._program(_SPARSE_JACOBIAN, wrt)(args, kwargs, None))
        return self._program(_JACOBIAN, wrt, None, mode)(args, kwargs, None)

    def hessian(self, /, *args, wrt=None, of=None, sparse=False, **kwargs):
        """The second derivatives, a Record by one parameter of Records by the other.

        With `sparse` they are one scipy.sparse.csr_array, as of `jacobian`.
        """
        if sparse:
            return _compressed(*self._program(_SPARSE_HESSIAN, wrt, of)(args, kwargs, None))
        return self._program(_HESSIAN, wrt, of)(args, kwargs, None)

    def flat(self, /, *args, wrt=None, of=None, maximize=False, **kwargs):
        """The circuit as a function of one vector, for optimisers.

        `wrt` names the parameters that the vector holds; their arguments are the
        starting values, `x0`. Calling it gives the value and the gradient, `hvp` the
        product of the Hessian and another vector; `unflatten` makes parameters of a
        vector. With `maximize` all are negated.

            problem = m.f.flat(w, b, x, y)
            found = scipy.optimize.minimize(problem, problem.x0, jac=True)
        """
        return _circ.Flat(self._program(_GRADIENT, wrt, of), lambda: self._program(_HVP, wrt, of), args, kwargs,
                          -1.0 if maximize else 1.0)

    def _program(self, kind, wrt=None, of=None, mode=None):
        key = (kind, _names(wrt), of, mode)
        program = self._programs.get(key)
        if program is None:
            if mode not in _MODES:
                raise ValueError(f"the mode is 'reverse' or 'forward', not {mode!r}")
            program = _circ.Program(self.module._handle, self._position, kind, list(key[1]), of or "", _MODES[mode])
            self._programs[key] = program
            if program.warnings:
                warnings.warn(program.warnings, CompileWarning, stacklevel=3)
        return program

    def __reduce__(self):
        return getattr, (self.module, self.name)

    def __repr__(self):
        wanted = ", ".join(f"{name}: {kind}" for name, kind in self.parameters.items())
        given = ", ".join(self.results.values())
        return f"<circuit {self.name}({wanted}) -> {given}>"
