//===- Inputs.h - Python's values as inputs of programs -------------------===//
#pragma once

#include "Module.h"

#include <deque>

namespace circ::python {

/// A parameter as stated: a leaf, or a struct with its fields.
struct InputNode {
  std::string name;  ///< "cam"; of a field "focal".
  std::string path;  ///< "cam.focal", for messages.
  int leaf = -1;     ///< The input, where it is no struct.
  unsigned rank = 0; ///< Of an array of structs.
  std::vector<InputNode> fields;

  bool isStruct() const { return leaf < 0; }
};

/// The parts of names such as "cam.pose.center" as trees, in order of appearance.
/// The inputs `first` to `last` of `infos` are taken.
std::vector<InputNode> makeTrees(const std::vector<circ_value_info> &infos, size_t first,
                                 size_t last);

/// The inputs of one call, and what keeps their memory.
class Inputs {
public:
  explicit Inputs(const std::vector<circ_value_info> &infos);

  /// Takes a value for a parameter as stated.
  void give(const InputNode &node, py::handle value);

  const std::vector<circ_value_info> &infos;
  std::vector<circ_array> arrays;

private:
  void giveLeaf(const InputNode &node, py::handle value);
  void giveStructs(const InputNode &node, py::handle value);
  void giveArray(int leaf, const std::string &name, py::handle value);

  std::vector<double> reals;
  std::vector<int64_t> integers;
  std::vector<float> singles;
  std::vector<uint8_t> truths;
  std::vector<py::object> kept;
};

} // namespace circ::python
