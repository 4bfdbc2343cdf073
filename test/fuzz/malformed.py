"""Malformed programs: mutations of the examples and of the test programs.

Each file must be accepted, or rejected with an error at a place; nothing may
crash, hang or end in an internal error. What fails is kept and named.

usage: malformed.py SOURCE [--count N] [--seed S] [--keep FOLDER]
"""
import argparse
import pathlib
import random
import re
import selectors
import subprocess
import sys
import tempfile

SECONDS = 20  # for one file
TOKEN = re.compile(rb"[A-Za-z_]\w*|\d[\w.]*|\"[^\"\n]*\"|//[^\n]*|\s+|[-+*/=!<>&|.]{1,2}|.", re.S)
WORDS = [b"circuit", b"let", b"var", b"if", b"else", b"for", b"in", b"while", b"return", b"break", b"const",
         b"gate", b"struct", b"assert", b"print", b"by", b"0", b"1e308", b"9223372036854775807", b"-1", b"x", b"n",
         b"f64", b"i64", b"bool", b"f32", b"f64[n]", b"sum(", b"max(", b"[", b"]", b"{", b"}", b"(", b")", b"..",
         b"^", b"/", b"@", b"%", b"==", b"&&", b"!", b",", b";", b"\n", b"=", b"+=", b"true", b"inf", b"nan",
         b"zeros(3)", b"len(x)", b"x[0]", b"x[:]", b"x[1..]", b"for i in 0..n", b"for i", b"stop(", b"grad(f)"]


def mutate(text, corpus, rng):
    """One of: bytes flipped, tokens deleted, doubled, swapped, replaced, two
    programs spliced, or the end cut off."""
    kind = rng.randrange(8)
    tokens = TOKEN.findall(text)
    at = rng.randrange(len(tokens)) if tokens else 0
    if kind == 0 and text:
        data = bytearray(text)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        return bytes(data)
    if kind == 1:
        return text[:rng.randrange(len(text) + 1)]
    if kind == 2:
        other = rng.choice(corpus)
        return text[:rng.randrange(len(text) + 1)] + other[rng.randrange(len(other) + 1):]
    if kind == 3 and len(tokens) > 1:
        other = rng.randrange(len(tokens))
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif kind == 4 and tokens:
        end = at + rng.randint(1, 6)
        tokens[at:at] = tokens[at:end] * rng.randint(1, 3)
    elif kind == 5 and tokens:
        del tokens[at:at + rng.randint(1, 4)]
    elif kind == 6 and tokens:
        tokens[at] = rng.choice(WORDS)
    else:
        tokens.insert(at, b" " + rng.choice(WORDS) + b" ")
    return b"".join(tokens)


def programs(source):
    """The right programs of the project, and the wrong ones."""
    right = [*source.glob("examples/**/*.circ"), *source.glob("test/**/good/*.circ")]
    wrong = source.glob("test/**/bad/*.circ")
    texts = [file.read_bytes() for file in sorted(right)]
    for file in sorted(source.glob("docs/*.md")):
        texts += re.findall(rb"^```circ\n(.*?)^```", file.read_bytes(), re.S | re.M)
    return texts, [file.read_bytes() for file in sorted(wrong)]


class Driver:
    """A process that compiles files; a new one is started after a crash."""

    def __init__(self):
        self.process = None

    def answer(self, path):
        if self.process is None:
            self.process = subprocess.Popen(["circ-compile-files"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL, bufsize=0)
        self.process.stdin.write(str(path).encode() + b"\n")
        self.process.stdin.flush()
        lines = []
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while len(lines) < 2:
                if not selector.select(SECONDS):
                    self.stop()
                    return f"more than {SECONDS} seconds"
                line = self.process.stdout.readline()
                if not line:
                    status = self.process.wait()
                    self.stop()
                    return f"a crash ({status})"
                lines.append(line.decode().strip())
        return lines[1]

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    right, wrong = programs(options.source)
    folder = pathlib.Path(tempfile.mkdtemp())
    path = folder / "mutant.circ"
    driver = Driver()
    answers = {}
    for number in range(options.count):
        text = rng.choice(wrong if number % 5 == 0 else right)
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            text = mutate(text, right, rng)
        path.write_bytes(text)
        answer = driver.answer(path)
        answers[answer] = answers.get(answer, 0) + 1
        if answer not in ("accepted", "rejected"):
            print(f"FAILED: number {number} of seed {options.seed}: {answer}")
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}.circ").write_bytes(text)
            else:
                print(text.decode("utf-8", "replace"))
    driver.stop()
    print(", ".join(f"{count} {answer}" for answer, count in sorted(answers.items())))
    healthy = set(answers) <= {"accepted", "rejected"} and len(answers) == 2
    sys.exit(0 if healthy else 1)


main()
