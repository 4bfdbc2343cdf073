"""Runs the sessions of Python in the documentation: in every ```python block of a page, what follows `>>>` prints what
is shown. The blocks of a page are one session, in the folder of the project.

usage: sessions.py PROJECT PAGE ...
"""
import doctest
import os
import pathlib
import sys

os.chdir(sys.argv[1])
failed = tried = 0
for page in sys.argv[2:]:
    text = pathlib.Path(page).read_text()
    # Blank lines keep the numbers of the lines; a fence would end what is expected.
    lines, inside = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
            lines.append("")
        else:
            lines.append(line if inside else "")
    session = doctest.DocTestParser().get_doctest("\n".join(lines), {}, page, page, 0)
    result = doctest.DocTestRunner().run(session)
    failed += result.failed
    tried += result.attempted
print(f"{tried} statements, {failed} failed")
sys.exit(1 if failed or not tried else 0)
