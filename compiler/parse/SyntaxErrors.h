//===- SyntaxErrors.h - Syntax errors in the words of the language --------===//
#pragma once

#include "compiler/parse/Tokens.h"

namespace circ::parse {

/// Turns ANTLR's syntax errors into diagnostics.
class SyntaxErrorListener : public antlr4::BaseErrorListener {
public:
  SyntaxErrorListener(FileId file, const Positions &positions, const std::set<size_t> &badLines,
                      DiagnosticEngine &diagnostics)
      : file(file), positions(positions), badLines(badLines), diagnostics(diagnostics) {}

  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *token, size_t line, size_t column,
                   const std::string &message, std::exception_ptr error) override;

private:
  FileId file;
  const Positions &positions;
  const std::set<size_t> &badLines;
  DiagnosticEngine &diagnostics;
  size_t lastLine = 0;
};

/// ANTLR's recovery, but it makes up no tokens: what follows a made-up one is
/// rarely what was meant.
class ErrorRecovery : public antlr4::DefaultErrorStrategy {
protected:
  bool singleTokenInsertion(antlr4::Parser *) override { return false; }
};

} // namespace circ::parse
