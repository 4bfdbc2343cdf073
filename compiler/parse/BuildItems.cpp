//===- BuildItems.cpp - Items of the AST ----------------------------------===//

#include "compiler/parse/AstBuilder.h"

namespace circ::parse {

SourceRange AstBuilder::rangeOf(antlr4::Token *token) const {
  return {file, positions.byte(token->getStartIndex()), positions.byte(token->getStopIndex() + 1)};
}

SourceRange AstBuilder::rangeOf(antlr4::ParserRuleContext *tree) const {
  SourceRange start = rangeOf(tree->getStart());
  antlr4::Token *stop = tree->getStop();
  return stop ? start.joined(rangeOf(stop)) : start;
}

ast::VariablePtr AstBuilder::variable(P::NameContext *tree, ast::Variable::Kind kind) const {
  auto made = std::make_unique<ast::Variable>();
  made->kind = kind;
  made->name = tree->getText();
  made->range = rangeOf(tree);
  return made;
}

std::string AstBuilder::unquoted(const std::string &literal) {
  std::string text;
  for (size_t i = 1; i + 1 < literal.size(); ++i) {
    if (literal[i] != '\\') {
      text += literal[i];
      continue;
    }
    char c = literal[++i];
    text += c == 'n' ? '\n' : c == 't' ? '\t' : c;
  }
  return text;
}

std::string AstBuilder::docOf(antlr4::ParserRuleContext *tree) const {
  auto found = docs.find(tree->getStart()->getTokenIndex());
  return found == docs.end() ? "" : found->second;
}

void AstBuilder::build(P::ModuleContext *tree, ast::Module &module) {
  for (P::ItemContext *item : tree->item())
    buildItem(item, module);
}

ast::TypeSyntax AstBuilder::buildType(P::TypeContext *tree) {
  ast::TypeSyntax type;
  type.range = rangeOf(tree);
  type.name = tree->name()->getText();
  for (P::ExprContext *dim : tree->expr())
    type.dims.push_back(buildExpr(dim));
  return type;
}

std::vector<ast::Parameter> AstBuilder::buildParameters(P::ParametersContext *tree) {
  std::vector<ast::Parameter> parameters;
  if (!tree)
    return parameters;
  for (P::ParameterContext *one : tree->parameter()) {
    ast::Parameter parameter;
    parameter.variable = variable(one->name(), ast::Variable::Kind::Parameter);
    parameter.isConst = one->CONST() != nullptr;
    if (one->type())
      parameter.type = buildType(one->type());
    if (one->expr())
      parameter.defaultValue = buildExpr(one->expr());
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

std::vector<ast::ResultSyntax> AstBuilder::buildResults(P::ResultsContext *tree) {
  std::vector<ast::ResultSyntax> results;
  if (!tree)
    return results;
  if (tree->type()) {
    ast::ResultSyntax only;
    only.type = buildType(tree->type());
    results.push_back(std::move(only));
  }
  for (P::ResultContext *one : tree->result()) {
    ast::ResultSyntax result;
    if (one->name()) {
      result.name = one->name()->getText();
      result.nameRange = rangeOf(one->name());
    }
    result.type = buildType(one->type());
    results.push_back(std::move(result));
  }
  return results;
}

void AstBuilder::buildItem(P::ItemContext *tree, ast::Module &module) {
  if (auto *item = dynamic_cast<P::CircuitItemContext *>(tree)) {
    auto circuit = std::make_unique<ast::Circuit>();
    circuit->name = item->name()->getText();
    circuit->nameRange = rangeOf(item->name());
    circuit->range = rangeOf(tree);
    circuit->doc = docOf(tree);
    circuit->parameters = buildParameters(item->parameters());
    circuit->statesResults = item->results() != nullptr;
    circuit->statedResults = buildResults(item->results());
    if (item->block()) {
      circuit->body = buildBody(item->block());
    } else {
      auto ret = at<ast::ReturnStmt>(item->expr());
      ret->value = buildExpr(item->expr());
      circuit->body.push_back(std::move(ret));
    }
    module.circuits.push_back(std::move(circuit));
  } else if (auto *item = dynamic_cast<P::ImportItemContext *>(tree)) {
    module.imports.push_back({unquoted(item->STRING()->getText()), rangeOf(tree)});
  } else if (auto *item = dynamic_cast<P::ConstItemContext *>(tree)) {
    ast::ConstItem constant;
    constant.name = item->name()->getText();
    constant.nameRange = rangeOf(item->name());
    constant.range = rangeOf(tree);
    if (item->type())
      constant.type = buildType(item->type());
    constant.value = buildExpr(item->expr());
    module.constants.push_back(std::move(constant));
  } else if (auto *item = dynamic_cast<P::StructItemContext *>(tree)) {
    ast::StructItem structure;
    structure.name = item->name()->getText();
    structure.nameRange = rangeOf(item->name());
    structure.range = rangeOf(tree);
    structure.doc = docOf(tree);
    for (P::FieldContext *field : item->field())
      structure.fields.push_back(
          {field->name()->getText(), rangeOf(field->name()), buildType(field->type()), {}});
    module.structs.push_back(std::move(structure));
  } else if (auto *item = dynamic_cast<P::GateItemContext *>(tree)) {
    buildGate(item, module);
  } else {
    diagnostics.report(DiagnosticId::NotSupportedYet, rangeOf(tree), {"an extern gate"});
  }
}

void AstBuilder::buildGate(P::GateItemContext *tree, ast::Module &module) {
  auto gate = std::make_unique<ast::Gate>();
  gate->name = tree->name()->getText();
  gate->nameRange = rangeOf(tree->name());
  for (P::GatePartContext *part : tree->gatePart()) {
    ast::Circuit *&seen = part->FORWARD()    ? gate->forward
                          : part->BACKWARD() ? gate->backward
                                             : gate->tangent;
    std::string keyword = part->getStart()->getText();
    if (seen)
      diagnostics.report(DiagnosticId::GatePartTwice, rangeOf(part), {keyword});
    auto circuit = std::make_unique<ast::Circuit>();
    seen = circuit.get();
    circuit->part = part->FORWARD()    ? ast::Circuit::Part::Forward
                    : part->BACKWARD() ? ast::Circuit::Part::Backward
                                       : ast::Circuit::Part::Tangent;
    circuit->name = part->FORWARD() ? gate->name : gate->name + "." + keyword;
    circuit->nameRange = part->FORWARD() ? gate->nameRange : rangeOf(part->getStart());
    circuit->range = rangeOf(tree);
    circuit->doc = docOf(tree);
    circuit->parameters = buildParameters(tree->parameters());
    if (part->FORWARD()) {
      circuit->statesResults = tree->results() != nullptr;
      circuit->statedResults = buildResults(tree->results());
    }
    if (part->names())
      for (P::NameContext *name : part->names()->name())
        circuit->given.push_back(variable(name, ast::Variable::Kind::Parameter));
    circuit->body = buildBody(part->block());
    module.circuits.push_back(std::move(circuit));
  }
  if (!gate->forward)
    diagnostics.report(DiagnosticId::GatePartMissing, gate->nameRange, {"forward"});
  if (!gate->backward)
    diagnostics.report(DiagnosticId::GatePartMissing, gate->nameRange, {"backward"});
  module.gates.push_back(std::move(gate));
}

} // namespace circ::parse
