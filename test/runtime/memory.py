"""Gradients of long loops over a carried array, and the memory that they take.

A call runs in a process of its own, whose peak memory is compared with that after a loop of one iteration.
"""
import ctypes
import math
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = """
/// Every iteration updates the whole array, non-linearly: 1,000 arrays must be kept.
circuit whole(x: f64[n], k: i64) {
  var u = x
  for t in 0..k { u = [sin(u[i]) + 0.5 * u[i] for i in 0..n] }
  return sum(u[i] * (i + 1) for i)
}

/// Every iteration updates one element: one number must be kept.
circuit one(x: f64[n], k: i64) {
  var u = x
  for t in 0..k { u[t % n] = sin(u[t % n]) * u[(t + 7) % n] }
  return sum(u[i] * (i + 1) for i)
}

/// Every iteration makes three arrays of one: the others are computed again.
circuit again(x: f64[n], k: i64) {
  var u = x
  for t in 0..k {
    let e = [exp(-u[i]) for i in 0..n]
    let s = [sin(e[i]) * u[i] for i in 0..n]
    u = [0.5 * s[i] * e[i] + 0.5 * u[i] for i in 0..n]
  }
  return sum(u[i] * (i + 1) for i)
}

/// Nine numbers of each iteration are needed, and one is kept.
circuit chain(x: f64[n], k: i64) {
  var t = x[0]
  for i in 0..100 * k {
    let a = t * x[i % n]
    let e = exp(-a)
    let s = sin(e) + a * e
    let q = sqrt(1.0 + s * s)
    t = 0.5 * (q * e + s / q) + 0.1
  }
  return t
}
"""
SIZE = 1000


def reference(name, x, k):
    """The gradient by hand: the transposed Jacobians from last to first."""
    import numpy

    weights = numpy.arange(1, SIZE + 1, dtype=float)
    if name == "whole":
        product = numpy.ones(SIZE)
        for _ in range(k):
            product *= numpy.cos(x) + 0.5
            x = numpy.sin(x) + 0.5 * x
        return weights * product
    if name == "again":
        product = numpy.ones(SIZE)
        for _ in range(k):
            e = numpy.exp(-x)
            s, ds = numpy.sin(e) * x, numpy.sin(e) - numpy.cos(e) * e * x
            product *= 0.5 * (ds * e - s * e) + 0.5
            x = 0.5 * s * e + 0.5 * x
        return weights * product
    if name == "chain":
        # Forward mode, for t has one derivative by each element.
        t, g = x[0], numpy.zeros(SIZE)
        g[0] = 1
        for i in range(100 * k):
            y = x[i % SIZE]
            da = g * y
            da[i % SIZE] += t
            a = t * y
            e = math.exp(-a)
            s = math.sin(e) + a * e
            ds = (-math.cos(e) * e + e - a * e) * da
            q = math.sqrt(1 + s * s)
            dq = s / q * ds
            g = 0.5 * (dq * e - q * e * da + ds / q - s / q**2 * dq)
            t = 0.5 * (q * e + s / q) + 0.1
        return g
    u = x.copy()
    kept = []
    for t in range(k):
        i, j = t % SIZE, (t + 7) % SIZE
        kept.append((i, j, u[i], u[j]))
        u[i] = math.sin(u[i]) * u[j]
    g = weights.copy()
    for i, j, ui, uj in reversed(kept):
        seed = g[i]
        g[i] = seed * math.cos(ui) * uj
        g[j] += seed * math.sin(ui)
    return g


def gradient(library, name, k):
    x = [0.25 + 1.5 * i / SIZE for i in range(SIZE)]
    value, result = ctypes.c_double(), (ctypes.c_double * SIZE)()
    function = getattr(ctypes.CDLL(library), name + "_grad")
    status = function(ctypes.c_int64(SIZE), (ctypes.c_double * SIZE)(*x), ctypes.c_int64(k), ctypes.byref(value), result)
    assert status == 0, status
    return x, list(result)


def high_water():
    """The most memory of this process so far, in KiB (the kernel's ru_maxrss begins with that of the parent)."""
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def child(library, name, k):
    """Prints the growth of the peak memory by one call, in KiB. No big imports: a peak before would hide it."""
    gradient(library, name, 1)
    before = high_water()
    gradient(library, name, int(k))
    print(high_water() - before)


def peak(library, name, k):
    """The median of five processes."""
    words = [sys.executable, __file__, library, name, str(k)]
    return sorted(int(subprocess.run(words, capture_output=True, text=True, check=True).stdout) for _ in range(5))[2]


def main():
    import numpy

    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "loops.circ").write_text(PROGRAM)
    library = str(folder / "libloops.so")
    subprocess.run(["circ", "build", str(folder / "loops.circ"), "-o", library], check=True)
    failed = False
    for name, bound in (("whole", 10_000_000), ("one", 1_000_000), ("again", 10_000_000),
                        ("chain", 1_000_000)):
        x, got = map(numpy.array, gradient(library, name, 1000))
        want = reference(name, x, 1000)
        error = numpy.max(numpy.abs(got - want) / (numpy.abs(want) + 1e-12 * numpy.max(numpy.abs(want)) + 1e-300))
        taken = peak(library, name, 1000) * 1024
        print(f"{name}: relative error {error:.1e}, {taken / 1e6:.2f} MB more than one iteration")
        failed |= not error < 1e-9 or taken > bound
        # The kept arrays must be seen, or the measurement measures nothing.
        failed |= name == "whole" and taken < 7_000_000
    sys.exit(1 if failed else 0)


if len(sys.argv) > 1:
    child(*sys.argv[1:])
else:
    main()
