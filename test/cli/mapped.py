"""A large .npy file is mapped, not copied: it may be larger than the memory that the process can have.

Other layouts are copied, and so is what has to be converted.
"""
import pathlib
import resource
import subprocess
import sys
import tempfile

import numpy as np

FOLDER = pathlib.Path(tempfile.mkdtemp())
(FOLDER / "f.circ").write_text("circuit f(a: f64[n]) = sum(a)\ncircuit g(a: f64[n, m]) -> f64[m] = a[1]\n")
failed = 0


def circ(*words, limit=None):
    def small():
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    return subprocess.run(["circ", *words], cwd=FOLDER, capture_output=True, text=True, timeout=300,
                          preexec_fn=small if limit else None)


def check(what, done, text):
    global failed
    if done.returncode or done.stdout != text:
        failed += 1
        print(f"FAILED: {what}: {done.returncode} {done.stdout!r} {done.stderr!r}, wanted {text!r}")


# 800 MB, of which the disk holds the pages that are not zero.
SIZE = 100_000_000
big = np.lib.format.open_memmap(FOLDER / "big.npy", mode="w+", dtype=np.float64, shape=(SIZE,))
big[0], big[SIZE // 2], big[-1] = 1.5, 2, 3
del big
LIMIT = 400 << 20
check("mapped", circ("run", "f.circ:f", "a=@big.npy", limit=LIMIT), "f = 6.5\n")
check("in order", circ("run", "f.circ:f", "a=@big.npy", "--strict", limit=LIMIT), "f = 6.5\n")

# The limit does limit.
copied = np.lib.format.open_memmap(FOLDER / "copied.npy", mode="w+", dtype=">f8", shape=(SIZE,))
copied[1] = 4
del copied
if circ("run", "f.circ:f", "a=@copied.npy", limit=LIMIT).returncode == 0:
    failed += 1
    print("FAILED: a copy of 800 MB fits 400 MB")

# Each layout gives the same, near the size from which files are mapped too.
for rows in (5, 4095, 4096, 5000):
    array = np.random.default_rng(rows).normal(size=(rows, 2))
    for name, stored in [("c", array), ("fortran", np.asfortranarray(array)), ("big endian", array.astype(">f8"))]:
        np.save(FOLDER / "x.npy", stored)
        check(f"{name}, {rows} rows", circ("run", "f.circ:g", "a=@x.npy"), f"g = [{float(array[1, 0])!r}, {float(array[1, 1])!r}]\n")
    np.save(FOLDER / "x.npy", np.arange(rows * 2).reshape(rows, 2))
    check(f"integers, {rows} rows", circ("run", "f.circ:g", "a=@x.npy"), "g = [2, 3]\n")

sys.exit(1 if failed else 0)
