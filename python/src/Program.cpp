//===- Program.cpp - A program that Python calls --------------------------===//

#include "Program.h"

#include <pybind11/stl.h>

#include <algorithm>

namespace circ::python {

template <typename Describe>
static std::vector<circ_value_info> collect(size_t count, Describe describe) {
  std::vector<circ_value_info> made(count);
  for (size_t i = 0; i < count; ++i)
    describe(i, &made[i]);
  return made;
}

std::vector<circ_value_info> parametersOf(const circ_module *module, size_t circuit) {
  return collect(circ_parameter_count(module, circuit), [&](size_t i, circ_value_info *info) {
    circ_parameter(module, circuit, i, info);
  });
}

std::vector<circ_value_info> resultsOf(const circ_module *module, size_t circuit) {
  return collect(circ_result_count(module, circuit),
                 [&](size_t i, circ_value_info *info) { circ_result(module, circuit, i, info); });
}

Program::Program(std::shared_ptr<ModuleHandle> handle, size_t circuit, int derivative,
                 const std::vector<std::string> &wrt, const std::string &of, int mode)
    : module(std::move(handle)), name(circ_circuit_name(module->module, circuit)) {
  std::vector<const char *> names;
  for (const std::string &parameter : wrt)
    names.push_back(parameter.c_str());
  circ_request request = {derivative, names.empty() ? nullptr : names.data(), names.size(),
                          of.empty() ? nullptr : of.c_str(), mode};
  int status;
  {
    py::gil_scoped_release release;
    status = circ_compile(module->module, circuit, &request, &program);
  }
  if (status != CIRC_OK)
    raise(status);
  installInterrupt();
  inputs = collect(circ_input_count(program),
                   [&](size_t i, circ_value_info *info) { circ_input(program, i, info); });
  outputs = collect(circ_output_count(program),
                    [&](size_t i, circ_value_info *info) { circ_output(program, i, info); });
  parameters = parametersOf(module->module, circuit);
  results = resultsOf(module->module, circuit);
  parameterNodes = makeTrees(inputs, 0, parameters.size());
  directionNodes = makeTrees(inputs, parameters.size(), inputs.size());
  tree = outputTree(derivative, outputs, results, parameters);
}

/// "x: f64, w: f64[n]".
static std::string listed(const std::vector<circ_value_info> &values) {
  std::string text;
  for (const circ_value_info &value : values)
    text += (text.empty() ? "" : ", ") + std::string(value.name) + ": " + value.type +
            (value.has_default ? " (has a default)" : "");
  return text;
}

void Program::unknown(const std::string &wrong, const std::vector<InputNode> &nodes,
                      const char *what) const {
  std::string text;
  for (const InputNode &node : nodes)
    text += (text.empty() ? "`" : ", `") + node.name + "`";
  badArgument("'" + name + "' has no " + what + " `" + wrong + "`; it has " +
              (text.empty() ? "none" : text));
}

void Program::giveByName(Inputs &bound, const std::vector<InputNode> &nodes,
                         std::vector<bool> &given, const py::dict &named, const char *what) const {
  for (auto item : named) {
    auto wanted = item.first.cast<std::string>();
    size_t k = 0;
    while (k < nodes.size() && nodes[k].name != wanted)
      ++k;
    if (k == nodes.size())
      unknown(wanted, nodes, what);
    if (given[k])
      badArgument("'" + name + "' got the " + what + " `" + wanted + "` twice");
    given[k] = true;
    bound.give(nodes[k], item.second);
  }
}

/// Whether the circuit has a default for the parameter: a struct has none.
static bool hasDefault(const InputNode &node, const std::vector<circ_value_info> &infos) {
  return !node.isStruct() && infos[node.leaf].has_default;
}

void Program::bind(Inputs &bound, const py::tuple &arguments, const py::dict &named,
                   const py::object &directions) const {
  size_t count = arguments.size();
  if (count > parameterNodes.size())
    badArgument("'" + name + "' takes " + std::to_string(parameterNodes.size()) +
                (parameterNodes.size() == 1 ? " argument" : " arguments") + " (" +
                listed(parameters) + "), found " + std::to_string(count));
  std::vector<bool> given(parameterNodes.size());
  for (size_t i = 0; i < count; ++i) {
    bound.give(parameterNodes[i], arguments[i]);
    given[i] = true;
  }
  if (named.size() != 0)
    giveByName(bound, parameterNodes, given, named, "parameter");
  std::string missing;
  for (size_t i = 0; i < given.size(); ++i)
    if (!given[i] && !hasDefault(parameterNodes[i], inputs))
      missing += (missing.empty() ? "`" : ", `") + parameterNodes[i].name + "`";
  if (!missing.empty())
    badArgument("'" + name + "' lacks " + missing + "; it wants " + listed(parameters));
  if (directionNodes.empty())
    return;
  if (directions.is_none())
    badArgument("'" + name + "' has no direction: None stands for nothing");
  const char *what = inputs.back().role == CIRC_SEED     ? "result"
                     : inputs.back().role == CIRC_VECTOR ? "parameter (of the vector)"
                                                         : "parameter (of the tangent)";
  std::vector<bool> set(directionNodes.size());
  if (py::isinstance<py::dict>(directions))
    giveByName(bound, directionNodes, set, py::reinterpret_borrow<py::dict>(directions), what);
  else if (directionNodes.size() == 1)
    bound.give(directionNodes[0], directions);
  else
    badArgument("'" + name + "' has several directions: give them by name, in a dict");
}

circ_results *Program::run(const std::vector<circ_array> &arrays) const {
  circ_results *made = nullptr;
  int status;
  {
    RunningCall running;
    status = circ_call(program, arrays.data(), arrays.size(), &made);
  }
  if (status != CIRC_OK)
    raise(status);
  return made;
}

py::object Program::call(const py::tuple &arguments, const py::dict &named,
                         const py::object &directions) const {
  Inputs bound(inputs);
  bind(bound, arguments, named, directions);
  std::unique_ptr<circ_results, void (*)(circ_results *)> made(run(bound.arrays),
                                                               circ_results_free);
  return build(tree, made.get());
}

void bindProgram(py::module_ &m) {
  py::class_<Program, std::shared_ptr<Program>>(m, "Program")
      .def(py::init<std::shared_ptr<ModuleHandle>, size_t, int, const std::vector<std::string> &,
                    const std::string &, int>())
      .def("__call__", &Program::call)
      .def_property_readonly("warnings", &Program::warnings);
}

} // namespace circ::python
