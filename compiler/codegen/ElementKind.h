//===- ElementKind.h - Kinds of elements that cross a call ----------------===//
#pragma once

namespace circ {

/// The kinds of elements that parameters and results have.
enum class ElementKind { F64, F32, I64, Bool };

/// The bytes of an element in memory: 8, 4, 8 and 1.
constexpr unsigned elementBytes(ElementKind kind) {
  switch (kind) {
  case ElementKind::F32:
    return 4;
  case ElementKind::Bool:
    return 1;
  case ElementKind::F64:
  case ElementKind::I64:
    break;
  }
  return 8;
}

} // namespace circ
