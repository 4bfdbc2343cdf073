//===- SyntaxErrors.cpp - Syntax errors in the words of the language ------===//

#include "compiler/parse/SyntaxErrors.h"

#include "CircParser.h"

namespace circ::parse {

using L = grammar::CircLexer;

static std::string describe(size_t type, const std::string &text) {
  if (type == antlr4::Token::EOF)
    return "end of the file";
  if (type == L::NEWLINE && text != "}") // which ends a statement on its line
    return "end of the line";
  return "'" + text + "'";
}

/// What one expected token is called; empty for those not worth a mention.
static std::string describeExpected(const antlr4::dfa::Vocabulary &vocabulary, size_t type) {
  if (type == antlr4::Token::EOF || type == L::SEMICOLON || type == L::STATEMENT_IF)
    return "";
  if (type == L::NEWLINE)
    return "the end of the line";
  if (type == L::NAME)
    return "a name";
  if (type == L::STRING)
    return "a text in double quotes";
  std::string literal = vocabulary.getLiteralName(type);
  return literal;
}

/// After an operand: the brackets and commas that could follow, not operators.
static std::vector<std::string> wanted(antlr4::Parser &parser,
                                       const antlr4::misc::IntervalSet &expected) {
  std::vector<std::string> names;
  for (size_t type : {L::DOTDOT, L::COMMA, L::RPAREN, L::RBRACKET, L::LBRACE})
    if (expected.contains(type))
      names.push_back(describeExpected(parser.getVocabulary(), type));
  return names;
}

/// What a range, a slice, a type or the head of a loop was probably meant to be.
static std::string likelyRange(antlr4::Parser &parser, size_t type, size_t last,
                               const antlr4::misc::IntervalSet &expected) {
  using P = grammar::CircParser;
  auto isExpected = [&](size_t wanted) { return expected.contains(wanted); };
  auto *context = dynamic_cast<antlr4::ParserRuleContext *>(parser.getRuleContext());
  auto inside = [&](auto *wanted) {
    using Wanted = std::remove_pointer_t<decltype(wanted)>;
    return dynamic_cast<Wanted *>(context) || dynamic_cast<Wanted *>(context->parent);
  };
  if (last == L::FOR || (type == L::ASSIGN && isExpected(L::IN)))
    return "a loop is written `for i in 0..n { ... }`";
  if (inside(static_cast<P::RangeContext *>(nullptr)) && (type == L::LBRACE || type == L::COLON))
    return "a range is written `0..n`";
  if (type == L::COMMA && inside(static_cast<P::ForStatementContext *>(nullptr)))
    return "a loop has one variable: write one loop in the other";
  if (type == L::COLON && isExpected(L::RBRACKET))
    return "a slice is written `a[1..n]`";
  if (last == L::LBRACKET && inside(static_cast<P::TypeContext *>(nullptr)))
    return "a dimension has a size or a name: `f64[n]`";
  return "";
}

/// What a word of another language was probably meant to be.
static std::string likelyWord(const std::string &text, const std::string &before) {
  static const std::set<std::string> functions = {"def", "function", "fn", "func", "fun"};
  if (before == "elif" || before == "elseif")
    return "write `else if`";
  if (functions.count(text))
    return "a function is written `circuit f(x) = ...` or `circuit f(x) { ... }`";
  if (text == "and")
    return "write `&&`";
  if (text == "or")
    return "write `||`";
  return before == "not" ? "write `!`" : "";
}

/// What was probably meant; empty when there is no telling.
static std::string likelyFix(antlr4::Parser &parser, antlr4::Token &token,
                             const antlr4::misc::IntervalSet &expected) {
  bool afterOperand = expected.contains(static_cast<size_t>(L::CARET));
  size_t type = token.getType();
  antlr4::Token *before = parser.getTokenStream()->LT(-1);
  size_t last = before ? before->getType() : antlr4::Token::EOF;
  auto isExpected = [&](size_t wanted) { return expected.contains(wanted); };
  if (std::string range = likelyRange(parser, type, last, expected); !range.empty())
    return range;
  if (std::string word = likelyWord(token.getText(), before ? before->getText() : "");
      !word.empty())
    return word;
  if (type == L::ASSIGN && afterOperand)
    return "a comparison is written `==`";
  if (type == L::COMMA && isExpected(L::IMPORT))
    return "several results stand in parentheses: `= (a, b)`";
  if (type == L::TIMES && last == L::TIMES)
    return "a power is written `x^2`";
  if (type == L::TIMES && last == L::DIVIDE)
    return "a comment begins with `//` and ends with its line";
  if ((type == L::PLUS && last == L::PLUS) || (type == L::MINUS && last == L::MINUS))
    return "count by `i += 1`";
  if (type == L::DOT && isExpected(L::FLOAT))
    return "a number has digits on both sides of its point: `0.5`";
  if (type == L::STRING && isExpected(L::INTEGER))
    return "a text is no value; `assert` takes one, `print` takes numbers and arrays";
  if (expected.size() == 1 && isExpected(L::ELSE))
    return "an `if` that is a value needs an `else`";
  antlr4::Token *farther = parser.getTokenStream()->LT(-2);
  if (last == L::NAME && farther && farther->getType() == L::AT && isExpected(L::WHILE))
    return "`@checkpoint` stands on the line before its loop";
  bool beginsBody = type == L::NAME || type == L::RETURN || type == L::BREAK || type == L::CONTINUE;
  if (beginsBody && isExpected(L::LBRACE) && !isExpected(L::ASSIGN) && !isExpected(L::INTEGER))
    return "a body stands in braces: `{ ... }`";
  return "";
}

void SyntaxErrorListener::syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *token, size_t,
                                      size_t, const std::string &, std::exception_ptr) {
  if (diagnostics.errorCount() >= 50 || badLines.count(token->getLine()) ||
      token->getLine() == lastLine)
    return;
  lastLine = token->getLine(); // a second error on a line mostly follows from the first
  auto *parser = static_cast<antlr4::Parser *>(recognizer);
  uint32_t begin = positions.byte(token->getStartIndex());
  uint32_t end = token->getType() == antlr4::Token::EOF || token->getType() == L::NEWLINE
                     ? begin
                     : positions.byte(token->getStopIndex() + 1);
  SourceRange range{file, begin, end};
  antlr4::misc::IntervalSet expected = parser->getExpectedTokens();
  bool expression = expected.contains(static_cast<size_t>(L::INTEGER));
  bool word = token->getType() >= L::CIRCUIT && token->getType() <= L::FALSE;
  if (word && !expression && expected.contains(static_cast<size_t>(L::NAME))) {
    diagnostics.report(DiagnosticId::ReservedWord, range, {token->getText()});
    return;
  }
  std::string text = "unexpected " + describe(token->getType(), token->getText());
  std::vector<std::string> names;
  bool afterOperand = expected.contains(static_cast<size_t>(L::CARET));
  if (expression)
    names.push_back("an expression");
  else if (afterOperand && expected.contains(static_cast<size_t>(L::NEWLINE)))
    names = {"an operator", "the end of the line"};
  else if (afterOperand)
    names = wanted(*parser, expected);
  else if (expected.contains(static_cast<size_t>(L::IMPORT)))
    names = {"`circuit`, `gate`, `struct`, `const`", "`import`"};
  else if (expected.size() <= 8)
    for (ssize_t type : expected.toList()) {
      if (type >= static_cast<ssize_t>(L::BY) && type <= static_cast<ssize_t>(L::TANGENT))
        continue;
      std::string name = describeExpected(parser->getVocabulary(), static_cast<size_t>(type));
      if (!name.empty())
        names.push_back(name);
    }
  if (names.size() == 1 && names[0] == "the end of the line")
    names = {"an operator", names[0]};
  if (!names.empty() && names.size() <= 4) {
    text += ", expected ";
    for (size_t i = 0; i < names.size(); ++i)
      text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  }
  Diagnostic &d = diagnostics.report(DiagnosticId::SyntaxError, range, {text});
  if (std::string hint = likelyFix(*parser, *token, expected); !hint.empty())
    d.withHint(hint);
}

} // namespace circ::parse
