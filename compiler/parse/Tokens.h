//===- Tokens.h - Tokens of a file and their layout -----------------------===//
#pragma once

#include "compiler/support/Diagnostics.h"

#include "CircLexer.h"
#include "antlr4-runtime.h"

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace circ::parse {

/// The most bytes a source file may have.
constexpr size_t largestFile = 5'000'000;
/// The deepest nesting of brackets.
constexpr unsigned deepestNesting = 200;
/// The longest chain of operators, prefixes or `else if`s.
constexpr unsigned longestChain = 4000;

using TokenList = std::vector<std::unique_ptr<antlr4::Token>>;

/// A file's tokens as the parser shall see them.
struct Layout {
  TokenList tokens;
  /// Documentation (`///` lines) by the index of the token that follows it.
  std::map<size_t, std::string> docs;
  /// Lines with something that is no token; more errors on them are no news.
  std::set<size_t> badLines;
};

/// Converts between ANTLR's positions (code points) and bytes.
class Positions {
public:
  explicit Positions(std::string_view text);
  /// The byte offset of a code point.
  uint32_t byte(size_t codePoint) const;

private:
  /// Byte offsets of the code points; empty for pure ASCII.
  std::vector<uint32_t> bytes;
  uint32_t size;
};

/// Reports what makes a file no program text at all: too large, binary, not
/// UTF-8. Returns false then.
bool checkText(std::string_view text, FileId file, DiagnosticEngine &diagnostics);

/// All tokens of a file, comments and line ends included.
TokenList lex(std::string_view text);

/// Keeps the line ends that end statements, collects documentation, and checks
/// brackets and nesting. Returns false when parsing would make no sense.
bool layOut(TokenList tokens, std::string_view text, FileId file, const Positions &positions,
            DiagnosticEngine &diagnostics, Layout &layout);

} // namespace circ::parse
