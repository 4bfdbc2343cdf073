//===- Outputs.cpp - Outputs of programs as Python's values ---------------===//

#include "Outputs.h"

#include <cstring>

namespace circ::python {

using Kind = OutputNode::Kind;

static py::object interned(const std::string &name) {
  return py::reinterpret_steal<py::object>(PyUnicode_InternFromString(name.c_str()));
}

/// Puts a leaf into a record, below the names that its path has.
static void place(OutputNode &root, const std::string &path, OutputNode leaf) {
  OutputNode *node = &root;
  size_t begin = 0;
  while (true) {
    size_t end = path.find('.', begin);
    std::string name = path.substr(begin, end - begin);
    node->kind = Kind::Record;
    size_t k = 0;
    while (k < node->names.size() && node->names[k].cast<std::string>() != name)
      ++k;
    if (k == node->names.size()) {
      node->names.push_back(interned(name));
      node->parts.emplace_back();
    }
    node = &node->parts[k];
    if (end == std::string::npos)
      break;
    begin = end + 1;
  }
  *node = std::move(leaf);
}

static OutputNode leafNode(int position) {
  OutputNode made;
  made.kind = Kind::Leaf;
  made.leaf = position;
  return made;
}

/// The part of a result's name after that of the result: "focal" of
/// "value.0.focal"; "" when it is no struct.
static std::string fieldPath(const circ_value_info &result) {
  std::string name = result.name;
  if (result.depth == 0)
    return "";
  // A struct's leaf has at least one field; unnamed results have a number.
  size_t dot = name.find('.');
  std::string rest = name.substr(dot + 1);
  if (!result.is_named && rest.find('.') != std::string::npos && isdigit(rest[0]))
    rest = rest.substr(rest.find('.') + 1);
  return rest;
}

/// What belongs to the results, put together as the circuit states them: bare, by
/// name, or as a tuple. `parts[i]` belongs to result number `owners[i]`.
static OutputNode byResult(std::vector<OutputNode> parts, const std::vector<int> &owners,
                           const std::vector<circ_value_info> &results) {
  bool named = false;
  for (const circ_value_info &result : results)
    named |= result.is_named != 0;
  OutputNode made;
  if (named) {
    made.kind = Kind::Record;
    for (size_t i = 0; i < parts.size(); ++i) {
      const circ_value_info &result = results[owners[i]];
      std::string name = result.is_named ? result.name : std::to_string(result.stated);
      if (!result.is_named && result.depth)
        name += "." + fieldPath(result);
      place(made, name, std::move(parts[i]));
    }
    return made;
  }
  made.kind = Kind::Tuple;
  made.parts.resize(static_cast<size_t>(results.back().stated) + 1);
  for (size_t i = 0; i < parts.size(); ++i) {
    const circ_value_info &result = results[owners[i]];
    OutputNode &whole = made.parts[result.stated];
    std::string field = fieldPath(result);
    if (field.empty())
      whole = std::move(parts[i]);
    else
      place(whole, field, std::move(parts[i]));
  }
  if (made.parts.size() > 1)
    return made;
  OutputNode only = std::move(made.parts[0]);
  return only;
}

OutputNode byParameter(const std::vector<int> &leaves, const std::vector<int> &owners,
                       const std::vector<circ_value_info> &parameters) {
  OutputNode made;
  made.kind = Kind::Record;
  for (size_t i = 0; i < leaves.size(); ++i)
    place(made, parameters[owners[i]].name, leafNode(leaves[i]));
  return made;
}

OutputNode outputTree(int derivative, const std::vector<circ_value_info> &outputs,
                      const std::vector<circ_value_info> &results,
                      const std::vector<circ_value_info> &parameters) {
  auto resultsOf = [&](int role) {
    std::vector<OutputNode> parts;
    std::vector<int> owners;
    for (size_t i = 0; i < outputs.size(); ++i)
      if (outputs[i].role == role) {
        parts.push_back(leafNode(static_cast<int>(i)));
        owners.push_back(outputs[i].result);
      }
    return byResult(std::move(parts), owners, results);
  };
  auto parametersOf = [&](int role, int result, int first) {
    std::vector<int> leaves, owners;
    for (size_t i = 0; i < outputs.size(); ++i) {
      const circ_value_info &output = outputs[i];
      if (output.role != role || (result >= 0 && output.result != result) ||
          (first >= 0 && output.parameter[0] != first))
        continue;
      leaves.push_back(static_cast<int>(i));
      owners.push_back(output.parameter[first >= 0 ? 1 : 0]);
    }
    return byParameter(leaves, owners, parameters);
  };
  auto pair = [](OutputNode first, OutputNode second) {
    OutputNode made;
    made.kind = Kind::Tuple;
    made.parts.push_back(std::move(first));
    made.parts.push_back(std::move(second));
    return made;
  };
  switch (derivative) {
  case CIRC_GRADIENT:
    return pair(resultsOf(CIRC_VALUE), parametersOf(CIRC_DERIVATIVE, -1, -1));
  case CIRC_JVP:
    return pair(resultsOf(CIRC_VALUE), resultsOf(CIRC_TANGENT));
  case CIRC_VJP:
    return pair(resultsOf(CIRC_VALUE), parametersOf(CIRC_ADJOINT, -1, -1));
  case CIRC_HVP:
    return parametersOf(CIRC_PRODUCT, -1, -1);
  case CIRC_JACOBIAN: {
    std::vector<OutputNode> parts;
    std::vector<int> owners;
    for (const circ_value_info &output : outputs)
      if (output.role == CIRC_DERIVATIVE && (owners.empty() || owners.back() != output.result)) {
        owners.push_back(output.result);
        parts.push_back(parametersOf(CIRC_DERIVATIVE, output.result, -1));
      }
    return byResult(std::move(parts), owners, results);
  }
  case CIRC_HESSIAN: {
    OutputNode made;
    int last = -1;
    for (const circ_value_info &output : outputs)
      if (output.role == CIRC_DERIVATIVE && output.parameter[0] != last) {
        last = output.parameter[0];
        place(made, parameters[last].name, parametersOf(CIRC_DERIVATIVE, -1, last));
      }
    return made;
  }
  case CIRC_SPARSE_JACOBIAN:
  case CIRC_SPARSE_HESSIAN: {
    OutputNode made;
    made.kind = Kind::Tuple;
    for (size_t i = 0; i < outputs.size(); ++i)
      made.parts.push_back(leafNode(static_cast<int>(i)));
    return made;
  }
  default:
    return resultsOf(CIRC_VALUE);
  }
}

py::object toPython(const circ_array &array) {
  if (array.rank == 0) {
    switch (array.kind) {
    case CIRC_F64:
      return py::float_(*static_cast<const double *>(array.data));
    case CIRC_F32:
      return py::float_(*static_cast<const float *>(array.data));
    case CIRC_I64:
      return py::int_(*static_cast<const int64_t *>(array.data));
    default:
      return py::bool_(*static_cast<const uint8_t *>(array.data) != 0);
    }
  }
  static const py::dtype *types[] = {
      new py::dtype(py::dtype::of<double>()), new py::dtype(py::dtype::of<float>()),
      new py::dtype(py::dtype::of<int64_t>()), new py::dtype(py::dtype::of<bool>())};
  py::array made(*types[array.kind],
                 py::detail::any_container<py::ssize_t>(array.shape, array.shape + array.rank));
  if (made.nbytes())
    memcpy(made.mutable_data(), array.data, static_cast<size_t>(made.nbytes()));
  return std::move(made);
}

py::object build(const OutputNode &node, const circ_results *results) {
  switch (node.kind) {
  case Kind::Leaf:
    return toPython(circ_results_get(results, node.leaf));
  case Kind::Record: {
    auto record = py::reinterpret_steal<py::object>(PyObject_CallNoArgs(recordClass->ptr()));
    if (!record)
      throw py::error_already_set();
    for (size_t i = 0; i < node.parts.size(); ++i)
      if (PyDict_SetItem(record.ptr(), node.names[i].ptr(), build(node.parts[i], results).ptr()))
        throw py::error_already_set();
    return record;
  }
  case Kind::Tuple: {
    py::tuple made(node.parts.size());
    for (size_t i = 0; i < node.parts.size(); ++i)
      made[i] = build(node.parts[i], results);
    return std::move(made);
  }
  case Kind::None:
    break;
  }
  return py::none();
}

} // namespace circ::python
