"""Prints a circuit of a thousand lines under a name: usage: long.py NAME FACTOR"""
import sys

name, factor = sys.argv[1:]
print(f"circuit {name}(x, y) {{\n  let v0 = x\n  let v1 = y")
for i in range(2, 1000):
    print(f"  let v{i} = {factor} * v{i - 1} + 0.25 * sin(v{i - 2}) * x")
print("  return v999\n}")
