"""What goes wrong, as exceptions and warnings."""
import builtins
import json

_STATUSES = {1: "index", 2: "shape", 3: "assert", 4: "domain", 5: "recursion", 6: "memory", 7: "interrupted",
             8: "cpu"}


class CompileError(Exception):
    """The text of a circuit is wrong. The message is what the command line prints.

    `diagnostics` is a list of dicts with severity, file, line, column, message, hint.
    """

    def __init__(self, message, diagnostics="[]"):
        super().__init__(message)
        self.diagnostics = json.loads(diagnostics) if isinstance(diagnostics, str) else diagnostics

    def __reduce__(self):
        return CompileError, (self.args[0], self.diagnostics)


class CompileWarning(UserWarning):
    """What the compiler warns of."""


class ArgumentError(TypeError, ValueError):
    """An argument has the wrong type or shape, or a name is unknown or missing."""


class RuntimeError(builtins.RuntimeError):
    """A running circuit stopped: an index out of bounds, a failed assert, no memory.

    `status` is one of "index", "shape", "assert", "domain", "recursion", "memory",
    "interrupted", "cpu".
    """

    def __init__(self, message, status=0):
        super().__init__(message)
        self.status = _STATUSES.get(status, status)

    def __reduce__(self):
        return RuntimeError, (self.args[0], self.status)


# Where people find them.
for _kind in CompileError, CompileWarning, ArgumentError, RuntimeError:
    _kind.__module__ = "circ"
