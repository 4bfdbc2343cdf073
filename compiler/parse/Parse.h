//===- Parse.h - From text to the abstract syntax tree --------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/support/Diagnostics.h"

#include <memory>

namespace circ {

/// Parses a file of `sources`. Syntax errors go to `diagnostics` (several a
/// file); the module then holds the items that could be parsed. Never
/// crashes: input beyond the documented limits ends in a diagnostic.
std::unique_ptr<ast::Module> parseModule(const SourceManager &sources, FileId file,
                                         DiagnosticEngine &diagnostics);

/// Parses a file and what it imports, each file once. Files that cannot be
/// read and cycles are reported at the import.
std::unique_ptr<ast::Module> parseProgram(SourceManager &sources, FileId file,
                                          DiagnosticEngine &diagnostics);

/// Prints the tokens of a file as the parser sees them, one a line:
/// line:column, kind, text. Of the line ends those are left that end statements.
void printTokens(const SourceManager &sources, FileId file, llvm::raw_ostream &out);

} // namespace circ
