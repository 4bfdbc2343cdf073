"""Numeric tests of values and gradients.

usage: check_gradients.py gates|kinks|constructs|jacobians|lanes [--verbose] [NAME...]
"""
import sys

import harness


def main():
    group, *rest = sys.argv[1:]
    names = [a for a in rest if not a.startswith("--")]
    module = __import__(group)
    module.run(verbose="--verbose" in rest, only=names)
    harness.finish()


main()
