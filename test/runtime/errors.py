"""Every run-time error stops the call with status 3 and a located message that names the values."""
import pathlib
import re
import signal
import subprocess
import sys
import time

FILE = pathlib.Path(__file__).parent / "Inputs" / "errors.circ"
LEAST = "-9223372036854775808"

# circuit, arguments, what the message says after "errors.circ:LINE:COLUMN: "
CASES = [
    ("at", "a=[1,2] i=2", "index 2 is out of bounds for dimension 0 of size 2 of 'a'"),
    ("at", "a=[1,2] i=-1", "index -1 is out of bounds for dimension 0 of size 2 of 'a'"),
    ("at", "a=[] i=0", "index 0 is out of bounds for dimension 0 of size 0 of 'a'"),
    ("row", "a=[[1,2],[3,4]] i=2", "index 2 is out of bounds for dimension 0 of size 2 of 'a'"),
    ("put", "a=[1,2] i=7", "index 7 is out of bounds for dimension 0 of size 2 of 'b'"),
    ("part", "a=[1,2,3] i=1 j=4", "the slice 1..4 is out of bounds for dimension 0 of size 3 of 'a'"),
    ("part", "a=[1,2,3] i=-1 j=2", "the slice -1..2 is out of bounds for dimension 0 of size 3 of 'a'"),
    ("part", "a=[1,2,3] i=3 j=2", "the slice 3..2 is out of bounds for dimension 0 of size 3 of 'a'"),
    ("shapes", "a=[1,2] b=[1,2,3]", "the shapes do not agree: dimension 0 is 2 and 3"),
    ("branch", "c=false a=[1,2] b=[1] w=[1,2]", "the shapes do not agree: dimension 0 is 2 and 1"),
    ("chosen", "c=false a=[1,2] b=[1] w=[1,2]", "the shapes do not agree: dimension 0 is 2 and 1"),
    ("matrices", "a=[[1,2]] b=[[1,2]]", "`@` of a left side with 2 columns and a right side with 1 rows"),
    ("assertion", "x=-1", "assert failed in 'assertion': x must be positive"),
    ("found", "x=[1,2] i=[0,1,2,1] j=[0,1,0,9]", "index 2 is out of bounds for dimension 0 of size 2 of 'x'"),
    ("found", "x=[1,2] i=[0,1,1,7] j=[0,1,9,0]", "index 9 is out of bounds for dimension 0 of size 4 of 'i'"),
    ("found", "x=[1,2] i=[0,1,-1,1] j=[0,2,5,1]", "index -1 is out of bounds for dimension 0 of size 2 of 'x'"),
    ("quotient", "a=7 b=0 x=1", "division of the integer 7 by zero"),
    ("quotient", f"a={LEAST} b=-1 x=1", f"the integer division {LEAST} by -1 overflows"),
    ("modulo", "a=7 b=0 x=1", "division of the integer 7 by zero"),
    ("modulo", f"a={LEAST} b=-1 x=1", f"the integer division {LEAST} by -1 overflows"),
    ("whole", "x=nan y=1", "the real number nan has no integer value"),
    ("whole", "x=1e300 y=1", "the real number 1e+300 has no integer value"),
    ("whole", "x=-inf y=1", "the real number -inf has no integer value"),
    ("deep", "x=1 n=1000000000", "the recursion is too deep"),
    ("deep_array", "x=[1,2] k=1000000000", "the recursion is too deep"),
    ("absurd", "n=1000000000000000 i=3 x=1", "no memory for 8000000000"),
    ("absurd", "n=4611686018427387904 i=3 x=1", "an array of 4611686018427387904 elements is too large"),
    ("absurd_matrix", "n=10000000000 i=3 x=1", "an array of 10000000000 by 10000000000 elements is too large"),
    ("negative", "n=-1 x=1", "the size -1 is negative"),
    ("step", "n=0 x=1", "the step of a range is 0"),
    ("nothing", "k=[] x=1", "'max' of nothing"),
]

# Calls that would take minutes; they are interrupted.
LONG = [("long_loop", "n=1000000000000 x=1", ("run", "grad")), ("long_while", "x=1", ("run", "grad")),
        ("long_recursion", "x=1 n=200", ("run", "grad")), ("long_map", "n=1000000000 m=1000 x=1", ("run", "grad"))]

failures = []


def verify(command, message, status, errors):
    last = errors.strip().splitlines()[-1] if errors.strip() else ""
    pattern = r"(.*/)?errors\.circ:\d+:\d+: " + re.escape(message)
    if status != 3 or not re.match(pattern, last):
        failures.append(f"{command}: status {status}, wanted 3 and '{message}'\n{errors}")


def main():
    for circuit, arguments, message in CASES:
        for command in ("run", "grad"):
            words = ["circ", command, f"{FILE}:{circuit}", *arguments.split()]
            done = subprocess.run(words, capture_output=True, text=True, timeout=120)
            verify(" ".join(words), message, done.returncode, done.stderr)
    for circuit, arguments, commands in LONG:
        for command in commands:
            words = ["circ", command, f"{FILE}:{circuit}", *arguments.split()]
            process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            start = time.monotonic()
            try:
                _, errors = process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                failures.append(f"{' '.join(words)}: does not stop")
                continue
            verify(" ".join(words), "interrupted", process.returncode, errors)
            if time.monotonic() - start > 10:
                failures.append(f"{' '.join(words)}: took {time.monotonic() - start:.1f} s to stop")
    print("\n".join(failures))
    sys.exit(1 if failures else 0)


main()
