"""The Python module: values and derivatives of every kind against differences, and the forms that arguments take."""
import dataclasses
import importlib.util
import pickle
import resource
import threading

import circ
import numpy as np

m = circ.compile("""
struct Pose { center: f64[2], turn: f64 }
struct Camera { focal: f64, pose: Pose }

/// Adds, then multiplies.
circuit f(x, y, z = 3.0) = (x + y) * z

circuit model(w: f64[d], b, const x: f64[n, d], y: f64[n]) =
  sum((sum(w[j] * x[i, j] for j in 0..d) + b - y[i])^2 * exp(-b) for i in 0..n)

circuit pair(a: f64[n], s) -> (total: f64, scaled: f64[n]) {
  return sum(a[i]^3 for i in 0..n) * s, [a[i] * s for i in 0..n]
}
circuit unnamed(a: f64[n], k: i64) -> (f64, i64) { return a[k] * a[0], k }
circuit seen(cam: Camera, p: f64[2]) = cam.focal * (p[0] - cam.pose.center[0]) * cos(cam.pose.turn) + p[1]
circuit all(cams: Camera[n]) = sum(cams[i].focal^2 * cams[i].pose.center[1] for i in 0..n)
circuit half(x: f32[n], s: f32) = sum(x[i] * s for i in 0..n)
circuit chosen(flag: bool, k: i64, x) = if flag { x * 2.0 } else { x + 1.0 * k }
circuit moved(cam: Camera) -> Camera { return cam }
""", "models.circ")
random = np.random.default_rng(7)


def difference(function, array, step=1e-6):
    """The derivative of a function of one array by central differences."""
    array = np.asarray(array, dtype=float)
    columns = []
    for index in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[index] += step
        down[index] -= step
        columns.append((np.asarray(function(up)) - np.asarray(function(down))) / (2 * step))
    return np.moveaxis(np.array(columns), 0, -1).reshape(np.shape(columns[0]) + array.shape)


def close(found, expected, bound=1e-7):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=bound, atol=bound)


# Values: numbers, by name, the default.
assert m.f(-2, 5, -4) == -12.0 and type(m.f(-2, 5, -4)) is float
assert m.f(1, y=2) == 9.0 and m.f(y=2, x=1, z=1) == 3.0
assert m.f.__doc__ == "Adds, then multiplies." and list(m) == list(m._circuits) and "f" in dir(m)
assert m.f.parameters == {"x": "f64", "y": "f64", "z": "f64"} and "model(w: f64[d]" in repr(m["model"])

# Gradients.
w, b, x, y = random.normal(size=3), 0.3, random.normal(size=(5, 3)), random.normal(size=5)
value, g = m.model.value_and_grad(w, b, x, y)
# The two may sum in different orders.
assert np.isclose(value, m.model(w, b, x, y), rtol=1e-14, atol=0) and list(g) == ["w", "b", "y"]
close(g.w, difference(lambda w: m.model(w, b, x, y), w))
close(g["b"], difference(lambda b: m.model(w, float(b), x, y), b))
close(g.y, difference(lambda y: m.model(w, b, x, y), y))
only = m.model.grad(w, b, x, y, wrt="b")
assert list(only) == ["b"] and np.isclose(only.b, g.b, rtol=1e-14, atol=1e-15)
forward = m.model.grad(w, b, x, y, mode="forward")
close(forward.w, g.w, 1e-12)

# The other derivatives.
tangent = random.normal(size=3)
value, along = m.model.jvp(w, b, x, y, tangent={"w": tangent, "b": 2.0})
close(along, g.w @ tangent + 2 * g.b, 1e-12)
_, moved = m.pair.jvp([1.0, 2.0], 3.0, tangent={"a": [1, 0]})
assert moved.total == 9.0 and moved.scaled.tolist() == [3.0, 0.0]
values, adjoint = m.pair.vjp([1.0, 2.0], 3.0, seed={"scaled": [1.0, 10.0]})
assert values.total == 27.0 and adjoint.a.tolist() == [3.0, 30.0] and adjoint.s == 21.0
_, adjoint = m.f.vjp(1, 2, 3, seed=2.0)
assert dict(adjoint) == {"x": 6.0, "y": 6.0, "z": 6.0}
hessian = m.model.hessian(w, b, x, y, wrt=("w", "b"))
close(hessian.w.w, difference(lambda w: m.model.grad(w, b, x, y).w, w), 1e-6)
close(hessian.w.b, difference(lambda b: m.model.grad(w, float(b), x, y).w, b), 1e-6)
assert hessian.b.w.shape == (3,)
product = m.model.hvp(w, b, x, y, vector={"w": tangent}, wrt=("w", "b"))
close(product.w, hessian.w.w @ tangent, 1e-12)
close(product.b, hessian.b.w @ tangent, 1e-12)
jacobian = m.pair.jacobian([1.0, 2.0], 3.0)
assert jacobian.scaled.a.tolist() == [[3.0, 0.0], [0.0, 3.0]] and jacobian.total.s == 9.0
assert m.f.jacobian(1, 2, 3).x == 3.0
assert m.pair.grad([1.0, 2.0], 3.0, of="total").s == 9.0

# Sparse matrices: those that are dense, put side by side in the circuit's order.
def sparse(found, expected):
    assert found.format == "csr" and found.shape == np.shape(expected)
    close(found.toarray(), expected, 1e-12)


if importlib.util.find_spec("scipy"):
    a = random.normal(size=6)
    dense = m.pair.jacobian(a, 3.0)
    sparse(m.pair.jacobian(a, 3.0, sparse=True),
           np.vstack([np.append(dense.total.a, dense.total.s), np.column_stack([dense.scaled.a, dense.scaled.s])]))
    sparse(m.pair.jacobian(a, 3.0, wrt=("s", "a"), sparse=True), m.pair.jacobian(a, 3.0, sparse=True).toarray())
    sparse(m.pair.jacobian(a, 3.0, wrt="s", sparse=True), np.append(dense.total.s, dense.scaled.s)[:, None])
    sparse(m.pair.hessian(a, 3.0, of="total", sparse=True),
           np.block([[np.diag(18 * a), 3 * a[:, None]**2], [3 * a**2, 0.0]]))
    assert m.pair.hessian(a, 3.0, of="total", wrt="a", sparse=True).nnz == 6
    sparse(m.pair.jacobian([], 3.0, sparse=True), np.zeros((1, 1)))
    sparse(m.half.jacobian(np.ones(2, dtype="f4"), 0.5, sparse=True), [[0.5, 0.5, 2.0]])

# Results without names are a tuple, integers are integers.
value, k = m.unnamed([2.0, 3.0], 1)
assert (value, k) == (6.0, 1) and type(k) is int
value, tangents = m.unnamed.jvp([2.0, 3.0], 1, tangent={"a": [1.0, 0.0]})
assert tangents == (3.0, None)

# Structs: dicts, dataclasses, records, lists of them, dicts of arrays, structured arrays.
camera = {"focal": 2.0, "pose": {"center": [1.0, 3.0], "turn": 0.5}}


@dataclasses.dataclass
class Pose:
    center: np.ndarray
    turn: float


@dataclasses.dataclass
class Camera:
    focal: float
    pose: Pose


p = [4.0, 5.0]
expected = 2 * 3 * np.cos(0.5) + 5
for given in camera, Camera(2.0, Pose(np.array([1.0, 3.0]), 0.5)), m.moved(camera):
    close(m.seen(given, p), expected, 1e-15)
g = m.seen.grad(camera, p, wrt="cam")
close(g.cam.focal, 3 * np.cos(0.5), 1e-15)
close(g.cam.pose.turn, -6 * np.sin(0.5), 1e-15)
assert g["cam"]["pose"]["center"].shape == (2,)
if importlib.util.find_spec("scipy"):
    outer = m.seen.hessian(camera, p)
    found = m.seen.hessian(camera, p, sparse=True).toarray()
    assert found.shape == (6, 6) and (found == found.T).all()
    close(found[0, 3], outer.cam.focal.cam.pose.turn, 1e-12)
    close(found[1:3, 3], outer.cam.pose.center.cam.pose.turn, 1e-12)
several = [camera, Camera(3.0, Pose([0.0, 2.0], 0.0))]
assert m.all(several) == 4 * 3 + 9 * 2
by_field = {"focal": [2.0, 3.0], "pose": {"center": [[1.0, 3.0], [0.0, 2.0]], "turn": [0.5, 0.0]}}
assert m.all(by_field) == 30 and m.all([]) == 0
structured = np.zeros(2, dtype=[("focal", "f8"), ("pose", [("center", "f8", 2), ("turn", "f8")])])
structured["focal"] = [2, 3]
structured["pose"]["center"] = [[1, 3], [0, 2]]
assert m.all(structured) == 30
assert m.all.grad(several).cams.focal.tolist() == [12.0, 12.0]

# Arrays of all kinds: views, Fortran order, read-only, other byte orders, narrow integers, lists, NaN.
expected = m.model(w, b, x, y)
frozen = x.copy()
frozen.flags.writeable = False
wide = np.zeros((10, 6))
wide[::2, ::2] = x
for given in np.asfortranarray(x), frozen, wide[::2, ::2], x.astype(">f8"), x.tolist():
    assert m.model(w, b, given, y) == expected
assert m.model(w, np.float64(b), x, y) == m.model(w, np.array(b), x, y) == expected
for kind in np.int8, np.int32, np.int64, np.uint16, np.uint64, np.float16, np.float32:
    assert m.model(np.ones(3, dtype=kind), 0, np.ones((2, 3)), [3, 3]) == 0
assert np.isnan(m.model([np.nan, 0, 0], b, x, y)) and np.isnan(m.f(np.nan, 1))
assert m.f(np.inf, 1) == np.inf
assert m.half(np.array([0.5, 1], dtype="f4"), 0.1) == np.float32(0.5) * np.float32(0.1) + np.float32(0.1)
assert m.half([0.1], 1) == np.float32(0.1)
assert m.chosen(True, 3, 2.0) == 4.0 and m.chosen(np.False_, np.int32(3), 2) == 5.0 and m.chosen(0, 3, 2) == 5.0
before = x.copy()
m.model.value_and_grad(w, b, x, y)
assert (x == before).all()
# Contiguous inputs are not copied: the memory in use does not grow by their 160 MB. Results are new arrays.
wide = np.ones(10**7)
summed = circ.compile("circuit f(a: f64[n], b: f64[n]) = sum(a[i] * b[i] for i in 0..n)").f
summed(wide[:10], wide[:10])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert summed(wide, wide) == 10**7
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40000
first, second = m.pair([1.0, 2.0], 2.0).scaled, m.pair([1.0, 2.0], 2.0).scaled
assert first.flags.owndata and first.flags.writeable and not np.shares_memory(first, second)

# Records.
record = m.f.grad(1, 2, 3)
assert pickle.loads(pickle.dumps(record)) == record and repr(record) == "Record(x=3.0, y=3.0, z=3.0)"
assert circ.compile("circuit h(values) = values * values").h.grad(3).values == 6.0

# Pickling by the text; modules and circuits.
again = pickle.loads(pickle.dumps(m))
assert again.f(-2, 5, -4) == -12.0 and pickle.loads(pickle.dumps(m.model))(w, b, x, y) == expected

# Threads call one circuit, and compile one module.
fresh = circ.compile("circuit f(a: f64[n], s) = sum(sin(a[i] * s) for i in 0..n)")
array = random.normal(size=1000)
wanted = [fresh.f(array, k) for k in range(8)]
found = [[] for _ in range(8)]


def work(k):
    for _ in range(50):
        found[k].append(fresh.f.value_and_grad(array, k)[0])
    fresh.f.hvp(array, k, vector={"s": 1.0})


threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for k in range(8):
    assert len(found[k]) == 50
    close(found[k], wanted[k], 1e-12)

# A call on several threads: the same bits for each number of them.
many = """circuit f(w: f64[d], const x: f64[n, d]) =
  sum(exp(-sum(w[j] * x[i, j] for j in 0..d)^2) for i in 0..n)"""
x, w = random.normal(size=(20000, 16)), random.normal(size=16)
on = {threads: circ.compile(many, threads=threads).f.value_and_grad(w, x) for threads in (1, 2, 3)}
for value, gradient in on.values():
    assert value == on[1][0] and np.array_equal(gradient.w, on[1][1].w)
close(on[1][1].w, circ.compile(many).f.grad(w, x).w, 1e-12)
assert pickle.loads(pickle.dumps(circ.compile(many, threads=2))).f(w, x) == circ.compile(many, threads=2).f(w, x)
print("calls: right")
