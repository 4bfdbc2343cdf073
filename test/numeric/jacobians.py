"""Dense Jacobians by forward and by reverse mode, against central differences."""
from mpmath import mp, mpf

from harness import Program, central_difference, check_sparse, flat, report

# text of `circuit f`; arguments; the result, flat, as a function of mpmath numbers; integers.
CASES = [
    ("circuit f(x: f64[n], y) -> f64[n] = [x[i] * x[(i + 1) % n] * y for i in 0..n]",
     {"x": [0.5, -1.5, 2.0], "y": 0.7}, lambda x, y: [x[i] * x[(i + 1) % 3] * y for i in range(3)]),
    ("circuit f(a: f64[n, m], x: f64[m]) -> f64[n] = [exp(-sum(a[i, j] * x[j] for j)) for i in 0..n]",
     {"a": [[0.1, 0.2, -0.3], [0.4, -0.5, 0.6]], "x": [1.0, 2.0, -1.0]},
     lambda a, x: [mp.exp(-sum(p * q for p, q in zip(row, x))) for row in a]),
    # More results than inputs, and loops.
    ("""circuit f(s, k: i64) -> f64[k, 2] {
          var a = zeros(k, 2)
          var t = s
          for i in 0..k { t = sin(t) * 1.5; a[i, 0] = t; a[i, 1] = t * s }
          return a
        }""", {"s": 0.8, "k": 4}, None),
    # A result of static and an argument of dynamic size; a branch; a while loop.
    ("""circuit f(x: f64[n]) -> f64[2] {
          var t = x[0]
          while t < 10 { t = t * (1.0 + abs(x[1])) }
          let c = if x[n - 1] > 0 { log(x[n - 1]) } else { x[0] }
          return [t, c * x[1]]
        }""", {"x": [1.5, 0.8, 0.3, 2.5]}, None),
    ("circuit g(x, y) -> (f64, f64) { return x * y, x / y }\n"
     "circuit f(x: f64[n]) -> f64[n, 2] = [{ let (a, b) = g(x[i], x[0]); [a, b] } for i in 0..n]",
     {"x": [1.5, 0.8, 0.3]}, lambda x: [v for e in x for v in (e * x[0], e / x[0])]),
    ("circuit f(x: f64[n]) -> f64[n] = [x[i] / logsumexp(x[j] for j) for i in 0..n]", {"x": [0.5, 1.5, -0.2]},
     lambda x: [e / mp.log(sum(mp.exp(v) for v in x)) for e in x]),
]


def loop_result(s, k):
    t, rows = s, []
    for _ in range(k):
        t = mp.sin(t) * mpf(1.5)
        rows += [t, t * s]
    return rows


def while_result(x):
    t = x[0]
    while t < 10:
        t = t * (1 + abs(x[1]))
    return [t, mp.log(x[3]) * x[1]]


REFERENCES = {2: loop_result, 3: while_result}


def run(verbose=False, only=()):
    for k, (text, at, reference) in enumerate(CASES):
        reference = reference or REFERENCES[k]
        program = Program(text)
        real = {n: v for n, v in at.items() if not isinstance(v, int)}
        fixed = {n: v for n, v in at.items() if isinstance(v, int)}
        count = len(reference(**at))
        wanted = {n: [] for n in real}
        for i in range(count):
            _, partials = central_difference(lambda **x: reference(**x, **fixed)[i], real)
            for n in real:
                wanted[n] += partials[n]
        for options in ((), ("--mode", "forward"), ("--mode", "reverse"), ("-O0",)):
            answer = program.call("jacobian", "f", at, options)
            if answer is None:
                continue
            for n in real:
                got = flat(answer["jacobian"]["value"][n])
                scale = max(abs(w) for w in wanted[n])
                good = len(got) == len(wanted[n]) and all(
                    abs(g - w) <= 1e-13 * scale for g, w in zip(got, wanted[n]))
                report(good, f"case {k} {options}: d/d{n} = {got}, wanted {[float(w) for w in wanted[n]]}")
        check_sparse(program, "jacobian", "f", at, {"value": wanted}, ())
