"""Fails unless two files of lines NAME = VALUE hold the same numbers."""
import json
import sys


def read(path):
    lines = [line.split(" = ") for line in open(path) if line.strip()]
    return [(name, json.loads(value)) for name, value in lines]


first, second = read(sys.argv[1]), read(sys.argv[2])
assert first and first == second, f"{first}\n{second}"
