"""Compiled code is kept between runs: found again where nothing changed, never trusted where it is damaged."""
import os
import pathlib
import resource
import shutil
import subprocess
import sys

SOURCE, FOLDER, SANITIZED = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), "sanitized" in sys.argv
shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
CACHE = FOLDER / "cache"
X = ["x=-2", "y=5", "z=-4"]
GRADIENT = "f = -12\ndf/dx = -4\ndf/dy = -4\ndf/dz = 3\n"
failed = 0
shutil.copy(SOURCE / "examples/tutorial/f.circ", FOLDER)


def circ(*words, cache=CACHE, **variables):
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), **variables}
    return subprocess.run(["circ", *words, "--time"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=120)


def check(right, what, done=None):
    global failed
    if not right:
        failed += 1
        print(f"FAILED: {what}", *([done.returncode, done.stdout, done.stderr] if done else []))


def expect(hit, what, *words, output=GRADIENT, **others):
    """Runs circ; the output is right, and the code came from the cache or did not."""
    done = circ(*words, **others)
    check(done.returncode == 0 and done.stdout == output, f"output of {what}", done)
    check(("load from the cache" in done.stderr) == hit, f"{what}: {'not ' if hit else ''}from the cache", done)
    return done


def entries():
    return sorted(CACHE.glob("circ/*.code"))


# The second run loads; what changes the code does not.
GRAD = ["grad", "f.circ", *X]
expect(False, "the first run", *GRAD)
check(len(entries()) == 1, "one entry")
expect(True, "the second run", *GRAD)
expect(True, "other arguments", "grad", "f.circ", "x=1", "y=2", "z=3", output="f = 9\ndf/dx = 3\ndf/dy = 3\ndf/dz = 3\n")
for option in ["-O1", "--strict", "--cpu=generic", "--memory=1GB", "--mode=forward"]:
    expect(False, f"the first run with {option}", *GRAD, option)
    expect(True, f"the second run with {option}", *GRAD, option)
expect(False, "other parameters", *GRAD, "--wrt=z", output="f = -12\ndf/dz = 3\n")
expect(False, "another program", "run", "f.circ", *X, output="f = -12\n")
shutil.copy(FOLDER / "f.circ", FOLDER / "other.circ")
expect(False, "a file of another name, which errors would tell", "grad", "other.circ:f", *X)
with open(FOLDER / "other.circ", "a") as file:
    file.write("// more\n")
expect(False, "another text", "grad", "other.circ:f", *X)
count = len(entries())
expect(False, "--no-cache", *GRAD, "--no-cache")
expect(False, "--no-cache of what is not kept", *GRAD, "-O0", "--no-cache")
check(len(entries()) == count, "--no-cache keeps nothing")

# So does a file that is imported.
(FOLDER / "part.circ").write_text("circuit part(x) = 2.0 * x\n")
(FOLDER / "whole.circ").write_text('import "part.circ"\ncircuit whole(x) = part(x) + 1.0\n')
expect(False, "the first run with an import", "run", "whole.circ", "x=1", output="whole = 3\n")
expect(True, "the second run with an import", "run", "whole.circ", "x=1", output="whole = 3\n")
(FOLDER / "part.circ").write_text("circuit part(x) = 3.0 * x\n")
expect(False, "a changed import", "run", "whole.circ", "x=1", output="whole = 4\n")

# Warnings of code generation are told again, as those of the front end are.
(FOLDER / "warn.circ").write_text("circuit warn(x, y) = x * x + floor(y)\n")
first, second = (expect(hit, "warnings", "grad", "warn.circ", "x=1", "y=2", output="warn = 3\ndwarn/dx = 2\ndwarn/dy = 0\n") for hit in [False, True])
warnings = [done.stderr.split("       ")[0].split("warning")[1:] for done in (first, second)]
check(warnings[0] == warnings[1] and "gradient is zero" in second.stderr, "the same warnings", second)

# Run-time errors and sparse matrices from the cache.
(FOLDER / "bad.circ").write_text("circuit bad(a: f64[n], i: i64) = a[i]\n")
for _ in range(2):
    done = circ("run", "bad.circ", "a=[1,2]", "i=2")
    check(done.returncode == 3 and "bad.circ:1:36: index 2 is out of bounds" in done.stderr, "an error of cached code", done)
SPARSE = ["jacobian", "ring.circ", "x=[1,2,3,4]", "stiffness=2", "--sparse"]
shutil.copy(SOURCE / "examples/ring/ring.circ", FOLDER)
first, second = (circ(*SPARSE) for _ in range(2))
check(first.returncode == 0 and first.stdout == second.stdout, "a sparse matrix", second)

# Damaged entries are compiled anew, and repaired.
shutil.rmtree(CACHE)
expect(False, "an empty cache", *GRAD)
[entry] = entries()
whole = entry.read_bytes()
damaged = [b"", whole[:10], whole[:-1], whole + b"x", b"\0" * len(whole)]
for place in [0, 20, 50, len(whole) // 2, len(whole) - 1]:
    changed = bytearray(whole)
    changed[place] ^= 1
    damaged.append(bytes(changed))
for contents in damaged:
    entry.write_bytes(contents)
    expect(False, "a damaged entry", *GRAD)
    check(entry.read_bytes() == whole, "a damaged entry is repaired")
expect(True, "the repaired entry", *GRAD)
expect(False, "another program", *GRAD, "-O0")
[other] = set(entries()) - {entry}
shutil.copy(other, entry)
expect(False, "the entry of another program", *GRAD)

# A folder that cannot be one, or that others can write to, is no cache.
(FOLDER / "file").write_text("")
expect(False, "a file for a folder", *GRAD, cache=FOLDER / "file")
expect(False, "a folder in a file", *GRAD, cache="/dev/null/none")
for place in [CACHE / "circ", entry]:
    mode = place.stat().st_mode
    place.chmod(0o777)
    expect(False, f"{place.name}, to which others can write", *GRAD)
    place.chmod(mode)
if os.geteuid() != 0:
    os.chmod(CACHE / "circ", 0o500)
    expect(False, "a read-only folder", *GRAD, "-O2")
    os.chmod(CACHE / "circ", 0o700)
shutil.rmtree(FOLDER / ".cache", ignore_errors=True)
expect(False, "the folder in the home", *GRAD, cache="relative", HOME=str(FOLDER))
check((FOLDER / ".cache/circ").is_dir() and not (FOLDER / "relative").exists(), "a relative XDG_CACHE_HOME does not count")
check((CACHE / "circ").stat().st_mode & 0o077 == 0, "the folder is private")

# Many at a time.
shutil.rmtree(CACHE)
environment = {**os.environ, "XDG_CACHE_HOME": str(CACHE)}
runs = [subprocess.Popen(["circ", *GRAD, f"-O{number % 2}"], cwd=FOLDER, env=environment, stdout=subprocess.PIPE, text=True)
        for number in range(24)]
check(all(run.communicate()[0] == GRADIENT and run.returncode == 0 for run in runs), "runs at the same time")
check(len(entries()) == 2 and len(list((CACHE / "circ").iterdir())) == 2, "two entries and nothing else")

# The time of a whole process that finds its code.
if not SANITIZED:
    shortest = 1.0
    circ(*GRAD)
    for _ in range(20):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        expect(True, "a run for its time", *GRAD)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        shortest = min(shortest, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    check(shortest < 0.015, f"a cached run takes {shortest * 1000:.1f} ms of a processor")

sys.exit(1 if failed else 0)
