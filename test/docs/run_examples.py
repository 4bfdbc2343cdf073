"""Runs the commands of the documentation and compares what they print.

In a ```console block a line that begins with `$ ` is a command; the lines that
follow, up to the next command, are exactly what it prints (standard output and
error together). Commands run in a scratch copy of the project's examples.
Every ```circ block is a whole file that `circ check` accepts without an error.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(sys.argv[1])
files = [root / "README.md", *sorted((root / "docs").rglob("*.md")), *sorted((root / "examples").rglob("*.md"))]
scratch = pathlib.Path(tempfile.mkdtemp())
shutil.copytree(root / "examples", scratch / "examples")
failed = commands = snippets = 0


def run(command):
    done = subprocess.run(["bash", "-c", command], cwd=scratch, text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


for file in files:
    text = file.read_text()
    for block in re.findall(r"^```console\n(.*?)^```", text, re.S | re.M):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, expected = part.partition("\n")
            commands += 1
            status, output = run(command)
            if output != expected:
                failed += 1
                print(f"FAILED {file.name}: $ {command}\n--- expected\n{expected}--- printed (status {status})\n{output}")
    for snippet in re.findall(r"^```circ\n(.*?)^```", text, re.S | re.M):
        snippets += 1
        (scratch / "snippet.circ").write_text(snippet)
        status, output = run("circ check snippet.circ")
        if status != 0:
            failed += 1
            print(f"FAILED {file.name}: a snippet is wrong:\n{snippet}\n{output}")

print(f"{commands} commands, {snippets} snippets, {failed} failed")
sys.exit(1 if failed or not commands or not snippets else 0)
