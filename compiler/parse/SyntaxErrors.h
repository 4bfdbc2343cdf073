//===- SyntaxErrors.h - Syntax errors in the words of the language --------===//
#pragma once

#include "compiler/parse/Tokens.h"

namespace circ::parse {

/// Turns ANTLR's syntax errors into diagnostics.
class SyntaxErrorListener : public antlr4::BaseErrorListener {
public:
  SyntaxErrorListener(FileId file, const Positions &positions, DiagnosticEngine &diagnostics)
      : file(file), positions(positions), diagnostics(diagnostics) {}

  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *token, size_t line, size_t column,
                   const std::string &message, std::exception_ptr error) override;

private:
  FileId file;
  const Positions &positions;
  DiagnosticEngine &diagnostics;
};

} // namespace circ::parse
