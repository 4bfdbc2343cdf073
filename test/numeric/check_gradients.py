"""Numeric tests of values and gradients.

usage: check_gradients.py gates|kinks|constructs|jacobians|lanes|proofs|... [--verbose] [NAME...]
       check_gradients.py constructs --part loops               the cases of constructs_loops.py
       check_gradients.py gates [--points N] [--out TABLE.md]   more points for each gate, a table of the worst
"""
import argparse

import harness


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("group")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--points", type=int)
    parser.add_argument("--part")
    parser.add_argument("--out")
    options = parser.parse_intermixed_args()
    more = {name: getattr(options, name) for name in ("points", "out", "part") if getattr(options, name)}
    __import__(options.group).run(verbose=options.verbose, only=options.names, **more)
    harness.finish()


main()
