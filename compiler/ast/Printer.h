//===- Printer.h - Prints an abstract syntax tree -------------------------===//
#pragma once

#include "compiler/ast/Module.h"

namespace llvm {
class raw_ostream;
}

namespace circ::ast {

/// Prints one node a line, children indented, with types when `typed`
/// (`circ emit --stage ast` and `typed-ast`).
void print(const Module &module, llvm::raw_ostream &out, bool typed);

} // namespace circ::ast
