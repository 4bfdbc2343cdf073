"""Output files appear whole or not at all, and what cannot be written is told.

The size of files is limited as a full disk limits it: a write ends in an error.
"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(tempfile.mkdtemp())
(FOLDER / "f.circ").write_text("circuit f(x, y) = x * y\n")
(FOLDER / "big.circ").write_text("circuit big(n: i64) -> f64[n] = [1.5 * i for i in 0..n]\n")
(FOLDER / "tables.circ").write_text("""
circuit same(a: f64[n, m]) -> f64[n, m] = a
circuit column(a: f64[n, m]) -> f64[n] = [a[i, 0] for i in 0..n]
circuit cube(a: f64[n, m]) -> f64[n, m, 2] = [a[i, j] for i in 0..n, j in 0..m, k in 0..2]
""")
failed = 0


def circ(*words, limit=None, stdout=subprocess.PIPE):
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return subprocess.run(["circ", *words], cwd=FOLDER, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=120,
                          preexec_fn=small if limit else None)


def expect(what, done, status, text):
    global failed
    if done.returncode != status or text not in done.stderr or "Stack dump" in done.stderr:
        failed += 1
        print(f"FAILED: {what}: status {done.returncode}, wanted {status} and {text!r}\n{done.stderr}")


def files():
    return {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}


RUN = ["run", "big.circ", "n=10000", "-o"]
GRAD = ["grad", "f.circ", "x=2", "y=3", "-o"]
BUILD = ["build", "f.circ", "-o"]
EMIT = ["emit", "f.circ", "--stage", "llvm", "-o"]

# The old files survive a disk that is full, and no others are left.
for words, name in [(RUN, "a.npz"), (RUN, "a.npy"), (RUN, "a.csv"), (RUN, "a.json"), (BUILD, "liba.so"), (BUILD, "liba.a"), (BUILD, "a.o"),
                    (BUILD, "a.ll"), (BUILD, "a.s"), (EMIT, "a.mlir")]:
    for old in [False, True]:
        header = pathlib.Path(name).with_suffix(".h").name
        for file in [name, header]:
            (FOLDER / file).unlink(missing_ok=True)
            if old:
                (FOLDER / file).write_text("old\n")
        before = files()
        done = circ(*words, name, limit=600)
        expect(f"{name} on a full disk", done, 1, name)
        if files() != before:
            failed += 1
            print(f"FAILED: {name} on a full disk changed {[k for k, v in files().items() if before.get(k) != v]}")

# A table that is written reads back as it was.
for values in ["[[0.1, -2, 1e300], [\"nan\", \"inf\", 3e-310]]", "[[7, 8, 9]]", "[[1], [2]]"]:
    expect("a table", circ("run", "tables.circ:same", f"a={values}", "-o", "table.csv"), 0, "")
    wanted = circ("run", "tables.circ:same", f"a={values}").stdout
    expect("a column", circ("run", "tables.circ:column", "a=@table.csv" if "[1]" not in values else f"a={values}", "-o", "column.csv"), 0, "")
    back = circ("run", "tables.circ:same", "a=@table.csv").stdout if "[1]" not in values else wanted
    if back != wanted or len((FOLDER / "column.csv").read_text().split()) != len(json.loads(values)):
        failed += 1
        print(f"FAILED: {values} became {(FOLDER / 'table.csv').read_text()!r}, {(FOLDER / 'column.csv').read_text()!r}")

# The header cannot be written: the library stays as it was.
(FOLDER / "libb.so").write_text("old\n")
(FOLDER / "libb.h").mkdir()
before = files()
expect("a header that is a folder", circ(*BUILD, "libb.so"), 1, "libb.h`: cannot be written")
if files() != before:
    failed += 1
    print("FAILED: a library without its header was left")

# Places that are none.
(FOLDER / "folder.npz").mkdir()
for words, name in [(GRAD, "none/a.npz"), (GRAD, "none/a.json"), (BUILD, "none/liba.so"), (EMIT, "none/a.mlir")]:
    expect(name, circ(*words, name), 1, "there is no directory `none`")
expect("a folder", circ(*GRAD, "folder.npz"), 1, "folder.npz`: cannot be written: it is a directory")
expect("unknown results", circ(*GRAD, "a.xyz"), 1, ".npz, .json, .npy or .csv")
expect("two values in .npy", circ(*GRAD, "a.npy"), 1, "a .npy file holds one value")
expect("two values in .csv", circ(*GRAD, "a.csv"), 1, "a .csv file holds one value")
expect("a cube in .csv", circ("run", "tables.circ:cube", "a=[[1]]", "-o", "a.csv"), 1, "has 3 dimensions")
expect("unknown library", circ(*BUILD, "a.xyz"), 1, ".so, .a, .o, .ll, .s")
expect("no name", circ(*GRAD, ""), 2, "the name of the file is empty")
(FOLDER / "device.json").symlink_to("/dev/full")
expect("a full device", circ(*GRAD, "device.json"), 1, "No space left on device")
# Root may write everywhere.
if os.geteuid() != 0:
    (FOLDER / "sealed").mkdir(mode=0o555)
    expect("a sealed folder", circ(*GRAD, "sealed/a.json"), 1, "Permission denied")

# Through a link, the file itself is replaced, with the rights that it has.
(FOLDER / "target.json").write_text("old\n")
(FOLDER / "target.json").chmod(0o640)
(FOLDER / "link.json").symlink_to("target.json")
expect("a link", circ(*GRAD, "link.json"), 0, "")
if not (FOLDER / "link.json").is_symlink() or '"f": 6' not in (FOLDER / "target.json").read_text().replace("value", "f"):
    failed += 1
    print("FAILED: a link was replaced:", (FOLDER / "target.json").read_text())
if (FOLDER / "target.json").stat().st_mode & 0o777 != 0o640:
    failed += 1
    print("FAILED: the rights of a file changed")

# Standard output that takes nothing.
for words in [["run", "f.circ", "x=1", "y=2"], ["grad", "f.circ", "x=1", "y=2", "--json"], ["emit", "f.circ", "--stage", "ir"],
              ["check", "f.circ", "--json"], ["--help"], ["run", "--help"], ["--version"], ["completion", "bash"]]:
    with open("/dev/full", "w") as full:
        expect(f"{words} > /dev/full", circ(*words, stdout=full), 1, "cannot write the output")
    closed = subprocess.run(["bash", "-c", 'circ "$@" >&-', "circ", *words], cwd=FOLDER, capture_output=True, text=True)
    expect(f"{words} >&-", closed, 1, "cannot write the output")

sys.exit(1 if failed else 0)
