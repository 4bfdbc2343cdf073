//===- Layout.cpp - Which line ends end statements ------------------------===//
//
// Inside `(` and `[` line ends are blank, inside `{` they separate; the
// innermost bracket decides. After an operator, a comma or an open bracket a
// line goes on, and before `else`, `->`, `=` and the `{` of a header.
//
//===----------------------------------------------------------------------===//

#include "compiler/parse/Tokens.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace circ::parse {

using L = grammar::CircLexer;

TokenList lex(std::string_view text) {
  antlr4::ANTLRInputStream input{std::string(text)};
  L lexer(&input);
  lexer.removeErrorListeners();
  TokenList tokens;
  // Tokens refer to the input for their text; give each its own.
  for (std::unique_ptr<antlr4::Token> token = lexer.nextToken();; token = lexer.nextToken()) {
    auto *common = static_cast<antlr4::CommonToken *>(token.get());
    bool end = common->getType() == antlr4::Token::EOF;
    auto own =
        std::make_unique<antlr4::CommonToken>(common->getType(), end ? "" : common->getText());
    own->setStartIndex(common->getStartIndex());
    own->setStopIndex(common->getStopIndex());
    own->setLine(common->getLine());
    own->setCharPositionInLine(common->getCharPositionInLine());
    own->setChannel(common->getChannel());
    tokens.push_back(std::move(own));
    if (end)
      return tokens;
  }
}

static bool isOpener(size_t type) {
  return type == L::LPAREN || type == L::LBRACKET || type == L::LBRACE;
}
static bool isCloser(size_t type) {
  return type == L::RPAREN || type == L::RBRACKET || type == L::RBRACE;
}
static size_t closerOf(size_t opener) {
  return opener == L::LPAREN ? L::RPAREN : opener == L::LBRACKET ? L::RBRACKET : L::RBRACE;
}

/// Whether a line that ends in this token goes on.
static bool continuesAfter(size_t type) {
  return (type >= L::PLUS_ASSIGN && type <= L::AT) || type == L::ARROW || type == L::DOTDOT ||
         type == L::DOT || type == L::COMMA || type == L::COLON || isOpener(type);
}

/// Whether a line may not begin with this token, so that it belongs to the
/// line before.
static bool continuesBefore(size_t type) {
  return type == L::ELSE || type == L::ARROW || type == L::ASSIGN;
}

/// Words after which a `{` is expected, perhaps on the next line.
static bool beginsHeader(size_t type) {
  return type == L::IF || type == L::ELSE || type == L::FOR || type == L::WHILE ||
         type == L::CIRCUIT || type == L::GATE || type == L::STRUCT || type == L::FORWARD ||
         type == L::BACKWARD || type == L::TANGENT;
}

/// A character as it can be shown: in quotes, or by its number.
static std::string spelled(const std::string &character) {
  unsigned char first = static_cast<unsigned char>(character.front());
  if (character.size() == 1 && (first < 0x20 || first == 0x7F))
    return "0x" + llvm::utohexstr(first);
  return "'" + character + "'";
}

namespace {

/// How deep the tree of an expression can become: its operators, and those of
/// them under which what follows hangs (prefixes, `^`, `if`).
struct Chain {
  unsigned operators = 0;
  unsigned above = 0;
};

/// The brackets that are open, with what their innermost header waits for.
struct OpenBracket {
  const antlr4::Token *token;
  bool headerPending = false;
  Chain before = {};    ///< the expression that the bracket is part of
  unsigned deepest = 0; ///< of the expressions inside that have ended
};

class LayoutFilter {
public:
  LayoutFilter(TokenList tokens, std::string_view text, FileId file, const Positions &positions,
               DiagnosticEngine &diagnostics, Layout &layout)
      : tokens(std::move(tokens)), text(text), file(file), positions(positions),
        diagnostics(diagnostics), layout(layout) {}

  bool run() {
    open.push_back({nullptr});
    for (size_t i = 0; i < tokens.size(); ++i)
      if (!take(i))
        return false;
    return true;
  }

private:
  SourceRange rangeOf(const antlr4::Token &token) const {
    return {file, positions.byte(token.getStartIndex()), positions.byte(token.getStopIndex() + 1)};
  }

  /// Whether a comment ends the line on which a bracket opens.
  bool isFollowedByComment(const antlr4::Token &opener) const {
    std::string_view rest = text.substr(rangeOf(opener).end);
    return rest.substr(0, rest.find('\n')).find("//") != std::string_view::npos;
  }

  bool take(size_t i) {
    antlr4::Token &token = *tokens[i];
    size_t type = token.getType();
    if (type == L::DOC) {
      std::string line = token.getText().substr(3);
      if (!line.empty() && line.front() == ' ')
        line.erase(0, 1);
      doc += doc.empty() ? line : "\n" + line;
      return true;
    }
    if (type == L::NEWLINE) {
      if (keepsLineEnd(i))
        push(i);
      return true;
    }
    if (type == antlr4::Token::EOF) {
      // Brackets that are never closed: the innermost names the place best.
      if (open.size() > 1) {
        const antlr4::Token &opener = *open.back().token;
        Diagnostic &report =
            diagnostics.report(DiagnosticId::UnclosedBracket, rangeOf(opener), {opener.getText()});
        if (isFollowedByComment(opener))
          report.withHint("`//` begins a comment; `div(a, b)` divides whole numbers");
        return false;
      }
      push(i);
      return true;
    }
    if (!checkToken(token))
      return ++bad < 20;
    if (beginsHeader(type))
      open.back().headerPending = true;
    if (type == L::IF && beginsStatement())
      static_cast<antlr4::CommonToken &>(token).setType(L::STATEMENT_IF);
    if (type == L::RBRACE && !layout.tokens.empty() && !endsStatement())
      pushLineEnd(token);
    if (isOpener(type)) {
      if (type == L::LBRACE)
        open.back().headerPending = false;
      open.push_back({&token, false, chain});
      if (open.size() > deepestNesting + 1) {
        diagnostics.report(DiagnosticId::NestedTooDeeply, rangeOf(token),
                           {std::to_string(deepestNesting)});
        return false;
      }
    } else if (isCloser(type)) {
      if (!closes(token))
        return false;
    }
    if (!checkChain(type, token))
      return false;
    bool name =
        type == L::NAME && !layout.tokens.empty() && layout.tokens.back()->getType() == L::AT;
    annotation =
        type == L::AT ? annotation || layout.tokens.empty() || endsStatement() : annotation && name;
    if (!doc.empty()) {
      layout.docs[layout.tokens.size()] = std::move(doc);
      doc.clear();
    }
    push(i);
    return true;
  }

  bool closes(const antlr4::Token &token) {
    const antlr4::Token *opener = open.back().token;
    if (!opener) {
      diagnostics.report(DiagnosticId::UnexpectedCloser, rangeOf(token), {token.getText()});
      return false;
    }
    size_t expected = closerOf(opener->getType());
    if (expected != token.getType()) {
      static const std::map<size_t, std::string> text = {
          {L::RPAREN, ")"}, {L::RBRACKET, "]"}, {L::RBRACE, "}"}};
      diagnostics
          .report(DiagnosticId::MismatchedBracket, rangeOf(token),
                  {text.at(expected), token.getText()})
          .note(DiagnosticId::BracketOpenedHere, rangeOf(*opener), {opener->getText()});
      return false;
    }
    closed = open.back();
    open.pop_back();
    return true;
  }

  /// Reports what is no token; it is replaced by one that fits, so that the
  /// parser finds the other errors. False: there is nothing to replace it by.
  bool checkToken(antlr4::Token &token) {
    auto &common = static_cast<antlr4::CommonToken &>(token);
    if (token.getType() == L::UNKNOWN || token.getType() == L::BAD_NUMBER ||
        token.getType() == L::BAD_STRING)
      layout.badLines.insert(token.getLine());
    if (token.getType() == L::UNKNOWN) {
      Diagnostic &d = diagnostics.report(DiagnosticId::BadCharacter, rangeOf(token),
                                         {spelled(token.getText())});
      static const std::map<std::string, std::string> hints = {
          {"#", "a comment begins with `//`"},
          {"?", "a choice is written `if c { a } else { b }`"},
          {"&", "and is written `&&`"},
          {"|", "or is written `||`"}};
      if (auto hint = hints.find(token.getText()); hint != hints.end())
        d.withHint(hint->second);
      return false;
    }
    if (token.getType() == L::BAD_NUMBER) {
      Diagnostic &d =
          diagnostics.report(DiagnosticId::BadNumber, rangeOf(token), {token.getText()});
      d.withHint(token.getText().back() == '.'
                     ? "a number has digits on both sides of its point: `" + token.getText() + "0`"
                     : "a name cannot begin with a digit, and a product needs `*`");
      common.setType(L::FLOAT);
    }
    if (token.getType() == L::BAD_STRING) {
      diagnostics.report(DiagnosticId::BadString, rangeOf(token));
      common.setType(L::STRING);
    }
    return true;
  }

  /// Operators in a row without a statement's end bound the depth of the tree.
  bool checkChain(size_t type, const antlr4::Token &token) {
    if (isOpener(type)) {
      chain = {};
    } else if (isCloser(type)) {
      chain = {std::max(closed.before.operators, closed.before.above + deepestHere(closed)) + 1,
               closed.before.above};
    } else if (type == L::COMMA || type == L::SEMICOLON) {
      endChain();
    } else if ((type >= L::EQUAL && type <= L::AT) || type == L::ELSE || type == L::IF ||
               type == L::DOT) {
      ++chain.operators;
      size_t before = layout.tokens.empty() ? L::NEWLINE : layout.tokens.back()->getType();
      bool prefix = continuesAfter(before) || type == L::NOT || before == L::NEWLINE;
      chain.above += prefix || type == L::CARET || type == L::ELSE || type == L::IF;
    }
    if (chain.operators <= longestChain)
      return true;
    Diagnostic &d = diagnostics.report(DiagnosticId::ExpressionTooLong, rangeOf(token),
                                       {std::to_string(longestChain)});
    d.withHint("split it with `let`, or use an array and `sum`");
    return false;
  }

  unsigned deepestHere(const OpenBracket &bracket) const {
    return std::max(bracket.deepest, chain.operators);
  }

  void endChain() {
    open.back().deepest = deepestHere(open.back());
    chain = {};
  }

  bool keepsLineEnd(size_t i) {
    const OpenBracket &innermost = open.back();
    if (innermost.token && innermost.token->getType() != L::LBRACE)
      return false;
    if (layout.tokens.empty())
      return false;
    size_t before = layout.tokens.back()->getType();
    if (before == L::NEWLINE || continuesAfter(before) || annotation)
      return false;
    size_t next = i + 1;
    while (tokens[next]->getType() == L::NEWLINE || tokens[next]->getType() == L::DOC)
      ++next;
    size_t after = tokens[next]->getType();
    if (continuesBefore(after) || (after == L::LBRACE && innermost.headerPending))
      return false;
    open.back().headerPending = false;
    endChain();
    return true;
  }

  /// Whether the token before ends a statement or begins a block.
  bool endsStatement() const {
    size_t before = layout.tokens.back()->getType();
    return before == L::NEWLINE || before == L::SEMICOLON || before == L::LBRACE;
  }

  bool beginsStatement() const {
    const antlr4::Token *bracket = open.back().token;
    return bracket && bracket->getType() == L::LBRACE &&
           (endsStatement() || layout.tokens.back()->getType() == L::RBRACE);
  }

  /// The end of the statement before a `}` on its line.
  void pushLineEnd(const antlr4::Token &closer) {
    auto end = std::make_unique<antlr4::CommonToken>(L::NEWLINE, closer.getText());
    end->setStartIndex(closer.getStartIndex());
    end->setStopIndex(closer.getStopIndex());
    end->setLine(closer.getLine());
    layout.tokens.push_back(std::move(end));
  }

  void push(size_t i) { layout.tokens.push_back(std::move(tokens[i])); }

  TokenList tokens;
  std::string_view text;
  FileId file;
  const Positions &positions;
  DiagnosticEngine &diagnostics;
  Layout &layout;
  std::vector<OpenBracket> open;
  std::string doc;
  Chain chain;
  bool annotation = false; ///< the last tokens are an `@name` that begins a statement
  OpenBracket closed = {nullptr};
  unsigned bad = 0;
};

} // namespace

bool layOut(TokenList tokens, std::string_view text, FileId file, const Positions &positions,
            DiagnosticEngine &diagnostics, Layout &layout) {
  return LayoutFilter(std::move(tokens), text, file, positions, diagnostics, layout).run();
}

} // namespace circ::parse
