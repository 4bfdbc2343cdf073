"""What is wrong is told, names the parameter, and leaves the process as it was."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings

# Who starts a program in the background may have it ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

import circ
import numpy as np

m = circ.compile("""
struct Camera { focal: f64, center: f64[2] }
circuit model(w: f64[d], b, x: f64[n, d]) = sum(w[j] * x[i, j] * b for i in 0..n, j in 0..d)
circuit at(a: f64[n], k: i64) = a[k]
circuit seen(cam: Camera) = cam.focal * cam.center[0]
circuit half(x: f32[n]) = sum(x)
circuit two(a) -> (f64, f64) { return a, a * a }
circuit yes(flag: bool) = if flag { 1.0 } else { 2.0 }
circuit long(n: i64, x) {
  var s = x
  for i in 0..n { s = sin(s) + x }
  return s
}
""")
w, x = np.ones(3), np.ones((4, 3))


def refused(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert text in str(error), f"expected {text!r}, found {str(error)!r}"
        return error
    raise AssertionError(f"not refused: {text}")


def argument(text, function, *args, **kwargs):
    error = refused(circ.ArgumentError, text, function, *args, **kwargs)
    assert isinstance(error, TypeError) and isinstance(error, ValueError)


# Types.
argument("argument `x`: found an array of dtype complex128, but the circuit wants f64[n, d]", m.model, w, 1, x * 1j)
argument("argument `w`: found an array of dtype <U1", m.model, np.array(["a", "b", "c"]), 1, x)
argument("argument `w`: found an array of dtype object", m.model, np.array([None] * 3), 1, x)
argument("argument `w`: found an array of dtype float128", m.model, w.astype(np.longdouble), 1, x)
argument("argument `b`: found str, but the circuit wants f64", m.model, w, "1", x)
argument("argument `b`: found NoneType", m.model, w, None, x)
argument("argument `w`: found list", m.model, [[1], [1, 2]], 1, x)
argument("argument `k`: the elements are f64, where i64 is expected", m.at, w, np.float64(1.0))
argument("argument `k`: the value is true, a bool, where i64 is expected", m.at, w, True)
argument("argument `w`: element [0] is true, a bool, where f64 is expected", m.model, w > 0, 1, x)
argument("argument `x`: element [1] is 0.1", m.half, np.array([0.5, 0.1]))
argument("argument `flag`", m.yes, 2)
argument("argument `b`: the value is 9007199254740993, an integer that no f64 holds", m.model, w, 2**53 + 1, x)
argument("argument `b`: the integer does not fit in 64 bits", m.model, w, 2**70, x)
argument("an element does not fit in 64 bits", m.model, np.array([2**63] * 3, dtype=np.uint64), 1, x)
argument("argument `x`: an element is too large for f32", m.half, [0.5, 1e300])
argument("argument `w`: a masked array has elements that are missing", m.model, np.ma.array(w, mask=[0, 1, 0]), 1, x)
argument("its elements are no numbers of one kind that fits in 64 bits", m.model, [1, 2, 2**70], 1, x)
argument("argument `x` is too large for f32", circ.compile("circuit f(x: f32) = x").f, 1e300)

# Shapes.
argument("argument `x` has shape [4, 2], but its type is f64[n, d]: dimension 1 must be 3 (d = 3 from `w`)",
         m.model, w, 1, np.ones((4, 2)))
argument("argument `w`: found an array of shape [3, 1], but the circuit wants f64[d], of rank 1",
         m.model, w[:, None], 1, x)
argument("argument `b`: found an array of shape [1], but the circuit wants f64, a single number", m.model, w, [1.0], x)
argument("argument `cam.center`: found an array of shape [3], but the circuit wants f64[2]",
         m.seen, {"focal": 1, "center": [1, 2, 3]})

# Names.
argument("'model' lacks `b`, `x`; it wants w: f64[d], b: f64, x: f64[n, d]", m.model, w)
argument("'model' has no parameter `c`; it has `w`, `b`, `x`", m.model, w, 1, x, c=1)
argument("'model' got the parameter `w` twice", m.model, w, 1, x, w=w)
argument("'model' takes 3 arguments", m.model, w, 1, x, 2)
argument("argument `cam` lacks the field `center` (found dict)", m.seen, {"focal": 1.0})
argument("argument `cam` has no field `zoom`", m.seen, {"focal": 1.0, "center": [1, 2], "zoom": 3})
argument("argument `cam`: found float, but the circuit wants a struct", m.seen, 1.0)
argument("'model' has no parameter 'q'", m.model.value_and_grad, w, 1, x, wrt="q")
argument("there is no derivative with respect to 'k': it is i64", m.at.grad, w, 1, wrt="k")
argument("a gradient needs one real scalar result; 'two' returns (f64, f64)", m.two.grad, 1.0)
argument("'two' has no result 'c'; it has value.0, value.1", m.two.grad, 1.0, of="c")
argument("the tangent of `w`: found an array of shape [2, 1]", m.model.jvp, w, 1, x, tangent={"w": [[1], [2]]})
argument("the tangent of `w` has shape [2], but its type is f64[d]", m.model.jvp, w, 1, x, tangent={"w": [1, 2]})
argument("'model' has no result `v`; it has `value`", m.model.vjp, w, 1, x, seed={"v": 1})
for derivative, direction in (m.model.jvp, "tangent"), (m.model.vjp, "seed"), (m.model.hvp, "vector"):
    argument("None stands for nothing", derivative, w, 1, x, **{direction: None})
flat = m.model.flat(w, 1, x, wrt="w")
for given in np.ones(3) * 1j, ["a"] * 3, None:
    argument("expected a vector of 3 real numbers", flat, given)
argument("expected a vector of 3 numbers, found 4 in 1 dimension", flat, np.ones(4))
argument("expected a vector of 3 numbers, found 3 in 2 dimensions", flat, np.ones((1, 3)))
refused(ValueError, "the mode is 'reverse' or 'forward'", m.model.grad, w, 1, x, mode="sideways")
refused(AttributeError, "has no circuit 'gmm'", lambda: m.gmm)



class Broken:
    """An object whose own errors are not hidden."""
    focal = 1.0

    @property
    def center(self):
        raise ZeroDivisionError("the sensor has no size")


refused(ZeroDivisionError, "the sensor has no size", m.seen, Broken())

# Programs and files.
refused(ValueError, "no null characters", circ.compile, "circuit f(x) = x\0 + 1")
refused(ValueError, "threads is 1 to 4096", circ.compile, "circuit f(x) = x", threads=0)
refused(ValueError, "memory is a positive number of bytes", circ.compile, "circuit f(x) = x", memory=-1)
error = refused(circ.CompileError, "<text>:2:6: error: unknown name 'q'", circ.compile, "circuit f(x) =\n x + q")
[found] = error.diagnostics
assert (found["line"], found["column"], found["severity"]) == (2, 6, "error")
refused(circ.CompileError, "model.circ:1:", circ.compile, "circuit", "model.circ")
refused(FileNotFoundError, "nowhere.circ", circ.load, "nowhere.circ")
refused(circ.CompileError, "unknown CPU 'none'", circ.compile("circuit f(x) = x", cpu="none").f, 1.0)
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "f.circ"
    path.write_bytes(b"circuit f(x) = x \xff\xfe")
    refused(circ.CompileError, "f.circ", circ.load, path)
    path.write_bytes(b"circuit f(x) = x\0")
    refused(circ.CompileError, "f.circ", circ.load, path)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    circ.compile("circuit f(x, y) = x").f(1, 2)
assert [w.category for w in caught] == [circ.CompileWarning] and "'y' is not used" in str(caught[0].message)

# Run-time errors have a place and a status.
error = refused(circ.RuntimeError, "index 9 is out of bounds for dimension 0 of size 3 of 'a'", m.at, w, 9)
assert isinstance(error, RuntimeError) and error.status == "index" and str(error).startswith("<text>:")
assert m.at(w, 2) == 1.0
limited = circ.compile("circuit f(x: f64[n]) { let a = [x[i] * 2.0 for i in 0..n]\n return sum(a[n - 1 - i] * a[i] for i in 0..n) }",
                       memory=100000)
assert refused(circ.RuntimeError, "memory", limited.f, np.ones(10**6)).status == "memory"


# Ctrl-C ends a long call, and the next one runs.
def interrupt():
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT)


threading.Thread(target=interrupt).start()
began = time.time()
refused(KeyboardInterrupt, "", m.long, 10**11, 0.5)
assert time.time() - began < 20
assert m.long(3, 0.5) > 0

# A module with an error in a derivative still gives the value; other threads keep running meanwhile.
ticks = []
stop = threading.Event()


def tick():
    while not stop.is_set():
        ticks.append(1)
        time.sleep(0.001)


thread = threading.Thread(target=tick)
thread.start()
count = len(ticks)
m.long(3 * 10**7, 0.5)
during = len(ticks) - count
stop.set()
thread.join()
assert during > 20, f"the GIL was held: {during} ticks"

# Nothing is printed, however much goes wrong.
code = "import circ\ntry: circ.compile('circuit f(x) = y')\nexcept circ.CompileError: pass"
done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)
assert done.stdout == done.stderr == ""
print("errors: right")
