"""Malformed arguments: wrong names, values, files and directions for several circuits.

Each set is accepted, or rejected with status 1 (2 for a wrong use of options,
3 for an error of the running circuit) and a message that names the parameter or
the file; a table's message names row and column too. Nothing may crash, hang or
print half a result. Every kind of fault is tried once, then others by chance.

usage: arguments.py [--count N] [--seed S]
"""
import argparse
import concurrent.futures
import io
import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import zipfile

import numpy as np

SECONDS = 60  # for one call on a busy machine
FOLDER = pathlib.Path(tempfile.mkdtemp())
NUMBER = itertools.count()

PROGRAM = """struct Camera {
  focal: f64
  center: f64[2]
}
circuit scalars(x, y, z) = x * y + z
circuit kinds(a: f32, flag: bool, count: i64) = if flag { f64(a) * count } else { 0.0 }
circuit vectors(w: f64[n], v: f64[n], i: i64) = w[i] * sum(v[j]^2 for j)
circuit matrices(m: f64[n, d], b: f64[d]) = sum(sum(m[i, j] * b[j] for j)^2 for i)
circuit fixed(t: f64[3], const data: f64[n, 2]) = sum(t[i] for i) + sum(data[i, 1] for i)
circuit cameras(cam: Camera, scale) = scale * cam.focal * cam.center[0]
circuit several(cams: Camera[n]) = sum(cams[i].focal^2 for i)
"""
CAMERA = {"focal": 2.0, "center": [1.0, 3.0]}
CIRCUITS = {  # the circuit, right arguments, the parameters that have derivatives
    "scalars": ({"x": 1.5, "y": -2.0, "z": 4.0}, ["x", "y", "z"]),
    "kinds": ({"a": 1.5, "flag": True, "count": 3}, ["a"]),
    "vectors": ({"w": [1.0, 2.0], "v": [0.5, 4.0], "i": 1}, ["w", "v"]),
    "matrices": ({"m": [[1.0, 2.0], [3.0, 4.5], [0.0, 1.0]], "b": [0.5, -1.0]}, ["m", "b"]),
    "fixed": ({"t": [1.0, 2.0, 3.0], "data": [[1.0, 2.0], [3.0, 4.0]]}, ["t"]),
    "cameras": ({"cam": CAMERA, "scale": 2.0}, ["scale", "cam"]),
    "several": ({"cams": [CAMERA, CAMERA]}, ["cams"]),
}
DIRECTIONS = {"jvp": "--tangent", "vjp": "--seed", "hvp": "--vector"}

# Wrong for a parameter of any type.
WRONG_TEXTS = [
    "", " ", "a", "1,2", "1 2", "--1", "1e", "1e999", "-1e400", "0x", "1_", ".", "+", "[", "]", "{", "}", "[1", "[1,]",
    "[1,,2]", "[1]]", "[[1,2],[3]]", "[[1],2]", "[1,[2]]", "[1,\"x\"]", "[1,true]", "[null]", "null", "[1e999]", "{1:2}",
    "{\"a\":}", "{\"focal\":1,\"focal\":2}", "[{\"focal\":1},2]", "\"text", "\u0661", "\ufeff", "1\t2", "[1;2]", "(1)",
    "1+2", "1j", "@", "@@x.npy", "@none", "@none.npy", "@none.npz", "@none.npz:x", "@none.json", "@none.csv", "@none.xyz",
    "@/", "@/dev/null", "@.npy", "@ .csv", "@" + "x" * 2000 + ".npy", "[" * 100000, "{\"a\":" * 50000, "@?*[].json",
    "\\xff.csv", "=", "==1", "[1,2", "truefalse", "[[],[1]]",
]
# Right for some types, wrong for others.
DOUBTFUL_TEXTS = [
    "nan", "inf", "-inf", "\"nan\"", "[\"nan\",\"inf\"]", "[]", "[[]]", "[[],[]]", "{}", "[{}]", "true", "[true,false]",
    "1.5", "[1.5]", "9223372036854775807", "9223372036854775808", "1" + "0" * 300, "-1", "1e308", "1e-400", "-0.0",
    "[1,2,3]", "[1,2,3,4]", "[[1,2,3]]", "[[[1]]]", "[" * 60 + "1" + "]" * 60, "16777217", "{\"focal\":1}",
    "{\"focal\":1,\"center\":[1,2],\"extra\":3}", "{\"focal\":[1],\"center\":[1,2]}", "{\"focal\":1,\"center\":1}",
    "{\"focal\":1,\"center\":[1,2,3]}", "[{\"focal\":1,\"center\":[1,2]},{\"focal\":2}]",
    "[{\"focal\":1,\"center\":[1,2]}]", "[" + ",".join(["1"] * 5000) + "]",
]


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def header(text, version=b"\x01\x00", data=b"\0" * 64):
    body = text.encode() + b"\n"
    size = len(body).to_bytes(2 if version[0] == 1 else 4, "little")
    return b"\x93NUMPY" + version + size + body + data


def described(shape="(2,)", descr="'<f8'", order="False", data=b"\0" * 16):
    return header(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}", data=data)


def archive(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in members.items():
            made.writestr(name, data)
    return stream.getvalue()


PLAIN = npy(np.array([1.0, 2.0]))
TABLE = "".join(f"{k},{k}.5\n" for k in range(30))
# Files that no parameter takes: ending and content.
WRONG_FILES = {
    "an empty npy": (".npy", b""), "only a magic": (".npy", PLAIN[:6]), "a cut header": (".npy", PLAIN[:40]),
    "a cut array": (".npy", PLAIN[:-3]), "no array": (".npy", PLAIN[:-16]), "another magic": (".npy", b"\x94" + PLAIN[1:]),
    "text as npy": (".npy", b"1,2\n"), "a later version": (".npy", PLAIN[:6] + b"\x09\x00" + PLAIN[8:]),
    "more elements than bytes": (".npy", described("(3,)")), "fewer elements": (".npy", described("(1,)")),
    "an absurd shape": (".npy", described("(4611686018427387904, 4)")),
    "a shape beyond i64": (".npy", described("(99999999999999999999999,)")), "a negative shape": (".npy", described("(-2,)")),
    "a shape that is a word": (".npy", described("two")), "complex": (".npy", npy(np.array([1j, 2]))),
    "objects": (".npy", described(descr="'|O'")), "strings": (".npy", npy(np.array(["a", "b"]))),
    "records": (".npy", npy(np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]))), "unknown dtype": (".npy", described(descr="'<q9'")),
    "dates": (".npy", npy(np.array(["2020-01-01"], dtype="M8[D]"))), "a dict that does not end": (".npy", header("{'descr': '<f8'")),
    "no dict": (".npy", header("[]")), "a missing key": (".npy", header("{'descr': '<f8', 'shape': (2,)}")),
    "long double": (".npy", npy(np.array([1, 2], dtype=np.longdouble))), "u8 too large": (".npy", npy(np.array([2**64 - 1], dtype="u8"))),
    "no zip": (".npz", b"this is no archive"), "an empty npz": (".npz", b""), "no array within": (".npz", archive({"readme.txt": b"hello"})),
    "several arrays": (".npz", archive({"p.npy": PLAIN, "q.npy": PLAIN})), "a damaged array": (".npz", archive({"p.npy": PLAIN[:-3]})),
    "a cut zip": (".npz", archive({"p.npy": PLAIN})[:-8]), "a zip of zips": (".npz", archive({"p.npy": archive({})})),
    "no such key": (".npz:nothing", archive({"p.npy": PLAIN})), "an empty key": (".npz:", archive({"p.npy": PLAIN})),
    "an empty json": (".json", b""), "json with a tail": (".json", b"[1, 2] 3"), "json that does not end": (".json", b"[1, 2"),
    "ragged json": (".json", b"[[1, 2], [3]]"), "words in json": (".json", b"[1, \"two\"]"), "null in json": (".json", b"null"),
    "binary json": (".json", b"\xff\xfe\x00[1]"), "deep json": (".json", b"[" * 200000), "comments": (".json", b"[1] // one"),
    "text as json": (".json", b"x = 1\n"), "an empty csv": (".csv", b""), "only blank lines": (".csv", b"\n\r\n  \n"),
    "only a header": (".csv", b"first,second\n"), "no ending": ("", PLAIN), "an unknown ending": (".dat", PLAIN),
    "an exponent too large": (".csv", b"1,2\n1,1e999\n"), "zeros as csv": (".csv", b"\0" * 100),
}
# Tables whose fault has a place: content, row, column.
PLACED_TABLES = {
    "a word in row 17": (TABLE.replace("16,16.5", "16,sixteen"), 17, 2), "an empty field": (TABLE.replace("7,7.5", ",7.5", 1), 8, 1),
    "a word behind a header": ("p,q\n" + TABLE.replace("3,3.5", "3,x", 1), 5, 2), "hexadecimal": (TABLE.replace("9.5", "0x9", 1), 10, 2),
    "a quote without end": (TABLE.replace("5.5", "\"5.5", 1), 6, 2),
}
# Tables whose fault is a row's length.
RAGGED_TABLES = {"a short row": (TABLE.replace("4,4.5", "4", 1), 5), "a long row": (TABLE.replace("6,6.5", "6,6.5,7", 1), 7),
                 "a short last row": ("1,2\r\n3\r\n", 2)}
# Files that some parameters take.
DOUBTFUL_FILES = {
    "Fortran order": (".npy", npy(np.asfortranarray(np.arange(6.0).reshape(3, 2)))), "big-endian": (".npy", npy(np.array([1.0, 2.0], dtype=">f8"))),
    "a scalar": (".npy", npy(np.array(1.5))), "no elements": (".npy", npy(np.zeros(0))), "no rows": (".npy", npy(np.zeros((0, 2)))),
    "no columns": (".npy", npy(np.zeros((3, 0)))), "five dimensions": (".npy", npy(np.zeros((1, 2, 1, 2, 1)))), "bools": (".npy", npy(np.array([True, False]))),
    "halves": (".npy", npy(np.array([1, 2], dtype="f2"))), "nans": (".npy", npy(np.array([np.nan, np.inf]))), "bytes": (".npy", npy(np.array([1, 2], dtype="u1"))),
    "one array": (".npz", archive({"p.npy": PLAIN})), "a header of version 2": (".npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (8,)}", b"\x02\x00")),
    "a mark and CRLF": (".csv", b"\xef\xbb\xbf1,2\r\n3,4\r\n5,6\r\n"), "a header of names": (".csv", b"p,q\n1,2\n3,4\n"), "one column": (".csv", b"1\n2\n"),
    "semicolons": (".csv", b"1;2\n3;4\n"), "an empty list": (".json", b"[]"), "an object": (".json", b"{\"focal\": 1, \"center\": [1, 2]}"), "a marked json": (".json", b"\xef\xbb\xbf[1, 2]"),
}


class Set:
    """One set of arguments: the words of the command line, and the names of
    which a message must hold one. `rejected` is None where both are right."""

    def __init__(self, label, command, circuit, arguments, names, rejected=True):
        self.label, self.rejected, self.names = label, rejected, names
        self.words = [command, f"{FOLDER / 'program.circ'}:{circuit}", *arguments]


def stored(ending, content):
    """A new file; its name as it is written behind @."""
    name, _, key = ending.partition(":")
    path = FOLDER / f"file{next(NUMBER)}{name}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path) + ending[len(name):]


def special(rng):
    """A name of something that is no readable file, and whether root is refused too."""
    number = next(NUMBER)
    path = FOLDER / f"odd{number}{rng.choice(['.npy', '.npz', '.json', '.csv'])}"
    kind = rng.choice(["a directory", "a link to nothing", "a link to itself", "a link to /dev/null"])
    if kind == "a directory":
        path.mkdir()
    else:
        path.symlink_to({"a link to nothing": FOLDER / "nothing", "a link to itself": path}.get(kind, "/dev/null"))
    return kind, str(path)


def words_of(values):
    return [f"{name}={json.dumps(value)}" for name, value in values.items()]


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def place(self, label, text, names, rejected):
        """Gives a wrong value to a parameter, a direction or a file of arguments."""
        rng = self.rng
        circuit = rng.choice(list(CIRCUITS))
        values, real = CIRCUITS[circuit]
        command = rng.choice(["run", "run", "grad", "grad", "jvp", "vjp", "hvp", "jacobian", "hessian"])
        target = rng.choice(real if command in DIRECTIONS else list(values))
        words = words_of(values)
        if command in DIRECTIONS:
            target = "value" if command == "vjp" else target
            words += [DIRECTIONS[command], f"{target}={text}"]
        else:
            words = [word for word in words if not word.startswith(target + "=")] + [f"{target}={text}"]
        rng.shuffle(words) if command not in DIRECTIONS else None
        return Set(label, command, circuit, words, [target, *names], rejected)

    def wrong_text(self, text, rejected=True):
        return self.place(f"value {text[:40]!r}", text, [], rejected)

    def file(self, label, ending, content, rejected=True):
        path = stored(ending, content)
        made = self.place(label, "@" + path, [pathlib.Path(path).name], rejected)
        return made

    def odd_file(self):
        label, path = special(self.rng)
        return self.place(label, "@" + path, [pathlib.Path(path).name], True)

    def table(self, label, text, row, column=None):
        """A fault in a table must be told with its row and column."""
        made = self.file(label, ".csv", text)
        file = made.names[-1]
        made.names = [f"{file}:{row}:" if column is None else f"{file}:{row}: column {column}"]
        return made

    def names(self):
        """A missing, unknown or doubled name, or a word that is no assignment."""
        rng = self.rng
        circuit = rng.choice(list(CIRCUITS))
        values, _ = CIRCUITS[circuit]
        words, name = words_of(values), rng.choice(list(values))
        command = rng.choice(["run", "grad"])
        kind = rng.randrange(6)
        if kind == 0:
            words = [word for word in words if not word.startswith(name + "=")]
        elif kind == 1:
            name = rng.choice(["nothing", name + "x", name.upper() + "_", "n", "d", "1", "\u03b1", "a b", "." + name, name + ".focus"])
            words.append(f"{name}=1")
        elif kind == 2:
            words.append(next(word for word in words if word.startswith(name + "=")))
        elif kind == 3:
            name = rng.choice(["word", name, "=1", "@all.json", "1.5", ":", "1]"])
            words.append(name)
        elif kind == 4:
            words, name = [], list(values)[0]
        else:
            words = [word.replace("=", ":", 1) if word.startswith(name + "=") else word for word in words]
        return Set(f"names, kind {kind}", command, circuit, words, [name])

    def args_file(self):
        """--args with a file of any kind, right for another circuit, or wrong."""
        rng = self.rng
        circuit = rng.choice(list(CIRCUITS))
        values, _ = CIRCUITS[circuit]
        kind = rng.randrange(8)
        rejected = True
        if kind == 0:
            ending, content = rng.choice(list(WRONG_FILES.values()))
        elif kind == 1:
            ending, content = ".json", json.dumps({**values, "unknown": 1})
        elif kind == 2:
            gone = rng.choice(list(values))
            ending, content = ".json", json.dumps({k: v for k, v in values.items() if k != gone})
        elif kind == 3:
            ending, content = ".json", json.dumps(list(values.values()))
        elif kind == 4:
            wrong = rng.choice(list(values))
            ending, content = ".json", json.dumps({**values, wrong: rng.choice(["word", None, [[1], [1, 2]], {"q": 1}])})
        elif kind == 5:
            ending, content = ".npz", archive({f"{k}.npy": PLAIN for k in values})
            rejected = None
        elif kind == 6:
            ending, content = ".npz", archive({f"{k}.npy": PLAIN[:rng.randrange(len(PLAIN))] for k in values})
        else:
            ending, content = ".json", json.dumps(values)[:rng.randrange(1, 20)]
        path = stored(ending, content)
        file = pathlib.Path(path).name
        return Set(f"--args of {ending}, kind {kind}", rng.choice(["run", "grad"]), circuit, ["--args", path], [file, *values], rejected)

    def direction(self):
        """A direction for no parameter, for a const or discrete one, none at all, or twice."""
        rng = self.rng
        command = rng.choice(list(DIRECTIONS))
        option = DIRECTIONS[command]
        circuit, name = rng.choice([("scalars", "q"), ("kinds", "flag"), ("kinds", "count"), ("vectors", "i"), ("fixed", "data"), ("cameras", "camera")])
        values, real = CIRCUITS[circuit]
        known = "value" if command == "vjp" else real[0]
        given = rng.choice([[option, f"{name}=1"], [option, "word"], [option, f"{known}=x"], [option, "@none.json"],
                            [option, f"{known}=1", option, f"{known}=1"], [option], []])
        return Set("a direction", command, circuit, words_of(values) + given, [name, "word", known, "none.json", option])

    def corrupted(self):
        """Bytes of a right file changed by chance."""
        rng = self.rng
        ending, content = rng.choice([(".npy", npy(np.arange(6.0).reshape(3, 2))), (".npz", archive({"p.npy": PLAIN})),
                                      (".json", b"[[1, 2], [3, 4.5], [0, 1]]"), (".csv", TABLE.encode())])
        data = bytearray(content)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(min(len(data), 160))] = rng.randrange(256)
        return self.file("changed bytes", ending, bytes(data[:rng.randint(1, len(data))] if rng.random() < 0.3 else data), None)

    def systematic(self):
        for text in WRONG_TEXTS:
            yield self.wrong_text(text)
        for label, (ending, content) in WRONG_FILES.items():
            yield self.file(label, ending, content)
        for label, table in {**PLACED_TABLES, **RAGGED_TABLES}.items():
            yield self.table(label, *table)
        for text in DOUBTFUL_TEXTS:
            yield self.wrong_text(text, None)
        for label, (ending, content) in DOUBTFUL_FILES.items():
            yield self.file(label, ending, content, None)

    def chance(self):
        makers = [self.names, self.args_file, self.direction, self.corrupted, self.odd_file,
                  lambda: self.wrong_text(self.rng.choice(WRONG_TEXTS)), lambda: self.wrong_text(self.rng.choice(DOUBTFUL_TEXTS), None)]
        while True:
            yield self.rng.choice(makers)()


def fault(tried):
    """What is wrong with the answer to a set; None where nothing is. The status too."""
    words = [word.replace("\0", "") for word in tried.words]
    if max(map(len, words)) > 120000:  # longer words never reach a program
        words = [word[:120000] for word in words]
    try:
        done = subprocess.run(["circ", *words], cwd=FOLDER, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return f"more than {SECONDS} seconds", None
    message, status = done.stderr.decode("utf-8", "replace"), done.returncode
    if status not in (0, 1, 2, 3):
        return f"status {status}: {message[-400:]}", status
    if re.search(r"Stack dump|Assertion|Sanitizer|terminate called|loc\(", message):
        return f"an internal error: {message[:400]}", status
    if status == 0:
        return (f"accepted: {done.stdout[:200]}" if tried.rejected else None), status
    if done.stdout:
        return f"status {status}, but it printed {done.stdout[:200]}", status
    if len(message) > 4000:
        return f"a message of {len(message)} characters: {message[:200]}", status
    if not any(name in message for name in tried.names):
        return f"the message names none of {tried.names}: {message[:400]}", status
    return None, status


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=340)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    (FOLDER / "program.circ").write_text(PROGRAM)
    generator = Generator(options.seed)
    sets = list(itertools.islice(itertools.chain(generator.systematic(), generator.chance()), options.count))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(fault, sets))
    failed, statuses = 0, {}
    for number, (tried, (wrong, status)) in enumerate(zip(sets, answers)):
        statuses[status] = statuses.get(status, 0) + 1
        if wrong:
            failed += 1
            print(f"FAILED: number {number} of seed {options.seed} ({tried.label}):\n  {wrong}\n  circ "
                  + " ".join(word[:200] for word in tried.words).encode("unicode_escape").decode())
    print(f"{len(sets)} sets, {failed} failed; by status: {statuses}")
    # Without right ones among them, a command that refuses everything would pass.
    sys.exit(1 if failed or not statuses.get(0) or not statuses.get(1) else 0)


main()
