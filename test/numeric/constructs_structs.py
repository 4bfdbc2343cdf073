"""Structs: parameters, fields, locals, results, arrays of them."""
from mpmath import mp

from constructs import Construct as C

CAMERA = "struct Camera { center: f64[3], focal: f64 }\nstruct Pair { first: Camera, id: i64, second: Camera }\n"
ONE = {"center": [0.5, 1.5, -2.0], "focal": 1.25}
TWO = {"center": [-0.25, 0.75, 1.0], "focal": 0.5}
ENERGY = CAMERA + "circuit energy(c: Camera) = sum(c.center[i]^2 * (i + 1) for i) * sin(c.focal)\n"


def energy(c):
    return sum(v**2 * (i + 1) for i, v in enumerate(c["center"])) * mp.sin(c["focal"])


def scaled(c, s):
    return {"center": [v * s for v in c["center"]], "focal": c["focal"] * s}


def shifted(c, y):
    center = [v * y for v in c["center"]]
    center[1] += c["focal"]
    return {"center": center, "focal": c["focal"]**2}


def carried(c, k):
    for i in range(k):
        c = shifted(c, c["focal"])
    return energy(c)


CASES = [
    C("struct parameter", ENERGY + "circuit f(c: Camera, y) = energy(c) * y", {"c": ONE, "y": 1.5}, lambda c, y: energy(c) * y),
    C("struct in a struct, with an integer", ENERGY + "circuit f(p: Pair) = energy(p.first) * p.id + energy(p.second)^2",
      {"p": {"first": ONE, "id": 3, "second": TWO}}, lambda p: energy(p["first"]) * p["id"] + energy(p["second"])**2),
    C("array of structs", ENERGY + "circuit f(cs: Camera[n], y) = sum(energy(cs[i]) * cs[i].focal for i) + sum(cs.focal^2) * y",
      {"cs": [ONE, TWO], "y": 0.75},
      lambda cs, y: sum(energy(c) * c["focal"] for c in cs) + sum(c["focal"]**2 for c in cs) * y),
    C("struct literal", ENERGY + "circuit f(x, y) = energy(Camera { focal: x * y, center: [x, y^2, 2.0] })", {"x": 0.75, "y": -1.5},
      lambda x, y: energy({"focal": x * y, "center": [x, y**2, 2]})),
    C("fields assigned", ENERGY + "circuit f(c: Camera, y) { var d = c\n d.center *= y\n d.center[1] += d.focal\n d.focal = d.focal^2\n"
      " return energy(d) }", {"c": ONE, "y": 1.5}, lambda c, y: energy(shifted(c, y))),
    C("struct as a result, carried by a loop", ENERGY + "circuit shifted(c: Camera, y) -> Camera { var d = c\n d.center *= y\n"
      " d.center[1] += d.focal\n d.focal = d.focal^2\n return d }\n"
      "circuit f(c: Camera, k: i64) { var d = c\n for i in 0..k { d = shifted(d, d.focal) }\n return energy(d) }",
      {"c": TWO, "k": 3}, carried),
    C("arithmetic of structs", ENERGY + "circuit f(c: Camera, d: Camera, y) = energy(c - y * d)", {"c": ONE, "d": TWO, "y": 0.75},
      lambda c, d, y: energy({"center": [a - y * b for a, b in zip(c["center"], d["center"])],
                              "focal": c["focal"] - y * d["focal"]})),
]
