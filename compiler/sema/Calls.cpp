//===- Calls.cpp - Checks calls of circuits -------------------------------===//

#include "compiler/sema/Analyzer.h"
#include "compiler/sema/Builtins.h"

namespace circ::sema {

void BodyAnalyzer::call(ast::CallExpr &expr) {
  if (ast::Circuit *callee = items.module.find(expr.callee))
    return circuitCall(expr, *callee);
  if (lookupBuiltin(expr.callee) || isReduction(expr.callee))
    return builtinCall(expr);
  for (ast::Argument &argument : expr.arguments)
    analyze(argument.value);
  if (lookup(expr.callee)) {
    diagnostics.report(DiagnosticId::UnknownFunction, expr.calleeRange, {expr.callee})
        .withHint("'" + expr.callee + "' is a value; a product needs `*`, an element `[...]`");
    return;
  }
  Diagnostic &report =
      diagnostics.report(DiagnosticId::UnknownFunction, expr.calleeRange, {expr.callee});
  if (ast::isDerivativeName(expr.callee))
    report.withHint("a derivative is called with arguments: `" + expr.callee + "(f)(...)`");
  else if (auto familiar = familiarName(expr.callee))
    report.withHint("circ writes " + *familiar);
  else if (auto close = closestName(expr.callee, items.callableNames()))
    report.withHint("did you mean `" + *close + "`?");
}

/// Puts arguments in the order of the parameters and fills in defaults.
bool BodyAnalyzer::bindArguments(std::vector<ast::Argument> &arguments, SourceRange range,
                                 ast::Circuit &callee) {
  std::vector<ast::Argument> ordered(callee.parameters.size());
  bool named = false, right = true;
  unsigned before = diagnostics.errorCount();
  size_t position = 0;
  for (ast::Argument &argument : arguments) {
    size_t at = position++;
    if (!argument.name.empty()) {
      named = true;
      for (at = 0; at < callee.parameters.size(); ++at)
        if (callee.parameters[at].variable->name == argument.name)
          break;
      if (at == callee.parameters.size()) {
        std::vector<std::string> names;
        for (auto &parameter : callee.parameters)
          names.push_back(parameter.variable->name);
        Diagnostic &report = diagnostics.report(DiagnosticId::UnknownArgument, argument.nameRange,
                                                {callee.name, argument.name});
        if (auto close = closestName(argument.name, names))
          report.withHint("did you mean `" + *close + "`?");
        right = false;
        continue;
      }
    } else if (named) {
      diagnostics.report(DiagnosticId::PositionalAfterNamed, argument.value->range);
      right = false;
      continue;
    } else if (at >= callee.parameters.size()) {
      diagnostics
          .report(DiagnosticId::WrongArgumentCount, range,
                  {callee.name, counted(callee.parameters.size(), "argument"),
                   std::to_string(arguments.size())})
          .note(DiagnosticId::CircuitIsHere, callee.nameRange, {callee.name});
      return false;
    }
    if (ordered[at].value) {
      diagnostics.report(DiagnosticId::ArgumentTwice, argument.value->range,
                         {callee.parameters[at].variable->name});
      right = false;
      continue;
    }
    ordered[at] = std::move(argument);
  }
  for (size_t i = 0; i < ordered.size() && right; ++i) {
    if (ordered[i].value)
      continue;
    ast::Parameter &parameter = callee.parameters[i];
    if (parameter.defaultValue && ok(parameter.defaultValue)) {
      ordered[i].value = copyConstant(*parameter.defaultValue, range);
      continue;
    }
    diagnostics
        .report(DiagnosticId::MissingArgument, range, {callee.name, parameter.variable->name})
        .note(DiagnosticId::CircuitIsHere, callee.nameRange, {callee.name});
    right = false;
  }
  if (right)
    arguments = std::move(ordered);
  return right && diagnostics.errorCount() == before;
}

bool BodyAnalyzer::takeArguments(std::vector<ast::Argument> &arguments, SourceRange range,
                                 ast::Circuit &callee) {
  bool right = true;
  for (ast::Argument &argument : arguments)
    right &= value(argument.value);
  items.calls[&circuit].insert(&callee);
  for (ast::Parameter &parameter : callee.parameters)
    right &= !parameter.variable->poisoned;
  return right && bindArguments(arguments, range, callee);
}

bool BodyAnalyzer::checkArguments(std::vector<ast::Argument> &arguments, SourceRange range,
                                  ast::Circuit &callee, Meaning &meaning) {
  bool right = true;

  for (size_t d = 0; d < callee.dimensions.size(); ++d) {
    auto [parameter, position] = callee.dimensionSources[d];
    const ast::Type &type = arguments[parameter].value->type();
    if (position < type.rank())
      meaning[callee.dimensions[d].get()] = type.dims[position];
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const ast::Type &type = callee.parameters[i].variable->type;
    if (type.isScalar() && type.scalar == ast::ScalarKind::I64 &&
        arguments[i].value->type().scalar == ast::ScalarKind::I64)
      meaning[callee.parameters[i].variable.get()] = sizeOf(*arguments[i].value);
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const ast::Variable &parameter = *callee.parameters[i].variable;
    unsigned before = diagnostics.errorCount();
    // Where the rank is another, sizes here say nothing: the message has the declared names.
    bool sameRank = arguments[i].value->type().rank() == parameter.type.rank();
    right &=
        checkType(arguments[i].value, sameRank ? typeHere(parameter.type, meaning) : parameter.type,
                  DiagnosticId::ArgumentType, {parameter.name, callee.name});
    if (diagnostics.errorCount() != before)
      const_cast<Diagnostic &>(diagnostics.diagnostics().back())
          .note(DiagnosticId::DeclaredHere, parameter.range,
                {parameter.name, toString(parameter.type)});
  }
  return right && items.requireResults(callee, range);
}

ast::Type BodyAnalyzer::typeHere(ast::Type type, const Meaning &meaning) {
  for (ast::Dimension &dim : type.dims) {
    bool opaque = false;
    for (const auto &[monomial, coefficient] : dim.terms)
      for (const ast::DimensionSymbol &symbol : monomial)
        opaque |= symbol.opaque || !meaning.count(symbol.variable);
    dim = opaque ? items.freshOpaque() : substitute(dim, meaning);
  }
  return type;
}

void BodyAnalyzer::circuitCall(ast::CallExpr &expr, ast::Circuit &callee) {
  Meaning meaning;
  if (!takeArguments(expr.arguments, expr.range, callee))
    return;
  if (spreads(expr, callee))
    return spreadCall(expr, callee);
  if (!checkArguments(expr.arguments, expr.range, callee, meaning))
    return;
  expr.circuit = &callee;
  for (const ast::Result &result : callee.results)
    expr.types.push_back(typeHere(result.type, meaning));
}

} // namespace circ::sema
