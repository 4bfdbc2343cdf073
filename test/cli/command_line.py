"""Every option that is documented is known; help, completion and the manual tell the same."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1])
FOLDER = pathlib.Path(tempfile.mkdtemp())
shutil.copy(SOURCE / "examples/tutorial/f.circ", FOLDER)
COMMANDS = ["run", "grad", "jvp", "vjp", "hvp", "jacobian", "hessian", "check", "build", "emit", "verify",
            "fit", "bench", "completion"]
LATER = ["view", "fmt", "repl", "lsp", "doc"]
X = ["f.circ", "x=-2", "y=5", "z=-4"]
failed = 0


def bash(command):
    return subprocess.run(["bash", "-c", command], cwd=FOLDER, capture_output=True, text=True, timeout=120)


def circ(*words):
    return subprocess.run(["circ", *words], cwd=FOLDER, capture_output=True, text=True, timeout=120)


def check(right, what, done=None):
    global failed
    if not right:
        failed += 1
        print(f"FAILED: {what}", *([done.returncode, done.stdout, done.stderr] if done else []))


# Help ends with an example, and the example works.
for words in [[], *([name] for name in COMMANDS)]:
    done = circ(*words, "--help")
    example = done.stdout.rstrip().splitlines()[-1].strip()
    check(done.returncode == 0 and "Example:" in done.stdout and example.startswith("circ "), f"help of {words}", done)
    check(bash(example).returncode == 0, f"the example of {words}: {example}", bash(example))

# Options that all compiling commands take, and those of one.
COMMON = [["-O0"], ["-O1"], ["-O2"], ["-O3"], ["-O", "2"], ["--strict"], ["--threads", "2"], ["--cpu", "native"], ["--cpu=generic"],
          ["--time"], ["--no-cache"], ["--remarks"], ["--json"], ["--memory", "64MB"]]
CALLS = {"run": ["run", *X], "grad": ["grad", *X], "jvp": ["jvp", *X, "--tangent", "x=1"], "vjp": ["vjp", *X, "--seed", "value=1"],
         "hvp": ["hvp", *X, "--vector", "x=1"], "jacobian": ["jacobian", *X], "hessian": ["hessian", *X],
         "build": ["build", "f.circ", "-o", "libf.so"], "emit": ["emit", "f.circ", "--stage", "llvm"],
         "fit": ["fit", *X, "--max-evaluations", "3"],
         "bench": ["bench", *X, "--seconds", "0.01"]}
for number, option in enumerate(COMMON):
    for call in CALLS.values() if number % 4 == 0 else list(CALLS.values())[number % 9::9]:
        done = circ(*call, *option)
        check(done.returncode == 0, f"{call} {option}", done)
OWN = [("grad", ["--wrt", "x,y"]), ("grad", ["--wrt=x"]), ("grad", ["--mode", "forward"]), ("grad", ["--mode", "reverse"]), ("grad", ["--of", "value"]),
       ("hessian", ["--of", "value"]), ("hvp", ["--wrt", "x"]), ("jacobian", ["--wrt", "x"]), ("jacobian", ["--mode", "forward"]), ("jacobian", ["--sparse"]), ("hessian", ["--sparse"]),
       ("build", ["--derivatives", "grad,jvp,vjp,hvp,jacobian,hessian"]), ("build", ["--derivatives", "none"]), ("build", ["--prefix", "my_"]),
       ("bench", ["--wrt", "x"]), ("bench", ["--of", "value"]),
       ("fit", ["--over", "x,y"]), ("fit", ["--maximize"]), ("fit", ["--maximise", "--method", "slsqp"]), ("fit", ["--bounds", "x=-3:"]), ("fit", ["--of", "value"]),
       ("fit", ["--method=gradient", "--step", "0.1"]), ("fit", ["--log", "f.csv", "--plot", "f.svg"]), ("fit", ["--time-limit", "1"]),
       ("fit", ["--gradient-tolerance", "1e-3", "--value-tolerance", "1e-6"]), ("build", ["-g"]), ("emit", ["-g"]), ("emit", ["-o", "f.ll"])]
for command, option in OWN:
    done = circ(*CALLS[command], *option)
    check(done.returncode == 0, f"{command} {option}", done)
# An option takes one word, also where it may be given several times: arguments may follow it.
for words, output in [(["grad", "f.circ", "--wrt", "x", *X[1:]], "f = -12\ndf/dx = -4\n"),
                      (["jvp", "f.circ", "--tangent", "x=1", *X[1:], "--tangent", "z=1"], "f = -12\ndf = -1\n")]:
    done = circ(*words)
    check(done.returncode == 0 and done.stdout == output, words, done)
for stage in ["tokens", "ast", "typed-ast", "ir", "adjoint", "lowered", "llvm", "asm"]:
    done = circ("emit", "f.circ", "--stage", stage)
    check(done.returncode == 0 and done.stdout, f"emit {stage}", done)

# What comes later says so.
for command in LATER:
    done = circ(command, "f.circ", "--anything")
    check(done.returncode == 1 and f"'{command}' is not supported yet" in done.stderr, command, done)

# Diagnostics as data.
(FOLDER / "bad.circ").write_text("circuit bad(x) = x + y\n")
for words in [["check", "bad.circ"], ["build", "bad.circ", "-o", "libbad.so"], ["emit", "bad.circ", "--stage", "ir"]]:
    done = circ(*words, "--json")
    check(done.returncode == 1 and done.stdout.startswith("[{") and '"error"' in done.stdout and not done.stderr, words, done)

# Completion: what bash offers.
script = circ("completion", "bash").stdout


def offered(line):
    words = line.split(" ")
    array = " ".join(f"'{word}'" for word in words)
    return set(bash(f"{script}\nCOMP_WORDS=({array}); COMP_CWORD={len(words) - 1}; _circ; printf '%s\\n' \"${{COMPREPLY[@]}}\"").stdout.split())


check(offered("circ ") >= set(COMMANDS) and not offered("circ ") & {*LATER, "manual"}, f"completion of commands: {offered('circ ')}")
check(offered("circ ja") == {"jacobian"}, "completion of ja")
check(offered("circ grad --mo") == {"--mode"}, "completion of --mo")
check(offered("circ grad --mode ") == {"reverse", "forward"}, f"completion of a mode: {offered('circ grad --mode ')}")
check(offered("circ completion ") == {"bash", "zsh", "fish"}, "completion of a shell")
check("f.circ" in offered("circ run f"), "completion of a file")
for command in COMMANDS[:-1]:
    documented = set(re.findall(r"--[a-z-]+", circ(command, "--help").stdout.split("Not supported yet")[0])) & offered(f"circ {command} --")
    check(documented == offered(f"circ {command} --") and len(documented) > 1, f"options of {command}")
for shell, syntax in [("bash", "bash -n"), ("zsh", "zsh -n"), ("fish", "fish -n")]:
    (FOLDER / shell).write_text(circ("completion", shell).stdout)
    check("--tangent" in (FOLDER / shell).read_text() or "-l tangent" in (FOLDER / shell).read_text(), f"completion for {shell}")
    if shutil.which(shell):
        done = bash(f"{syntax} {shell}")
        check(done.returncode == 0, f"{shell} reads its completion", done)

# The manual page tells all commands and options.
page = circ("manual").stdout.replace("\\-", "-")
for command in COMMANDS:
    check(f".SS circ {command}" in page, f"the manual tells {command}")
    for option in offered(f"circ {command} --"):
        check(option in page, f"the manual tells {command} {option}")
if shutil.which("man"):
    (FOLDER / "circ.1").write_text(circ("manual").stdout)
    done = bash("man --warnings -E UTF-8 -l -Tutf8 circ.1 >/dev/null")
    check(done.returncode == 0 and not done.stderr, "man reads the page", done)

sys.exit(1 if failed else 0)
