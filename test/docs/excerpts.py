"""The C, C++ and CMake code on pages of the documentation is that of examples, which other tests build and run.

usage: excerpts.py PROJECT PAGE ...
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
sources = [path.read_text() for path in (root / "examples").rglob("*") if path.suffix in (".c", ".cpp", ".txt")]
blocks = failed = 0
for page in sys.argv[2:]:
    for block in re.findall(r"^```(?:c|cpp|cmake)\n(.*?)^```", (root / page).read_text(), re.S | re.M):
        blocks += 1
        if not any(block in source for source in sources):
            failed += 1
            print(f"FAILED {page}: no example has this:\n{block}")
print(f"{blocks} excerpts, {failed} failed")
sys.exit(1 if failed or not blocks else 0)
