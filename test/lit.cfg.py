import os
import shutil

import lit.formats

config.name = "circ"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".circ", ".test"]
config.excludes = ["Inputs", "unit", "bad", "good", "regressions"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.circ_build, "test")

config.environment["PATH"] = os.path.pathsep.join(
    [config.circ_bin, config.llvm_bin, config.environment.get("PATH", os.environ["PATH"])]
)
for name in ["HOME", "CCACHE_DIR"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]
# Tests keep compiled code in a folder of their own.
config.environment["XDG_CACHE_HOME"] = os.path.join(config.test_exec_root, "cache")
# MLIR and LLVM keep memory until the process ends; leaks are looked for elsewhere.
# An absurd size is to be refused by a null pointer, as malloc does.
config.environment["ASAN_OPTIONS"] = "detect_leaks=0:allocator_may_return_null=1"
config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"

config.substitutions += [
    ("%circ-opt", "circ-opt"),
    ("%circ", "circ"),
    ("%source", config.circ_source),
    ("%build", config.circ_build),
    ("%python", config.python),
    ("%cc", config.c_compiler),
    ("%cxx", config.cxx_compiler),
    # For programs that are linked with the compiler's own libraries.
    ("%instrument", "-fsanitize=address,undefined" if config.sanitized else ""),
]
if config.sanitized:
    config.available_features.add("sanitized")
    config.environment["CIRC_TEST_SHARE"] = "6"
# Under sanitizers all is some ten times slower: fewer of the cases that are made by chance, and more patience.
config.substitutions += [
    ("%sanitized", "sanitized" if config.sanitized else ""),
    ("%mutants", "300" if config.sanitized else "2000"),
    ("%seconds", "150" if config.sanitized else "30"),
]
# The Python module is left out where pybind11 is missing, and under sanitizers: a Python that is not built with them
# cannot load a library that is. Tests of what is optional say what they need.
if os.path.exists(os.path.join(config.circ_build, "python", "circ", "__init__.py")):
    config.available_features.add("python-module")
for package in ["scipy", "torch"]:
    if any(os.path.isdir(os.path.join(folder, package)) for folder in config.python_folders.split(";")):
        config.available_features.add(package)
for program in ["qemu-aarch64", "aarch64-linux-gnu-gcc", "dpkg-deb", "pkg-config"]:
    if shutil.which(program):
        config.available_features.add(program)
