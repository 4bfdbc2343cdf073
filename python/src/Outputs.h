//===- Outputs.h - Outputs of programs as Python's values -----------------===//
#pragma once

#include "Module.h"

namespace circ::python {

/// How outputs are put together.
struct OutputNode {
  enum class Kind { Leaf, Record, Tuple, None };
  Kind kind = Kind::None;
  int leaf = -1;
  std::vector<OutputNode> parts;
  std::vector<py::object> names; ///< Of the parts of a record.
};

/// What a program of this derivative gives.
OutputNode outputTree(int derivative, const std::vector<circ_value_info> &outputs,
                      const std::vector<circ_value_info> &results,
                      const std::vector<circ_value_info> &parameters);

/// Values by the names of the parameters that they belong to; `leaves` are
/// positions of outputs, `owners` those of parameters.
OutputNode byParameter(const std::vector<int> &leaves, const std::vector<int> &owners,
                       const std::vector<circ_value_info> &parameters);

/// A scalar as a number of Python's, an array as a new one of NumPy's.
py::object toPython(const circ_array &array);

/// The values of a call.
py::object build(const OutputNode &node, const circ_results *results);

} // namespace circ::python
