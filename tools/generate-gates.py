#!/usr/bin/env python3
"""Writes what follows from the gate table: C++ for the compiler, names and values for
its front end, Markdown for
the reference. Input is `llvm-tblgen --dump-json` of CircOps.td.

usage: generate-gates.py cpp|markdown|names DUMP.json OUT
"""
import json
import re
import sys

COMPARISONS = {"lt": "OLT", "le": "OLE", "gt": "OGT", "ge": "OGE", "eq": "OEQ", "ne": "UNE",
               "unordered": "UNO"}
OPERANDS = ["x", "y", "z"]


class Parser:
    """Parses `name(a, b)`, numbers and names into nested tuples."""

    def __init__(self, text):
        self.tokens = re.findall(r"[A-Za-z_]\w*|-?\d+\.?\d*(?:e-?\d+)?|[(),]", text)
        self.position = 0

    def next(self):
        self.position += 1
        return self.tokens[self.position - 1]

    def expression(self):
        token = self.next()
        if self.position < len(self.tokens) and self.tokens[self.position] == "(":
            self.next()
            arguments = [self.expression()]
            while self.next() == ",":
                arguments.append(self.expression())
            return (token, *arguments)
        return token


def cpp(node, gates):
    """The C++ expression that builds a node; `e` is a GateExpressionBuilder."""
    if isinstance(node, str):
        if node in OPERANDS:
            return f"e.operand({OPERANDS.index(node)})"
        if node == "r":
            return "e.result()"
        if node == "g":
            return "g"
        if node == "inf":
            return "e.constant(std::numeric_limits<double>::infinity())"
        if node == "nan":
            return "e.constant(std::numeric_limits<double>::quiet_NaN())"
        return f"e.constant({float(node)!r})"
    name, *arguments = node
    built = ", ".join(cpp(a, gates) for a in arguments)
    if name in COMPARISONS:
        return f"e.compare(mlir::arith::CmpFPredicate::{COMPARISONS[name]}, {built})"
    if name == "and":
        return f"e.conjunction({built})"
    if name == "or":
        return f"e.disjunction({built})"
    if name == "select":
        return f"e.select({built})"
    if name not in gates:
        sys.exit(f"generate-gates: unknown gate '{name}' in an expression")
    return f"e.gate<{gates[name]['cppClass']}>({built})"


def substituted(node, parts):
    """A node with the names of parts replaced by what they stand for."""
    if isinstance(node, str):
        return parts.get(node, node)
    return (node[0], *(substituted(n, parts) for n in node[1:]))


def adjoint(text, gate):
    """The parsed adjoint expression of a gate."""
    parts = {}
    for part in gate["parts"]:
        name, expression = part.split(" = ")
        parts[name] = substituted(Parser(expression).expression(), parts)
    return substituted(Parser(text).expression(), parts)


def load(path):
    dump = json.load(open(path))
    gates = {}
    for name in dump["!instanceof"]["Gate"]:
        record = dump[name]
        record["cppClass"] = name.removeprefix("Circ_")
        record["arity"] = len(record["arguments"]["args"])
        gates[record["opName"]] = record
    return gates


def quoted(text):
    return json.dumps(text)


def write_cpp(gates, out):
    out.write("// Generated from the gate table; do not edit.\n\n#ifdef GATE_DEFINITIONS\n\n")
    for name, gate in gates.items():
        cls = gate["cppClass"]
        if gate.get("handWritten"):
            continue
        out.write(f"mlir::Value {cls}::buildOperandAdjoint(mlir::OpBuilder &builder, mlir::Location loc, "
                  "unsigned operand, mlir::Value g, GatePrimals primals) {\n")
        out.write("  [[maybe_unused]] GateExpressionBuilder e{builder, loc, getType(), primals};\n  switch (operand) {\n")
        for position, text in enumerate(gate["adjoints"]):
            if not text:
                out.write(f"  case {position}: return nullptr;\n")
                continue
            out.write(f"  case {position}: return {cpp(adjoint(text, gate), gates)};\n")
        out.write("  }\n  return nullptr;\n}\n\n")
        arguments = [f"double {OPERANDS[i]}" for i in range(gate["arity"])]
        out.write(f"mlir::OpFoldResult {cls}::fold(FoldAdaptor adaptor) {{\n")
        if name in ("add", "sub", "mul", "div", "neg", "scaled", "divided"):
            out.write(f"  if (auto simple = foldArithmetic(*this, adaptor.getOperands()))\n    return simple;\n")
        out.write(f"  return foldGate(adaptor.getOperands(), getType(), [](llvm::ArrayRef<double> values) -> double {{\n")
        for i in range(gate["arity"]):
            out.write(f"    double {OPERANDS[i]} = values[{i}];\n")
        out.write(f"    return {gate['evaluate']};\n  }});\n}}\n\n")
    out.write("#endif // GATE_DEFINITIONS\n\n#ifdef GATE_EXPANSIONS\n\n")
    for name, gate in gates.items():
        if gate["expansion"]:
            built = cpp(Parser(gate["expansion"]).expression(), gates)
            out.write(f"if (mlir::isa<{gate['cppClass']}>(op)) return {built};\n")
    out.write("\n#endif // GATE_EXPANSIONS\n\n#ifdef GATE_TABLE\n\n")
    for name, gate in gates.items():
        zero_partials = sum(1 << i for i, text in enumerate(gate["adjoints"]) if text == "")
        out.write(f"{{{quoted(name)}, {gate['arity']}, {quoted(gate['summary'])}, {quoted(gate['symbol'])}, "
                  f"{quoted(gate['kink'])}, {gate['cost']}, {gate['valueUlps']}, {gate['derivativeUlps']}, "
                  f"{zero_partials}}},\n")
    out.write("\n#endif // GATE_TABLE\n\n#ifdef GATE_FACTORY\n\n")
    for name, gate in gates.items():
        if not gate.get("handWritten"):
            operands = ", ".join(f"operands[{i}]" for i in range(gate["arity"]))
            out.write(f"if (name == {quoted(name)}) return builder.create<{gate['cppClass']}>(loc, {operands});\n")
    out.write("\n#endif // GATE_FACTORY\n")


def write_markdown(gates, out):
    out.write("# Gates\n\nGenerated from the gate table. `g` is the adjoint of the result, `r` the result.\n\n")
    out.write("| gate | meaning | adjoints of x, y, z | where the derivative is not unique | cost |\n")
    out.write("| --- | --- | --- | --- | --- |\n")
    for name, gate in gates.items():
        adjoints = ", ".join(f"`{a}`" if a else "0" for a in gate["adjoints"])
        if gate["parts"]:
            adjoints += " where " + ", ".join(f"`{p}`" for p in gate["parts"])
        kink = gate["kink"].replace("|", "\\|")
        summary = gate["summary"].replace("|", "\\|")
        out.write(f"| `{name}` | {summary} | {adjoints} | {kink} | {gate['cost']} |\n")


def write_names(gates, out):
    out.write("// Generated from the gate table; do not edit.\n\n#ifdef GATE\n")
    for name, gate in gates.items():
        out.write(f'GATE("{name}", {gate["arity"]})\n')
    out.write("#endif\n\n#ifdef GATE_VALUE\n")
    for name, gate in gates.items():
        if gate["evaluate"]:
            out.write(f'GATE_VALUE("{name}", {gate["arity"]}, {gate["evaluate"]})\n')
    out.write("#endif\n")


def main():
    kind, dump, target = sys.argv[1:]
    gates = load(dump)
    with open(target, "w") as out:
        {"cpp": write_cpp, "markdown": write_markdown, "names": write_names}[kind](gates, out)


main()
