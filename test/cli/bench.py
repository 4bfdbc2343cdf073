"""circ bench: times that make sense, operations counted exactly, and another library called as its header says."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE, FOLDER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
failed = 0


def circ(*words, status=0):
    done = subprocess.run(["circ", *map(str, words)], cwd=FOLDER, capture_output=True, text=True, timeout=120)
    check(done.returncode == status, f"status of {words}", done)
    return done


def check(right, what, done=None):
    global failed
    if not right:
        failed += 1
        print(f"FAILED: {what}", *([done.returncode, done.stdout, done.stderr] if done else []))


def bench(*words, seconds=0.02):
    return json.loads(circ("bench", *words, "--seconds", seconds, "--json").stdout)


(FOLDER / "b.circ").write_text("""struct Pair { a: f64, flags: bool[2] }
circuit poly(x: f64[n]) = sum(x[i] * x[i] + 3.0 for i)
circuit product(a: f64[n, n], const b: f64[n, n]) {
  let c = a @ b
  return c[0, 0]
}
circuit waves(x: f64[n]) = sum(sin(x[i]) for i)
circuit twice(x: f64[n]) -> (y: f64[n]) = [2.0 * x[i] for i in 0..n]
circuit mixed(pair: Pair, s: f32, k: i64, on: bool, w: f64[d], const data: f64[d]) {
  print(s)
  return if on { pair.a * f64(s) + k * sum(w[i] * data[i] for i) } else { 0.0 }
}
""")

# The operations that are written are those that are counted.
for size in (10, 37):
    x = f"x={list(range(size))}"
    found = bench("b.circ:poly", x)
    check(3 * size <= found["value"]["operations"] <= 3 * size + 1, f"operations of poly: {found}")
    found = bench("b.circ:waves", x)
    check(2 * size <= found["value"]["operations"] <= 2 * size + 1, f"operations of waves: {found}")
    check(found["gradient"]["operations"] >= 2 * size, f"operations of the gradient of waves: {found}")
matrix = [[1.0] * 7] * 7
found = bench("b.circ:product", f"a={matrix}", f"b={matrix}")
check(found["value"]["operations"] == 2 * 7**3, f"operations of a product: {found}")

# A program of forty times the work takes longer, by value and by gradient, and the figures belong together. The small one is
# large enough that the call itself, dear under sanitizers, is not most of it.
small, large = (bench("b.circ:waves", f"x={[0.5] * size}", seconds=0.1) for size in (500, 20000))
for program in ("value", "gradient"):
    ratio = large[program]["minimum"] / small[program]["minimum"]
    check(5 < ratio < 400, f"forty times the work: {ratio}")
    row = large[program]
    check(row["minimum"] <= row["median"] and row["calls"] > 10, f"minimum and median: {row}")
    check(abs(row["gflops"] * row["minimum"] * 1e9 / row["operations"] - 1) < 1e-9, f"GFLOP/s: {row}")
check(large["ratio"] == large["gradient"]["minimum"] / large["value"]["minimum"], "the ratio")
check(bench("b.circ:twice", f"x={[1] * 10000}")["value"]["memory"] >= 80000, "memory")

# The table.
table = circ("bench", SOURCE / "examples/tutorial/f.circ", "x=-2", "y=5", "z=-4", "--seconds", "0.02").stdout.splitlines()
check(len(table) == 4 and table[0].split() == ["f", "minimum", "median", "GFLOP/s", "memory"], f"the table: {table}")
check(re.fullmatch(r"value +[\d.]+ [mun]?s +[\d.]+ [mun]?s +[\d.]+ +\d+ B", table[1]) and re.fullmatch(r"ratio +[\d.]+ +[\d.]+", table[3]), f"rows: {table}")
check(set(bench("b.circ:twice", "x=[1,2]")) == {"circuit", "value"}, "a circuit without a gradient")

# Another library: the same one, one for another CPU, and one that computes something else.
MIXED = ["b.circ:mixed", 'pair={"a": 2, "flags": [true, false]}', "s=0.5", "k=3", "on=true", "w=[1,2,3]", "data=[4,5,6]"]
circ("build", "b.circ", "-o", "libb.so", "--cpu", "generic", "--strict")
for wrt in ([], ["--wrt", "w"], ["--wrt", "s,pair"]):
    found = bench(*MIXED, *wrt, "--compare", "libb.so")["compare"]
    check(found["value_difference"] < 1e-15 and found["gradient_difference"] < 1e-15 and found["gradient"]["minimum"] > 0, f"the same library: {found}")
circ("build", "b.circ", "-o", "libp.so", "--prefix", "p_")
check(bench("b.circ:poly", "x=[1,2]", "--compare", FOLDER / "libp.so", "--prefix", "p_")["compare"]["gradient_difference"] == 0, "a prefix")
(FOLDER / "w.circ").write_text("circuit poly(x: f64[n]) = sum(1.01 * x[i] * x[i] + 3.0 for i)\n")
circ("build", "w.circ", "-o", "libw.so")
found = bench("b.circ:poly", "x=[1,2]", "--compare", "libw.so")["compare"]
check(abs(found["gradient_difference"] - 0.01) < 1e-12 and 0.004 < found["value_difference"] < 0.005, f"a library that differs: {found}")
text = circ("bench", "b.circ:poly", "x=[1,2]", "--compare", "libw.so", "--seconds", "0.02").stdout
check(re.search(r"^libw.so$", text, re.M) and re.search(r"^gradient: [\d.]+ times the time of poly; results differ by 1.0e-02$", text, re.M), f"text: {text}")

# Errors.
for words, status, message in [
        (["b.circ:poly", "x=[1]", "--compare", "none.so"], 1, "`none.so`"), (["b.circ:waves", "x=[1]", "--compare", "libw.so"], 1, "there is no function 'waves'"),
        (["b.circ:poly"], 1, "missing argument `x`"), (["b.circ:twice", "x=[1]", "--wrt", "x"], 1, "needs one real scalar result"),
        (["b.circ:product", "a=[[1]]", "b=[[1]]", "--wrt", "b"], 1, "it is const"), (["b.circ:poly", "x=[1]", "--seconds", "-1"], 2, "--seconds")]:
    check(message in circ("bench", *words, status=status).stderr, f"{words}: {message}")

sys.exit(1 if failed else 0)
