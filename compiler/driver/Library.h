//===- Library.h - The C functions of a file's circuits -------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/codegen/Header.h"
#include "compiler/codegen/Wrapper.h"

#include <optional>

namespace circ {

/// What a library holds for one circuit: its value, or its value and gradient.
struct LibraryFunction {
  WrapperSpec wrapper;
  HeaderFunction header;
};

/// The C function of a circuit (`wrt` absent) or of its gradient. Nothing when
/// a result's size is not made of dimension names and i64 parameters; then the
/// circuit stays internal.
std::optional<LibraryFunction> libraryFunction(const ast::Circuit &circuit,
                                               const std::string &prefix,
                                               const std::optional<std::vector<unsigned>> &wrt);

} // namespace circ
