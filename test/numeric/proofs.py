"""Writes and checks docs/proofs.md: which tests prove every gate and every construct, in every mode.

The rows come from the compiler (gate table, names of built-ins, kinds of nodes of the syntax tree), the cells from
the cases of gates.py and constructs_*.py: a case proves the constructs that its typed syntax tree holds, in the
modes that constructs.py compares of every case. A row that no case proves is a failure.
"""
import pathlib
import re
import subprocess

import gates
from constructs import MODES, parts
from harness import Program, report

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/proofs.md"


class Node:
    def __init__(self, head):
        self.head, self.children, self.parent, self.position = head, [], None, 0

    def all(self):
        yield self
        for child in self.children:
            yield from child.all()

    @property
    def last(self):
        return self.children[-1].head if self.children else ""

    @property
    def type(self):
        return self.head.rpartition(" : ")[2] if " : " in self.head else ""


def tree(text):
    """The nodes of `circ emit --stage typed-ast`."""
    root = Node("")
    path = [root]
    for line in text.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        del path[depth + 1:]
        node = Node(line.strip())
        node.parent, node.position = path[-1], len(path[-1].children)
        path[-1].children.append(node)
        path.append(node)
    return root


def matches(pattern):
    return lambda n: re.search(pattern, n.head) is not None


def binary(spelling, left="", right="", result=""):
    """A binary operator whose operands and result have types that match."""
    def test(n):
        return (re.match(rf"binary {re.escape(spelling)} : ", n.head) is not None and re.search(result, n.type)
                and re.search(left, n.children[0].type) and re.search(right, n.children[1].type))
    return test


def assign(operator, first):
    """`first` matches the child after the name: an index, a slice, a field, or the value."""
    return lambda n: re.match(rf"assign \S+ {operator}$", n.head) is not None and re.search(first, n.children[0].head) is not None


def places(n):
    return [c for c in n.children if c.head in ("index", "slice")]


def subscripted(kinds):
    return lambda n: n.head.startswith("index : ") and [c.head for c in places(n)] == kinds


def clauses(n):
    return [c for c in n.children if c.head.startswith("for ")]


def dependent(n):
    """A clause whose range uses the variable of an earlier one."""
    names = [c.head.split()[1] for c in clauses(n)]
    return n.head.startswith("reduction") and any(
        m.head.startswith(f"name {name} ") for k, name in enumerate(names) for c in clauses(n)[k + 1:] for m in c.all())


def leaves_early(n):
    return n.head == "return" and n.parent.head in ("then", "else", "do")


def user_call(n):
    called = re.match(r"call (\S+)", n.head)
    root = n
    while root.parent:
        root = root.parent
    return called and [c for c in root.children if re.match(rf"(circuit|gate) {re.escape(called[1])}( recursive)?$", c.head)]


def calls(kind):
    return lambda n: bool(user_call(n)) and re.match(kind, user_call(n)[0].head) is not None


def stacks(n):
    return n.head.startswith("comprehension") and n.children[-1].type.count("[") > 0


ARRAY, VECTOR, MATRIX = r"\[", r"\[[^,\]]*\]$", r"\[[^,\]]*,[^,\]]*\]$"

# What it is called; the kinds of nodes of the compiler that it stands for; how a node is recognised.
CONSTRUCTS = [
    ("`let`", "Let", matches(r"^let ")),
    ("`var`", "Let", matches(r"^var ")),
    ("`let (a, b) = ...`", "Let", matches(r"^let \S+: \S+(, \S+)* \S+: ")),
    ("`v = ...`", "Assign", assign("=", " : ")),
    *[(f"`v {o}= ...`", "Assign", assign(re.escape(o) + "=", " : ")) for o in "+-*/"],
    ("`v[i] = ...`", "Assign", assign("=", "^index$")),
    *[(f"`v[i] {o}= ...`", "Assign", assign(re.escape(o) + "=", "^index$")) for o in "+-*/"],
    ("`v[a..b] = ...`", "Assign", assign("=", "^slice$")),
    *[(f"`v[a..b] {o}= ...`", "Assign", assign(re.escape(o) + "=", "^slice$")) for o in "+-*/"],
    ("`v.field = ...`", "Assign", assign(".?=", r"^field \w+$")),
    ("`if` statement", "If", lambda n: n.head == "if" and n.last == "then"),
    ("`if` statement with `else`", "If", lambda n: n.head == "if" and n.last == "else"),
    ("`for`", "For", lambda n: n.head.startswith("for ") and n.last == "do"),
    ("`for` with a step", "For", lambda n: n.head.startswith("for ") and n.last == "do" and len(n.children) == 4),
    ("`@checkpoint` on `for`", "For", matches("^@checkpoint for")),
    ("`while`", "While", matches("^while$")),
    ("`@checkpoint` on `while`", "While", matches("^@checkpoint while")),
    ("`break`", "Break", matches("^break$")),
    ("`continue`", "Continue", matches("^continue$")),
    ("`return`", "Return", matches("^return$")),
    ("`return` from within", "Return", leaves_early),
    ("`assert`", "Assert", matches("^assert ")),
    ("`print`", "Print", matches("^print$")),
    ("number", "Number", matches("^number ")),
    ("`true`, `false`", "Bool", matches("^(true|false)( |$)")),
    ("name", "Name", matches("^name ")),
    ("`-x`", "Unary Negate", matches("^unary - : ")),
    ("`!a`", "Unary Not", matches("^unary !")),
    *[(f"`x {o} y`", f"Binary {kind}", binary(o, result="f(64|32)$"))
      for o, kind in (("+", "Add"), ("-", "Subtract"), ("*", "Multiply"), ("/", "Divide"))],
    *[(f"`x {o} y` of arrays", f"Binary {kind}", binary(o, ARRAY, ARRAY))
      for o, kind in (("+", "Add"), ("-", "Subtract"), ("*", "Multiply"), ("/", "Divide"))],
    *[(f"`x {o} y` of an array and a number", f"Binary {kind}", lambda n, o=o: binary(o, ARRAY, "f64$")(n) or binary(o, "f64$", ARRAY)(n))
      for o, kind in (("+", "Add"), ("-", "Subtract"), ("*", "Multiply"), ("/", "Divide"))],
    ("`x + y`, `x - y`, `s * x` of structs", "Binary", lambda n: re.match(r"binary [-+*] : [A-Z]", n.head) is not None),
    ("`x % y`", "Binary Remainder", binary("%", result="f64$")),
    ("`i % j` of integers", "Binary Remainder", binary("%", result="i64$")),
    ("`x ^ y`", "Binary Power", binary("^", right="f64$")),
    ("`x ^ k`, k an integer", "Binary Power", binary("^", right="i64$")),
    ("`A @ B`", "Binary MatMul", binary("@", MATRIX, MATRIX)),
    ("`A @ x`", "Binary MatMul", binary("@", MATRIX, VECTOR)),
    ("`x @ A`", "Binary MatMul", binary("@", VECTOR, MATRIX)),
    ("`x @ y`", "Binary MatMul", binary("@", VECTOR, VECTOR)),
    *[(f"`x {o} y`", f"Binary {kind}", binary(o))
      for o, kind in (("==", "Equal"), ("!=", "NotEqual"), ("<", "Less"), ("<=", "LessEqual"), (">", "Greater"),
                      (">=", "GreaterEqual"), ("&&", "And"), ("||", "Or"))],
    ("call of a circuit", "Call", calls("circuit")),
    ("call of a recursive circuit", "Call", calls(".* recursive")),
    ("call of a user's gate", "Call", calls("gate")),
    ("named argument", "Call", lambda n: bool(user_call(n)) and any(re.match(r"\S+ =$", c.head) for c in n.children)),
    ("`x[i]`", "Index", subscripted(["index"])),
    ("`x[i, j]`", "Index", subscripted(["index", "index"])),
    ("`x[k[i]]`", "Index", lambda n: n.head.startswith("index : ") and any(
        m is not n and m.head.startswith("index : i64") for c in places(n) for m in c.all())),
    ("`x[a..b]`", "Index", subscripted(["slice"])),
    ("row `x[i]` of a matrix", "Index", lambda n: subscripted(["index"])(n) and "[" in n.type),
    ("column `x[:, j]`", "Index", subscripted(["slice", "index"])),
    ("`s.field`", "Field", matches(r"^field \S+ : ")),
    ("`if` expression", "If", matches("^if : ")),
    ("block expression", "Block", matches("^block : ")),
    ("array literal", "Array", matches("^array : ")),
    ("struct value", "Struct", matches(r"^struct \S+ : ")),
    ("several results", "Tuple", matches("^tuple : ")),
    ("comprehension", "Comprehension", matches("^comprehension : ")),
    ("comprehension of two clauses", "Comprehension", lambda n: n.head.startswith("comprehension") and len(clauses(n)) == 2),
    ("comprehension of arrays", "Comprehension", stacks),
    ("conversion of integers to reals", "Convert", matches("^convert : ")),
    ("struct parameter", "", lambda n: n.parent is not None and re.match(r"parameter [^:]*\.", n.head) is not None),
    ("`const` parameter", "", matches("^const parameter ")),
    ("default of a parameter", "", lambda n: n.head.startswith("parameter ") and n.children != []),
    ("`f32`", "", matches(r"^parameter \S+: f32")),
]
REDUCTIONS = ("sum", "prod", "max", "min", "mean", "logsumexp")
CONSTRUCTS += [row for r in REDUCTIONS for row in (
    (f"`{r}` with clauses", "Reduction", matches(rf"^reduction {r} : ")),
    (f"`{r}` with a filter", "Reduction", lambda n, r=r: n.head.startswith(f"reduction {r} : ") and any(c.head == "filter" for c in n.children)),
    (f"`{r}` with a dependent range", "Reduction", lambda n, r=r: n.head.startswith(f"reduction {r} : ") and dependent(n)))]
DERIVATIVES = ("grad", "value_and_grad", "jvp", "vjp", "jacobian", "hessian", "hvp")
CONSTRUCTS += [(f"`{d}(...)`", "Derivative", matches(rf"^{d} \w.* : ")) for d in DERIVATIVES]
# A statement that is an expression is an error in every program.
NOT_IN_PROGRAMS = {"Expression"}


def source(path):
    return (ROOT / path).read_text()


def enumerators(text, name):
    return re.findall(r"\w+", re.search(rf"enum class {name} {{(.*?)}}", text, re.S)[1])


def builtins():
    """The names of built-in functions that are no gates, and of reductions."""
    text = source("compiler/sema/Builtins.cpp")
    listed = re.findall(r"{([^{}]*)}\)\s*t\[name\]", text) + re.findall(r'((?:t\["\w+"\] = )+)', text)
    listed += re.findall(r"names = {([^}]*)};\s*return names.count", text)
    names = {n for part in listed for n in re.findall(r'"(\w+)"', part)}
    report(len(names) > 35, f"only {len(names)} built-in functions found: {sorted(names)}")
    return sorted(names)


def check_kinds_are_covered():
    kinds = enumerators(source("compiler/ast/Stmt.h"), "StmtKind") + enumerators(source("compiler/ast/Expr.h"), "ExprKind")
    covered = {k for _, kind, _ in CONSTRUCTS for k in kind.split()[:1]}
    for kind in kinds:
        report(kind in covered or kind in NOT_IN_PROGRAMS, f"{__file__}: nothing stands for the kind {kind} of syntax")
    for operator in ("BinaryOp", "UnaryOp"):
        for kind in enumerators(source("compiler/ast/Expr.h"), operator):
            report(any(row[1] == f"{operator[:-2]} {kind}" for row in CONSTRUCTS), f"{__file__}: nothing stands for the operator {kind}")


def proving_cases():
    """(test, case, tree, number of nodes) of all construct cases."""
    found = []
    for part, cases in parts():
        for case in cases:
            done = subprocess.run(["circ", "emit", str(Program(case.text).path), "--stage", "typed-ast"], capture_output=True, text=True)
            report(done.returncode == 0, f"{case.name}: {done.stderr}")
            root = tree(done.stdout)
            found.append((part, case.name, list(root.all())))
    return sorted(found, key=lambda c: len(c[2]))


def construct_rows():
    cases = proving_cases()
    rows = list(CONSTRUCTS)
    for name in builtins():
        rows.append((f"`{name}(...)`", "", matches(rf"^(call|reduction) {name} : ")))
    for construct, _, recognised in rows:
        proofs = [(test, case) for test, case, nodes in cases if any(recognised(n) for n in nodes)]
        report(proofs != [], f"no case proves: {construct}")
        if proofs:
            yield construct, proofs


def text():
    out = [HEAD]
    for name in gates.table(gates.build_folder()):
        if name in gates.NOT_IN_LANGUAGE:
            out.append(f"| `{name}` | {gates.NOT_IN_LANGUAGE[name]} |" + " (no) |" * len(MODES))
            continue
        points = len(gates.CASES[name].points)
        out.append(f"| `{name}` | {points} points |" + " gates |" * len(MODES))
    out.append(MIDDLE)
    for construct, proofs in construct_rows():
        test, case = proofs[0]
        shown = construct.replace("|", "\\|")
        out.append(f"| {shown} | {case} |" + f" {test} |" * len(MODES))
    return "\n".join(out) + "\n"


HEADING = "".join(f" {m} |" for m in MODES) + "\n| --- | --- |" + " --- |" * len(MODES)
HEAD = f"""# Which test proves what

Every gate and every construct of the language, with its value and with every kind of derivative. This page is made
from the tests of `test/numeric` and checked by one of them (`proofs.test`), which fails when a gate or construct has no proof in
some mode. To write it anew:

```sh
python3 test/numeric/check_gradients.py proofs --out docs/proofs.md
```

`vjp` stands for reverse mode (`grad`), `nested grad` for the derivative of a program that calls `grad`: reverse over reverse. `hvp` and `hessian`
are forward over reverse.

## Gates

`gates.test` compares each gate with numbers of 100 digits and more: value, jvp and vjp at that many points within the bounds
of the gate table ([accuracy](accuracy.md) has 10,000 points a gate), the others at {gates.MODERATE} points within 1e-11 of the terms that add
up. The derivatives of gates that are constant between jumps (`floor`, `sign`, ...) are compared with zero.

| gate | at |{HEADING}"""
MIDDLE = f"""
## Constructs

The cells name the test: `control` is `constructs-control.test`, with the cases in `constructs_control.py`. Beside the construct stands
the smallest case that holds it. Of each case the value, Jacobian by forward and by reverse mode and gradient are compared with a Python function of 120 digits and its differences, forward with reverse mode, and Hessian, sparse
Hessian, Hessian-vector product and nested grad with second differences (`test/numeric/constructs.py`).

| construct | case |{HEADING}"""


def run(verbose=False, only=(), out=None):
    check_kinds_are_covered()
    made = text()
    if out:
        pathlib.Path(out).write_text(made)
    report(DOCUMENT.exists() and DOCUMENT.read_text() == made,
           "docs/proofs.md is out of date: check_gradients.py proofs --out docs/proofs.md writes it")
