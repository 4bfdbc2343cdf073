"""Golden tests of diagnostics: each `name.circ` of a folder must print, when it
is checked, exactly what `name.expected` holds.

usage: corpus.py FOLDER ... [--update]      compare, or write, the expectations
       corpus.py --coverage REGISTRY FOLDER ...   is every diagnostic shown?
       corpus.py --accepted FOLDER ...      programs without error or warning
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

# Diagnostics that no program of the corpus can show, with the reason.
EXCEPTIONS = {
    "Compiler": "reports what a later stage refuses; each user has tests of its own",
    "NotBuilt": "says what a library lacks, see library/sparse.test",
    "Optimization": "is told where `--remarks` asks for it; test/cli/command_line.py",
    "NoCircuit": "a file without a circuit is right until one is called; test/cli/exit_status.py",
    "ZeroGradient": "comes with differentiation; test/cli/exit_status.py",
    "FileTooLarge": "needs five megabytes; test/parse/limits.py",
    "StructTooLarge": "needs a thousand fields; test/parse/limits.py",
    "ExpressionTooLong": "needs thousands of operators; test/parse/limits.py",
    "NestedTooDeeply": "needs hundreds of brackets; test/parse/limits.py",
}


def check(folder, *arguments):
    done = subprocess.run(["circ", "check", *arguments], cwd=folder, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def compare(folder, update):
    """The number of programs, and of those that print something else."""
    programs = sorted(folder.glob("*.circ"))
    failed = 0
    for program in programs:
        expected = program.with_suffix(".expected")
        status, _, printed = check(folder, program.name)
        wanted = 1 if re.search(r"^\S*:\d+:\d+: error: |^error: ", printed, re.M) else 0
        if update:
            expected.write_text(printed)
        if status != wanted or not printed or not expected.exists() or printed != expected.read_text():
            failed += 1
            print(f"FAILED: {program}: status {status}\n--- printed\n{printed}--- expected")
            print(expected.read_text() if expected.exists() else "(nothing)")
    for orphan in folder.glob("*.expected"):
        if not orphan.with_suffix(".circ").exists():
            failed += 1
            print(f"FAILED: {orphan} belongs to no program")
    return len(programs), failed


def identifiers(diagnostics):
    """All names of the registry that JSON diagnostics and their notes carry."""
    for diagnostic in diagnostics:
        yield diagnostic["id"]
        yield from identifiers(diagnostic.get("notes", []))


def uncovered(registry, folders):
    entries = set()
    for file in registry.glob("Diagnostics*.def"):
        entries |= set(re.findall(r"^DIAGNOSTIC\((\w+),", file.read_text(), re.M))
    seen = set()
    for folder in folders:
        names = sorted(program.name for program in folder.glob("*.circ"))
        _, printed, _ = check(folder, "--json", *names)
        seen |= set(identifiers(json.loads(printed)))
    failed = 0
    for name in sorted(entries - seen - set(EXCEPTIONS)):
        failed += 1
        print(f"FAILED: no bad program shows {name}")
    for name in sorted(set(EXCEPTIONS) & seen | set(EXCEPTIONS) - entries):
        failed += 1
        print(f"FAILED: {name} is no exception")
    return len(entries), failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--coverage", type=pathlib.Path)
    parser.add_argument("--accepted", action="store_true")
    options = parser.parse_args()
    count = failed = 0
    if options.coverage:
        count, failed = uncovered(options.coverage, options.folders)
    for folder in [] if options.coverage else options.folders:
        if options.accepted:
            programs = sorted(folder.glob("*.circ"))
            done = check(folder, *(program.name for program in programs))
            total, wrong = len(programs), 0 if done == (0, "", "") else 1
            print(done[2], end="")
        else:
            total, wrong = compare(folder, options.update)
        count += total
        failed += wrong
    print(f"{count} checked, {failed} failed")
    sys.exit(1 if failed or not count else 0)


main()
