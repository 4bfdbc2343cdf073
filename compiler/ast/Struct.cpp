//===- Struct.cpp - Structs as lists of leaves ----------------------------===//

#include "compiler/ast/Module.h"

namespace circ::ast {

static void collect(const Type &type, const std::string &path, std::vector<unsigned> ranks,
                    std::vector<Leaf> &found) {
  if (!type.structure) {
    found.push_back({path, type, std::move(ranks)});
    return;
  }
  unsigned outer = 0;
  for (unsigned rank : ranks)
    outer += rank;
  ranks.push_back(type.rank() - outer);
  for (const StructField &field : type.structure->fields) {
    std::vector<Dimension> dims = type.dims;
    dims.insert(dims.end(), field.type.dims.begin(), field.type.dims.end());
    collect(field.type.withDims(std::move(dims)),
            path.empty() ? field.name : path + "." + field.name, ranks, found);
  }
}

std::vector<Leaf> leavesOf(const Type &type) {
  std::vector<Leaf> found;
  collect(type, "", {}, found);
  return found;
}

std::vector<Type> leafTypes(const std::vector<Type> &types) {
  std::vector<Type> flat;
  for (const Type &type : types)
    for (Leaf &leaf : leavesOf(type))
      flat.push_back(std::move(leaf.type));
  return flat;
}

bool hasReal(const Type &type) {
  for (const Leaf &leaf : leavesOf(type))
    if (leaf.type.isReal())
      return true;
  return false;
}

FieldPlace findField(const StructItem &structure, const std::string &name) {
  FieldPlace place{nullptr, 0, 0};
  for (const StructField &field : structure.fields) {
    place.leafCount = unsigned(leavesOf(field.type).size());
    if (field.name == name) {
      place.field = &field;
      return place;
    }
    place.firstLeaf += place.leafCount;
  }
  return place;
}

} // namespace circ::ast
