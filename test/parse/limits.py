"""Programs beyond every limit: each is answered quickly, by a message or by a
right compilation, never by a crash.

usage: limits.py SECONDS      that each may take at most
"""
import pathlib
import subprocess
import sys
import tempfile
import time

SECONDS = int(sys.argv[1])
folder = pathlib.Path(tempfile.mkdtemp())
failed = 0


def expect(name, program, text, status=1):
    """`circ check` must end with the status and say the text."""
    global failed
    path = folder / f"{name}.circ"
    path.write_bytes(program if isinstance(program, bytes) else program.encode())
    start = time.monotonic()
    try:
        done = subprocess.run(["circ", "check", path.name], cwd=folder, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        failed += 1
        print(f"FAILED: {name}: more than {SECONDS} seconds")
        return
    printed = (done.stdout + done.stderr).decode("utf-8", "replace")
    located = status == 0 or any(line.startswith(f"{path.name}:") and ": error: " in line
                                 for line in printed.splitlines())
    if done.returncode != status or text not in printed or not located:
        failed += 1
        print(f"FAILED: {name}: status {done.returncode}, wanted {status} and {text!r}, printed\n{printed[:2000]}")
    elif len(printed) > 500_000:
        failed += 1
        print(f"FAILED: {name}: {len(printed)} bytes of messages")
    print(f"{name}: {time.monotonic() - start:.2f} s")


def body(statement):
    return f"circuit f(x, v: f64[n]) {{\n{statement}\n}}\n"


many = 100_000
expect("parentheses", body("return " + "(" * 10_000 + "x" + ")" * 10_000), "nested more than")
expect("brackets", body("let a = " + "[" * 10_000 + "x" + "]" * 10_000), "nested more than")
expect("braces", body("return " + "{" * 10_000 + "x" + "}" * 10_000), "nested more than")
expect("calls", body("return " + "exp(" * 10_000 + "x" + ")" * 10_000), "nested more than")
expect("subscripts", body("return " + "v[" * 10_000 + "0" + "]" * 10_000), "nested more than")
expect("ifs", body("if x > 0 {\n" * 10_000 + "return x\n" + "}\n" * 10_000), "nested more than")
expect("loops", body("for i in 0..2 {\n" * 10_000 + "}\n" * 10_000), "nested more than")
expect("only-openers", "(" * many, "nested more than")
expect("only-closers", ")" * many, "closes nothing")
expect("unbalanced", body("return (((x]"), "expected ')'")
expect("unclosed", "circuit f(x) {\n" * 100, "is never closed")
expect("sum-chain", body("return " + " + ".join(["x"] * many)), "operations in a chain")
expect("bracketed-chain", body("return " + " + ".join(["(x)"] * many)), "operations in a chain")
expect("power-chain", body("return " + " ^ ".join(["x"] * many)), "operations in a chain")
expect("minus-chain", body("return " + "-" * many + "x"), "operations in a chain")
expect("not-chain", body("return " + "!" * many + "true"), "operations in a chain")
expect("if-chain", body("return " + "if " * many + "x"), "operations in a chain")
expect("else-if-chain", body("if x > 0 { return x }" + " else if x > 1 { return x }" * many), "operations in a chain")
expect("call-chain", body("return x" + "(x)" * many), "operations in a chain")
expect("index-chain", body("return v" + "[0]" * many), "operations in a chain")
expect("field-chain", body("return x" + ".y" * many), "operations in a chain")
expect("annotation-chain", body("@checkpoint\n" * many + "for i in 0..2 { }\nreturn x"), "operations in a chain")
expect("nested-chains", body("return " + ("(" * 190) + "x" + (" + x" * 3000 + ")") * 190), "operations in a chain")
expect("five-megabytes", "// " + "x" * 5_000_001, "the limit is")
expect("almost-five-megabytes", body("return x\n" + "// comment\n" * 400_000), "the parameter 'v' is not used", 0)
expect("zeros", b"\0" * 1000, "not text")
expect("random-bytes", bytes((i * 7919 + i // 3) % 256 for i in range(5000)), "not text")
expect("control-bytes", bytes(range(1, 32)) * 100, "unexpected character 0x1")
expect("not-utf8", b"circuit f(x) = x // \xff\xfe", "not UTF-8")
expect("cut-utf8", "circuit f(x) = x // é".encode()[:-1], "not UTF-8")
expect("huge-integer", body("return " + "9" * many), "does not fit in 64 bits")
expect("huge-real", body("return " + "9" * many + ".0"), "out of the range")
expect("huge-exponent", body("return 1e" + "9" * many), "out of the range")
expect("tiny-real", body("return x * 1e-" + "9" * 1000), "the parameter 'v' is not used", 0)
expect("huge-name", body("return " + "a" * many), "unknown name")
expect("huge-string", body('assert x > 0, "' + "a" * many + '"\nreturn x'), "the parameter 'v' is not used", 0)
expect("huge-array", body("return sum([" + ", ".join(["1.0"] * 50_000) + "]) + x"), "the parameter 'v' is not used", 0)
expect("dimension-literal", "circuit f(x: f64[99999999999999999999]) = sum(x)", "does not fit in 64 bits")
expect("dimension-product", "circuit f(k: i64, x: f64[n], y: f64[" + " * ".join(["n"] * 3000) + "]) = sum(x) + sum(y)",
       "integer expression of names")
expect("dimension-power", "circuit f(x: f64[n], y: f64[" + " * ".join(["(n + 1)"] * 60) + "]) = sum(x) + sum(y)",
       "integer expression of names")
expect("dimension-overflow", "circuit f(x: f64[n], y: f64[n * 9223372036854775807 * 4]) = sum(x) + sum(y)",
       "integer expression of names")
expect("many-dimensions", "circuit f(x: f64[" + ", ".join(f"n{i}" for i in range(5000)) + "]) = 1.0", "is not used", 0)
expect("many-parameters", "circuit f(" + ", ".join(f"p{i}" for i in range(20_000)) + ") = p0", "is not used", 0)
expect("many-errors", "circuit f(x) {\n" + "".join(f"  let a{i} = unknown{i}\n" for i in range(20_000)) + "  return x\n}\n",
       "unknown name 'unknown")
expect("many-syntax-errors", "circuit f(x) {\n" + "  let = 3\n" * 20_000 + "  return x\n}\n", "expected '(' or a name")
expect("many-circuits", "".join(f"circuit f{i}(x) = x + {i}\n" for i in range(5_000)), "", 0)
expect("call-cycle", "".join(f"circuit f{i}(x) = f{(i + 1) % 3000}(x)\n" for i in range(3_000)), "must state its result type")
expect("constant-cycle", "const a = b\nconst b = a\ncircuit f(x) = x + a", "is defined by itself")
expect("recursive-type", "struct Node { value: f64, next: Node }\ncircuit f(x) = x", "contains itself")
expect("struct-chain", "".join(f"struct S{i} {{ a: S{i + 1}, b: S{i + 1} }}\n" for i in range(60)) +
       "struct S60 { a: f64 }\ncircuit f(s: S0) = 1.0", "the limit is 1000")
sys.exit(1 if failed else 0)
