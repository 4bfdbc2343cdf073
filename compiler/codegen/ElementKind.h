//===- ElementKind.h - Kinds of elements that cross a call ----------------===//
#pragma once

namespace circ {

/// The kinds of elements that parameters and results have.
enum class ElementKind { F64, F32, I64, Bool };

} // namespace circ
