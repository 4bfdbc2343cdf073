//===- Scopes.cpp - What a name means where it stands ---------------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

void BodyAnalyzer::pop() {
  for (auto &[name, variable] : scopes.back().names)
    if (diagnostics.errorCount() == errorsBefore && !variable->used && !variable->poisoned &&
        name[0] != '_' &&
        (variable->kind == ast::Variable::Kind::Let || variable->kind == ast::Variable::Kind::Var))
      diagnostics.report(DiagnosticId::UnusedVariable, variable->range, {name})
          .withHint("a name that begins with `_` is never reported");
  scopes.pop_back();
}

void BodyAnalyzer::declare(ast::Variable &variable) {
  makeLeaves(variable);
  auto [it, isNew] = scopes.back().names.insert({variable.name, &variable});
  if (isNew)
    return;
  diagnostics.report(DiagnosticId::DefinedTwice, variable.range, {variable.name})
      .note(DiagnosticId::FirstDefinedHere, it->second->range, {variable.name});
  it->second = &variable;
}

ast::Variable *BodyAnalyzer::lookup(const std::string &name) const {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    if (auto found = scope->names.find(name); found != scope->names.end())
      return found->second;
  return nullptr;
}

std::string BodyAnalyzer::barrierBefore(const ast::Variable &variable) const {
  std::string barrier;
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    auto found = scope->names.find(variable.name);
    if (found != scope->names.end() && found->second == &variable)
      return barrier;
    if (barrier.empty())
      barrier = scope->barrier;
  }
  return barrier;
}

std::string BodyAnalyzer::innermostBarrier() const {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    if (!scope->barrier.empty())
      return scope->barrier;
  return "";
}

std::vector<std::string> BodyAnalyzer::visibleNames() const {
  std::vector<std::string> names = {"inf", "nan", "pi"};
  for (const Scope &scope : scopes)
    for (const auto &[name, variable] : scope.names)
      names.push_back(name);
  for (const auto &constant : items.module.constants)
    names.push_back(constant.name);
  return names;
}

} // namespace circ::sema
