"""Makes the wheel of the Python module: what CMake builds and installs, with libcirc beside it.

CIRC_BUILD names a folder where circ is built already; without it the release preset is built.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

root = pathlib.Path(__file__).resolve().parent


class Build(build_py):
    """Takes the package from the install tree."""

    def run(self):
        build = os.environ.get("CIRC_BUILD")
        if not build:
            subprocess.run(["cmake", "--preset", "release"], cwd=root, check=True)
            subprocess.run(["cmake", "--build", "--preset", "release", "--target", "circ_python_package"], cwd=root,
                           check=True)
            build = root / "build" / "release"
        package = pathlib.Path(self.build_lib) / "circ"
        with tempfile.TemporaryDirectory() as stage:
            for component in "library", "python":
                subprocess.run(["cmake", "--install", build, "--component", component, "--prefix", stage, "--strip"],
                               check=True, stdout=subprocess.DEVNULL)
            shutil.copytree(pathlib.Path(stage) / "lib/python3/dist-packages/circ", package, dirs_exist_ok=True)
            [library] = pathlib.Path(stage).rglob("libcirc.so.0")
            shutil.copy(library, package)
            self.copy_needed(library, package)

    @staticmethod
    def copy_needed(library, package):
        """ANTLR's runtime is not on every machine: it goes along."""
        for line in subprocess.run(["ldd", library], capture_output=True, text=True, check=True).stdout.splitlines():
            name, _, path = line.strip().partition(" => ")
            if name.startswith(("libantlr4", "libzip")):
                shutil.copy(path.split(" (")[0], package / name)


class Binary(Distribution):
    """The wheel is of this machine's kind."""

    def has_ext_modules(self):
        return True


version = re.search(r"project\(circ VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text()).group(1)
setup(version=version, packages=["circ"], package_dir={"circ": "python/circ"}, cmdclass={"build_py": Build},
      distclass=Binary)
