//===- Program.h - A program that Python calls ----------------------------===//
#pragma once

#include "Inputs.h"
#include "Outputs.h"

namespace circ::python {

class Program {
public:
  Program(std::shared_ptr<ModuleHandle> module, size_t circuit, int derivative,
          const std::vector<std::string> &wrt, const std::string &of, int mode);
  Program(const Program &) = delete;
  ~Program() { circ_program_free(program); }

  /// Calls it with the arguments of the circuit, and with tangents, seeds or a
  /// vector by name.
  py::object call(const py::tuple &arguments, const py::dict &named,
                  const py::object &directions) const;

  /// Binds arguments to inputs. Positions come in the order of the parameters.
  void bind(Inputs &inputs, const py::tuple &arguments, const py::dict &named,
            const py::object &directions) const;
  /// Calls it with bound inputs; the results are the caller's.
  circ_results *run(const std::vector<circ_array> &inputs) const;

  const char *warnings() const { return circ_program_warnings(program); }

  std::vector<circ_value_info> inputs, outputs, parameters, results;
  OutputNode tree;

private:
  void giveByName(Inputs &bound, const std::vector<InputNode> &nodes, std::vector<bool> &given,
                  const py::dict &named, const char *what) const;
  [[noreturn]] void unknown(const std::string &name, const std::vector<InputNode> &nodes,
                            const char *what) const;

  std::shared_ptr<ModuleHandle> module;
  std::string name;
  circ_program *program = nullptr;
  std::vector<InputNode> parameterNodes, directionNodes;
};

/// The parameters or results of a circuit.
std::vector<circ_value_info> parametersOf(const circ_module *module, size_t circuit);
std::vector<circ_value_info> resultsOf(const circ_module *module, size_t circuit);

} // namespace circ::python
