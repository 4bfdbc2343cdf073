//===- Sema.h - Names, types and dimensions -------------------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/support/Diagnostics.h"

namespace circ {

/// Resolves names, infers and checks types and dimensions, makes implicit
/// conversions explicit. Reports every error it finds. When it returns true
/// (no errors) code generation cannot fail on user input.
bool analyze(ast::Module &module, DiagnosticEngine &diagnostics);

} // namespace circ
