"""Every form of argument and of stored result, right and wrong."""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

folder = pathlib.Path(tempfile.mkdtemp())
(folder / "f.circ").write_text(
    "circuit f(w: f64[n, d], b: f64[d], k: i64, s: f32, flag: bool, rate = 0.5) -> (sum: f64, rows: f64[n]) {\n"
    "  let rows = [sum(w[i, j] * b[j] for j) for i in 0..n]\n"
    "  let scale = if flag { rate } else { 0.0 }\n"
    "  return sum(rows) * k + scale * f64(s), rows\n"
    "}\n"
    "circuit g(x: f64[n]) = sum(x[i]^3 for i)\n"
    "circuit h(x: i64[n], y: f64[m]) = sum(x) * sum(y)\n")
w = np.array([[1.0, 2.0], [3.0, 4.5]])
b = np.array([0.5, -1.0])
np.save(folder / "w.npy", w)
np.save(folder / "w_fortran.npy", np.asfortranarray(w))
np.save(folder / "w32.npy", w.astype("f4"))
np.save(folder / "big_endian.npy", w.astype(">f8"))
np.save(folder / "i4.npy", np.array([1, 2, 3], dtype="i4"))
np.save(folder / "complex.npy", w + 1j)
np.savez(folder / "all.npz", w=w, b=b)
(folder / "cut.npy").write_bytes((folder / "w.npy").read_bytes()[:-5])
(folder / "b.json").write_text("[0.5, -1.0]")
(folder / "w.csv").write_text("first,second\n1,2\n3,4.5\n")
(folder / "word.csv").write_text("first,second\n" + "1,2\n" * 15 + "1,two\n")
(folder / "ragged.csv").write_text("1,2\n3\n")
(folder / "all.json").write_text(json.dumps(
    {"w": w.tolist(), "b": b.tolist(), "k": 2, "s": 1.5, "flag": True}))

failed = 0


def circ(*arguments):
    return subprocess.run(["circ", *arguments], cwd=folder, capture_output=True, text=True, timeout=60)


def expect(status, text, *arguments):
    global failed
    done = circ(*arguments)
    if done.returncode != status or text not in done.stdout + done.stderr:
        failed += 1
        print(f"FAILED: circ {' '.join(arguments)}\n  status {done.returncode}, wanted {status} and {text!r}\n"
              f"{done.stdout}{done.stderr}")


rest = ["b=[0.5,-1]", "k=2", "s=1.5", "flag=true"]
total = 2 * (w @ b).sum() + 0.5 * 1.5
line = f"sum = {total:g}\nrows = [-1.5, -3]\n"
for source in ["[[1,2],[3,4.5]]", "@w.npy", "@w_fortran.npy", "@w32.npy", "@big_endian.npy", "@all.npz:w", "@w.csv"]:
    expect(0, line, "run", "f.circ:f", f"w={source}", *rest)
expect(0, line, "run", "f.circ:f", "w=@w.npy", "b=@b.json", *rest[1:])
expect(0, line, "run", "f.circ:f", "--args", "all.json")
expect(0, f"sum = {total * 1:g}", "run", "f.circ:f", "--args", "all.npz", *rest[1:])
expect(0, f"sum = {total + 1.5 * 0.5:g}", "run", "f.circ:f", "--args", "all.json", "rate=1")
expect(0, "h = 60", "run", "f.circ:h", "x=@i4.npy", "y=[4,6]")
expect(0, "g = 0\ndg/dx = []\n", "grad", "f.circ:g", "x=[]")
expect(0, '{"circuit": "f", "value": {"sum": ', "run", "f.circ:f", "--args", "all.json", "--json")
expect(0, '"gradient": {"x": ["inf", 0]}', "grad", "f.circ:g", "x=[1e200,0]", "--json")

expect(1, "cut.npy", "run", "f.circ:f", "w=@cut.npy", *rest)
expect(1, "complex.npy", "run", "f.circ:f", "w=@complex.npy", *rest)
expect(1, "none.npy", "run", "f.circ:f", "w=@none.npy", *rest)
expect(1, "two", "run", "f.circ:f", "w=@word.csv", *rest)
expect(1, "17", "run", "f.circ:f", "w=@word.csv", *rest)
expect(1, "ragged.csv", "run", "f.circ:f", "w=@ragged.csv", *rest)
expect(1, "all.npz", "run", "f.circ:f", "w=@all.npz:none", *rest)
expect(1, "f64[n, d]", "run", "f.circ:f", "w=[1,2]", *rest)
expect(1, "`k`", "run", "f.circ:f", "w=@w.npy", "b=[1,2]", "k=1.5", "s=1", "flag=true")
expect(1, "'b' has shape [3]", "run", "f.circ:f", "w=@w.npy", "b=[1,2,3]", "k=1", "s=1", "flag=true")
expect(1, "`x`", "run", "f.circ:h", "x=[1.5]", "y=[1]")
expect(1, "given", "run", "f.circ:g", "x=[1]", "x=[2]")

# Results in files are whole or absent.
expect(0, "", "grad", "f.circ:g", "x=[1,2]", "-o", "out.npz")
stored = np.load(folder / "out.npz")
if stored["value"] != 9 or list(stored["d_x"]) != [3, 12]:
    failed += 1
    print("FAILED: out.npz holds", {k: stored[k] for k in stored})
expect(0, "", "grad", "f.circ:g", "x=[1,2]", "-o", "out.json")
if json.loads((folder / "out.json").read_text()) != {"value": 9, "d_x": [3, 12]}:
    failed += 1
    print("FAILED: out.json holds", (folder / "out.json").read_text())
expect(1, "out.txt", "run", "f.circ:g", "x=[1]", "-o", "out.txt")
expect(1, "nowhere", "run", "f.circ:g", "x=[1]", "-o", "nowhere/out.npz")
if list(folder.glob("*.tmp")) or (folder / "out.txt").exists():
    failed += 1
    print("FAILED: something half-written was left")
sys.exit(1 if failed else 0)
