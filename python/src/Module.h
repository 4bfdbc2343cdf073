//===- Module.h - What the parts of the extension share -------------------===//
#pragma once

#include "circ-c/circ.h"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace circ::python {

namespace py = pybind11;

/// Raises what a status of libcirc means, with its message.
[[noreturn]] void raise(int status);

/// Raises `circ.ArgumentError`.
[[noreturn]] void badArgument(const std::string &message);

/// Counts a call, so that Ctrl-C reaches it, and lets other threads run.
class RunningCall {
public:
  RunningCall();
  ~RunningCall();

private:
  std::optional<py::gil_scoped_release> release;
};

/// Makes Ctrl-C stop running circuits, before Python's own handler, also where the
/// program has set another one since the last time. Ignored signals stay ignored.
void installInterrupt();

/// A value or derivative of a circuit: machine code, and how Python's values
/// become its inputs and its outputs become Python's.
class Program;

/// A module of libcirc.
struct ModuleHandle {
  explicit ModuleHandle(circ_module *module) : module(module) {}
  ModuleHandle(const ModuleHandle &) = delete;
  ~ModuleHandle() { circ_module_free(module); }
  circ_module *module;
};

void bindProgram(py::module_ &m);
void bindFlat(py::module_ &m);

/// The Python class of values by name.
extern py::object *recordClass;

} // namespace circ::python
