//===- Extension.cpp - The extension module circ._circ --------------------===//
//
// It knows libcirc by circ-c/circ.h alone. What people see is made of it in
// Python, in the files beside it.
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <pybind11/stl.h>

#include <atomic>
#include <csignal>

namespace circ::python {

py::object *recordClass = nullptr;

namespace {

std::atomic<int> runningCalls{0};
struct sigaction previousAction;

/// Exceptions of the Python module, made in Python.
py::object error(const char *name) { return py::module_::import("circ").attr(name); }

void interrupted(int signal, siginfo_t *info, void *context) {
  if (runningCalls.load() > 0)
    circ_interrupt(1);
  if (previousAction.sa_flags & SA_SIGINFO)
    previousAction.sa_sigaction(signal, info, context);
  else
    previousAction.sa_handler(signal);
}

} // namespace

static void endCall() {
  // The flag may be set when the last call has ended by itself.
  if (--runningCalls == 0)
    circ_interrupt(0);
}

RunningCall::RunningCall() {
  // From here on Ctrl-C stops circuits; what came before is Python's to handle.
  ++runningCalls;
  if (PyErr_CheckSignals() != 0) {
    endCall();
    throw py::error_already_set();
  }
  release.emplace();
}
RunningCall::~RunningCall() { endCall(); }

void installInterrupt() {
  struct sigaction present;
  if (sigaction(SIGINT, nullptr, &present) != 0)
    return;
  bool isOurs = (present.sa_flags & SA_SIGINFO) && present.sa_sigaction == interrupted;
  if (isOurs || present.sa_handler == SIG_DFL || present.sa_handler == SIG_IGN)
    return;
  previousAction = present;
  struct sigaction action = present;
  action.sa_flags |= SA_SIGINFO;
  action.sa_sigaction = interrupted;
  sigaction(SIGINT, &action, nullptr);
}

void badArgument(const std::string &message) {
  PyErr_SetString(error("ArgumentError").ptr(), message.c_str());
  throw py::error_already_set();
}

void raise(int status) {
  // Python code, which runs below, may call libcirc again.
  std::string message = circ_message(), json = circ_message_json();
  if (status == CIRC_INTERRUPTED && PyErr_CheckSignals() != 0)
    throw py::error_already_set();
  py::object made;
  if (status == CIRC_PROGRAM)
    made = error("CompileError")(message, json);
  else if (status == CIRC_ARGUMENT)
    made = error("ArgumentError")(message);
  else if (status == CIRC_FILE)
    made = py::reinterpret_borrow<py::object>(PyExc_OSError)(message);
  else
    made = error("RuntimeError")(message, status);
  PyErr_SetObject(reinterpret_cast<PyObject *>(Py_TYPE(made.ptr())), made.ptr());
  throw py::error_already_set();
}

static std::shared_ptr<ModuleHandle> open(const std::string &name, const py::object &text,
                                          int quick, bool strict, const std::string &cpu,
                                          int64_t memory, bool noCache, bool blas, int threads) {
  circ_options options = {quick, strict, cpu.empty() ? nullptr : cpu.c_str(), memory, noCache,
                          blas,  threads};
  circ_module *module = nullptr;
  bool isFile = text.is_none();
  std::string source = isFile ? "" : text.cast<std::string>();
  if (source.find('\0') != std::string::npos)
    throw py::value_error("the text of a circuit has no null characters");
  int status;
  {
    py::gil_scoped_release release;
    status = isFile ? circ_load(name.c_str(), &options, &module)
                    : circ_compile_text(name.c_str(), source.c_str(), &options, &module);
  }
  if (status != CIRC_OK)
    raise(status);
  installInterrupt();
  return std::make_shared<ModuleHandle>(module);
}

/// Names, types and marks of parameters or results, for people.
static py::list described(const std::vector<circ_value_info> &values) {
  py::list made;
  for (const circ_value_info &value : values)
    made.append(
        py::make_tuple(value.name, value.type, bool(value.is_const), bool(value.has_default)));
  return made;
}

} // namespace circ::python

PYBIND11_MODULE(_circ, m) {
  using namespace circ::python;
  py::class_<ModuleHandle, std::shared_ptr<ModuleHandle>>(m, "Module")
      .def_property_readonly("circuits",
                             [](const ModuleHandle &self) {
                               std::vector<std::string> names;
                               for (size_t i = 0; i < circ_circuit_count(self.module); ++i)
                                 names.push_back(circ_circuit_name(self.module, i));
                               return names;
                             })
      .def_property_readonly(
          "warnings", [](const ModuleHandle &self) { return circ_module_warnings(self.module); })
      .def_property_readonly("text",
                             [](const ModuleHandle &self) { return circ_module_text(self.module); })
      .def("doc", [](const ModuleHandle &self,
                     size_t circuit) { return circ_circuit_doc(self.module, circuit); })
      .def("parameters",
           [](const ModuleHandle &self, size_t circuit) {
             return described(parametersOf(self.module, circuit));
           })
      .def("results", [](const ModuleHandle &self, size_t circuit) {
        return described(resultsOf(self.module, circuit));
      });
  m.def("open", &open);
  m.def("version", &circ_version);
  m.def("set_record", [](py::object type) { recordClass = new py::object(std::move(type)); });
  bindProgram(m);
  bindFlat(m);
}
