"""Fails unless two files of lines NAME = VALUE hold the same numbers. Lines of one name that
follow each other are rows of one value; a value that was printed before need not be repeated."""
import json
import sys


def read(path):
    values = {}
    for line in open(path):
        name, value = line.rstrip("\n").split(" = ")
        value = json.loads(value)
        rows = value if isinstance(value, list) and isinstance(value[0], list) else [value]
        if name in values and values[name][: len(rows)] == rows:
            continue
        values.setdefault(name, []).extend(rows)
    return values


first, second = read(sys.argv[1]), read(sys.argv[2])
assert len(first) == 11 and first == second, f"{first}\n{second}"
