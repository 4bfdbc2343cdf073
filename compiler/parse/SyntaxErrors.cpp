//===- SyntaxErrors.cpp - Syntax errors in the words of the language ------===//

#include "compiler/parse/SyntaxErrors.h"

#include "CircParser.h"

namespace circ::parse {

using L = grammar::CircLexer;

static std::string describe(size_t type, const std::string &text) {
  if (type == antlr4::Token::EOF)
    return "the end of the file";
  if (type == L::NEWLINE)
    return "the end of the line";
  if (type >= L::CIRCUIT && type <= L::FALSE)
    return "the word '" + text + "'";
  return "'" + text + "'";
}

/// What one expected token is called; empty for those not worth a mention.
static std::string describeExpected(const antlr4::dfa::Vocabulary &vocabulary, size_t type) {
  if (type == antlr4::Token::EOF || type == L::SEMICOLON)
    return "";
  if (type == L::NEWLINE)
    return "the end of the line";
  if (type == L::NAME)
    return "a name";
  std::string literal = vocabulary.getLiteralName(type);
  return literal;
}

void SyntaxErrorListener::syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *token, size_t,
                                      size_t, const std::string &, std::exception_ptr) {
  if (diagnostics.errorCount() >= 50)
    return;
  auto *parser = static_cast<antlr4::Parser *>(recognizer);
  uint32_t begin = positions.byte(token->getStartIndex());
  uint32_t end = token->getType() == antlr4::Token::EOF || token->getType() == L::NEWLINE
                     ? begin
                     : positions.byte(token->getStopIndex() + 1);
  std::string text = "unexpected " + describe(token->getType(), token->getText());

  antlr4::misc::IntervalSet expected = parser->getExpectedTokens();
  std::vector<std::string> names;
  bool expression = expected.contains(static_cast<size_t>(L::INTEGER));
  if (expression)
    names.push_back("an expression");
  else if (expected.size() <= 8)
    for (ssize_t type : expected.toList()) {
      if (type >= static_cast<ssize_t>(L::BY) && type <= static_cast<ssize_t>(L::TANGENT))
        continue;
      std::string name = describeExpected(parser->getVocabulary(), static_cast<size_t>(type));
      if (!name.empty())
        names.push_back(name);
    }
  if (!names.empty() && names.size() <= 4) {
    text += ", expected ";
    for (size_t i = 0; i < names.size(); ++i)
      text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  }
  Diagnostic &d =
      diagnostics.report(DiagnosticId::SyntaxError, SourceRange{file, begin, end}, {text});
  if (token->getType() >= L::CIRCUIT && token->getType() <= L::FALSE &&
      expected.contains(static_cast<size_t>(L::NAME)) && token->getType() != L::IF)
    d.withHint("'" + token->getText() + "' is a reserved word and cannot be a name");
  else if (token->getType() == L::ASSIGN && !expression)
    d.withHint("a comparison is written `==`");
}

} // namespace circ::parse
