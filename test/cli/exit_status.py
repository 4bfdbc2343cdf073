"""Exit statuses and messages of the command line."""
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(tempfile.mkdtemp())
FILE = FOLDER / "f.circ"
FILE.write_text(
    "circuit f(x, y) = x * y\n"
    "circuit g(w: f64[n], i: i64) = w[i]\n"
    "circuit h(a: f64[n], b: f64[n]) = sum(a[i] * b[i] for i)\n"
)
EMPTY = FOLDER / "empty.circ"
EMPTY.write_text("const two = 2\n")
ZERO = FOLDER / "zero.circ"
ZERO.write_text("circuit f(x, y) = x * stop(y)\n")
BAD = FOLDER / "bad.circ"
BAD.write_text("circuit f(x) = x +\n")

CASES = [
    (["run", f"{FILE}:f", "x=1", "y=2"], 0, "f = 2"),
    (["grad", f"{FILE}:f", "x=1", "y=2", "--wrt", "y"], 0, "df/dy = 1"),
    (["check", str(FILE)], 0, ""),
    (["check", str(BAD)], 1, "bad.circ:2:1: error: "),
    (["check", str(FOLDER / "none.circ")], 1, "cannot read"),
    (["run", f"{FILE}:f", "x=1"], 1, "missing argument `y`"),
    (["run", f"{FILE}:f", "x=1", "y=a"], 1, "`a` is not a number"),
    (["run", f"{FILE}:f", "x=1", "y=2", "q=3"], 1, "no parameter `q`"),
    (["run", f"{FILE}:nope", "x=1"], 1, "no circuit 'nope'"),
    (["run", str(EMPTY)], 1, "empty.circ:1:1: error: the file has no circuit"),
    (["check", str(EMPTY)], 0, ""),
    (["grad", f"{ZERO}:f", "x=2", "y=3"], 0, "zero.circ:1:14: warning: the result of 'f' does not depend on 'y': its gradient is zero"),
    (["grad", f"{ZERO}:f", "x=2", "y=3"], 0, "df/dy = 0\n"),
    (["grad", f"{FILE}:g", "w=[1,2]", "i=0", "--wrt", "i"], 1, "'i'"),
    (["run", f"{FILE}:h", "a=[1,2]", "b=[1,2,3]"], 1, "'b' has shape [3]"),
    (["run", f"{FILE}:g", "w=[1,2]", "i=2"], 3, "f.circ:2:34: index 2 is out of bounds for dimension 0 of size 2 of 'w'"),
    (["run"], 2, ""),
    ([], 2, "Usage: circ"),
    (["nonsense"], 2, "there is no command 'nonsense'; there are run, grad, "),
    (["biuld", str(FILE)], 2, "there is no command 'biuld'; did you mean 'build'?"),
    (["run", str(FILE), "--nonsense"], 2, ""),
    (["run", str(FILE), "-O", "9"], 2, ""),
    (["view", str(FILE)], 1, "not supported yet"),
    (["build", str(FILE), "-o", str(FOLDER / "f.wasm")], 1, "not supported yet"),
    (["build", str(FILE), "-o", str(FOLDER / "f.xyz")], 1, ".so"),
    (["build", str(FILE), "-o", str(FOLDER / "libf.so"), "--cpu", "nonsense"], 1, "nonsense"),
    (["--help"], 0, "circ grad f.circ"),
    (["grad", "--help"], 0, "--wrt"),
    (["--version"], 0, "circ 0."),
]

failed = 0
for arguments, status, text in CASES:
    done = subprocess.run(["circ", *arguments], capture_output=True, text=True, timeout=60)
    output = done.stdout + done.stderr
    if done.returncode != status or text not in output:
        failed += 1
        print(f"FAILED: circ {' '.join(arguments)}: status {done.returncode}, wanted {status} with {text!r}\n{output}")
sys.exit(1 if failed else 0)
