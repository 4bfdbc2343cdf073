//===- Parse.cpp - From text to the abstract syntax tree ------------------===//

#include "compiler/parse/Parse.h"

#include "compiler/parse/AstBuilder.h"
#include "compiler/parse/SyntaxErrors.h"
#include "compiler/parse/Tokens.h"
#include "llvm/Support/raw_ostream.h"

namespace circ {

using namespace parse;

std::unique_ptr<ast::Module> parseModule(const SourceManager &sources, FileId file,
                                         DiagnosticEngine &diagnostics) {
  auto module = std::make_unique<ast::Module>();
  module->file = file;
  unsigned before = diagnostics.errorCount();
  std::string_view text = sources.file(file).text();
  if (!checkText(text, file, diagnostics))
    return module;
  Positions positions(text);
  Layout layout;
  if (!layOut(lex(text), text, file, positions, diagnostics, layout))
    return module;

  antlr4::ListTokenSource source(std::move(layout.tokens));
  antlr4::CommonTokenStream stream(&source);
  grammar::CircParser parser(&stream);
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::SLL);
  SyntaxErrorListener listener(file, positions, layout.badLines, diagnostics);
  parser.removeErrorListeners();
  parser.addErrorListener(&listener);
  parser.setErrorHandler(std::make_shared<ErrorRecovery>());
  grammar::CircParser::ModuleContext *tree = parser.module();
  // A tree with holes is not built from: what it lacks was reported.
  if (diagnostics.errorCount() == before)
    AstBuilder(file, positions, layout.docs, diagnostics).build(tree, *module);
  return module;
}

void printTokens(const SourceManager &sources, FileId file, llvm::raw_ostream &out) {
  std::string_view text = sources.file(file).text();
  Positions positions(text);
  DiagnosticEngine reported(sources); // by the parser, which laid the tokens out before
  Layout layout;
  layOut(lex(text), text, file, positions, reported, layout);
  antlr4::ANTLRInputStream empty;
  grammar::CircLexer names(&empty);
  for (const auto &token : layout.tokens) {
    LineColumn place = sources.file(file).lineColumn(positions.byte(token->getStartIndex()));
    bool end = token->getType() == antlr4::Token::EOF;
    out << place.line << ':' << place.column << ' '
        << (end ? "END" : names.getVocabulary().getSymbolicName(token->getType()));
    if (!end && token->getType() != grammar::CircLexer::NEWLINE)
      out << ' ' << token->getText();
    out << '\n';
  }
}

} // namespace circ
