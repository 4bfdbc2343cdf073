//===- Derivatives.cpp - grad, jvp, vjp, ... inside the language ----------===//

#include "compiler/sema/Analyzer.h"
#include "compiler/sema/Builtins.h"

#include <algorithm>

namespace circ::sema {

/// Whether the derivative is of one real scalar, as that of grad.
static bool ofScalar(const std::string &op) {
  return op == "grad" || op == "value_and_grad" || op == "hessian" || op == "hvp";
}

/// "x, y", of the names that are there.
static std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() || name.empty() ? "" : ", ") + name;
  return text;
}

/// Sets the result that is differentiated.
bool BodyAnalyzer::derivativeResult(ast::DerivativeExpr &expr, const ast::Circuit &callee) {
  if (!ofScalar(expr.op)) {
    if (!expr.resultName.empty()) {
      diagnostics.report(DiagnosticId::ResultNotHere, expr.resultRange, {expr.op, callee.name});
      return false;
    }
    for (const ast::Result &result : callee.results)
      if (ast::hasReal(result.type))
        return true;
    diagnostics.report(DiagnosticId::NoRealResult, expr.circuitRange, {callee.name})
        .note(DiagnosticId::CircuitIsHere, callee.nameRange, {callee.name});
    return false;
  }
  size_t chosen = 0;
  if (!expr.resultName.empty()) {
    std::vector<std::string> names;
    for (const ast::Result &result : callee.results)
      names.push_back(result.name);
    chosen = std::find(names.begin(), names.end(), expr.resultName) - names.begin();
    if (chosen == names.size()) {
      Diagnostic &report = diagnostics.report(DiagnosticId::UnknownResult, expr.resultRange,
                                              {callee.name, expr.resultName});
      std::string all = listed(names);
      if (auto close = closestName(expr.resultName, names))
        report.withHint("did you mean `" + *close + "`?");
      else
        report.withHint(all.empty() ? "its results have no names" : "its results are " + all);
      return false;
    }
  }
  const ast::Type &type = callee.results[chosen].type;
  bool one = callee.results.size() == 1 || !expr.resultName.empty();
  if (one && type.isScalar() && type.isReal()) {
    for (size_t i = 0; i < chosen; ++i)
      expr.result += ast::leavesOf(callee.results[i].type).size();
    return true;
  }
  std::string found;
  for (const ast::Result &result : callee.results)
    found += (found.empty() ? "" : ", ") + toString(result.type);
  diagnostics
      .report(DiagnosticId::NotOneRealResult, expr.circuitRange,
              {expr.op, callee.name, one ? toString(type) : "(" + found + ")"})
      .withHint(one                 ? "`vjp` and `jacobian` take any result"
                : callee.madeBySema ? "name one parameter in the inner derivative"
                                    : "name one: `" + expr.op + "(" + callee.name +
                                          ".RESULT)`; `vjp` and `jacobian` take all");
  return false;
}

/// The parameters that the derivative is taken with respect to; none after an
/// error.
std::vector<unsigned> BodyAnalyzer::derivativeParameters(ast::DerivativeExpr &expr,
                                                         const ast::Circuit &callee) {
  auto differentiable = [](const ast::Parameter &parameter) {
    return ast::hasReal(parameter.variable->type) && !parameter.isConst;
  };
  std::vector<unsigned> chosen;
  if (expr.withRespectTo.empty()) {
    for (size_t i = 0; i < callee.parameters.size(); ++i)
      if (differentiable(callee.parameters[i]))
        chosen.push_back(static_cast<unsigned>(i));
    if (chosen.empty())
      diagnostics.report(DiagnosticId::NoRealParameter, expr.circuitRange, {callee.name})
          .note(DiagnosticId::CircuitIsHere, callee.nameRange, {callee.name});
    return chosen;
  }
  bool right = true;
  std::vector<std::string> names;
  for (const ast::Parameter &parameter : callee.parameters)
    names.push_back(parameter.variable->name);
  for (size_t k = 0; k < expr.withRespectTo.size(); ++k) {
    const std::string &name = expr.withRespectTo[k];
    SourceRange range = expr.withRespectToRanges[k];
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      Diagnostic &report =
          diagnostics.report(DiagnosticId::UnknownArgument, range, {callee.name, name});
      if (auto close = closestName(name, names))
        report.withHint("did you mean `" + *close + "`?");
      else
        report.withHint("its parameters are " + listed(names));
      right = false;
      continue;
    }
    auto position = static_cast<unsigned>(found - names.begin());
    const ast::Parameter &parameter = callee.parameters[position];
    const ast::Variable &variable = *parameter.variable;
    if (!differentiable(parameter)) {
      diagnostics
          .report(DiagnosticId::NoDerivative, range,
                  {name, parameter.isConst ? "const" : toString(variable.type)})
          .note(DiagnosticId::DeclaredHere, variable.range, {name, toString(variable.type)});
      right = false;
    } else if (std::find(chosen.begin(), chosen.end(), position) != chosen.end()) {
      diagnostics.report(DiagnosticId::ParameterTwice, range, {name});
      right = false;
    }
    chosen.push_back(position);
  }
  return right ? chosen : std::vector<unsigned>();
}

/// Checks what follows the `;` against the types wanted.
bool BodyAnalyzer::directions(ast::DerivativeExpr &expr, const std::vector<ast::Type> &types,
                              const std::vector<std::string> &names) {
  bool right = true;
  for (ast::ExprPtr &direction : expr.directions)
    right &= value(direction);
  if (expr.directions.size() != types.size()) {
    if (types.empty()) {
      diagnostics.report(DiagnosticId::NoDirections, expr.directions.front()->range, {expr.op});
      return false;
    }
    std::string wanted;
    for (const std::string &name : names)
      wanted += (wanted.empty() ? "" : ", ") + name;
    diagnostics
        .report(DiagnosticId::DirectionCount, expr.range,
                {expr.op, expr.circuitName,
                 std::to_string(types.size()) + (types.size() == 1 ? " direction" : " directions"),
                 std::to_string(expr.directions.size())})
        .withHint("one each for: " + wanted);
    return false;
  }
  for (size_t i = 0; i < types.size() && right; ++i)
    right &= checkType(expr.directions[i], types[i], DiagnosticId::DirectionType, {names[i]});
  return right;
}

/// The type of the real scalar that is differentiated.
static ast::Type scalarResult(const ast::DerivativeExpr &expr, const ast::Circuit &callee) {
  for (const ast::Result &result : callee.results)
    if (expr.resultName.empty() || result.name == expr.resultName)
      return result.type;
  return ast::Type::f64();
}

/// The positions of the real leaves of some parameters among all leaves.
static std::vector<unsigned> realLeaves(const ast::Circuit &callee,
                                        const std::vector<unsigned> &parameters) {
  std::vector<std::vector<unsigned>> positions;
  unsigned next = 0;
  for (const ast::Parameter &parameter : callee.parameters) {
    positions.emplace_back();
    for (const ast::Leaf &leaf : ast::leavesOf(parameter.variable->type)) {
      if (leaf.type.isReal())
        positions.back().push_back(next);
      ++next;
    }
  }
  std::vector<unsigned> found;
  for (unsigned parameter : parameters)
    found.insert(found.end(), positions[parameter].begin(), positions[parameter].end());
  return found;
}

/// The types of a Jacobian's or Hessian's blocks: of each real leaf of the rows by each
/// column, the shape of the one, then that of the other. By a struct it is a struct.
static std::vector<ast::Type> matrixTypes(const std::vector<ast::Type> &rows,
                                          const std::vector<ast::Type> &columns) {
  std::vector<ast::Type> blocks;
  for (const ast::Type &row : ast::leafTypes(rows))
    for (const ast::Type &column : columns) {
      if (!row.isReal())
        continue;
      ast::Type block = column;
      block.dims = row.dims;
      block.dims.insert(block.dims.end(), column.dims.begin(), column.dims.end());
      blocks.push_back(std::move(block));
    }
  return blocks;
}

/// What is differentiated; null after an error.
ast::Circuit *BodyAnalyzer::derivativeCallee(ast::DerivativeExpr &expr) {
  auto unsupported = [&](const std::string &what) {
    diagnostics
        .report(DiagnosticId::NotSupportedYet, expr.circuitRange, {"a derivative of " + what})
        .withHint("put it in a circuit, and name that");
    return nullptr;
  };
  if (expr.inner) {
    if (expr.inner->op == "jvp" || expr.inner->op == "vjp" || expr.inner->op == "hvp")
      return unsupported("`" + expr.inner->op + "`, which takes directions,");
    ast::Circuit *callee = derivativeCallee(*expr.inner);
    return callee ? items.circuitOfDerivative(std::move(expr.inner), *callee) : nullptr;
  }
  ast::Circuit *callee = items.module.find(expr.circuitName);
  if (!callee)
    callee = items.circuitOfGate(expr.circuitName, expr.circuitRange);
  if (!callee && lookupBuiltin(expr.circuitName))
    return unsupported("the built-in `" + expr.circuitName + "`");
  if (!callee) {
    Diagnostic &report =
        diagnostics.report(DiagnosticId::UnknownFunction, expr.circuitRange, {expr.circuitName});
    std::vector<std::string> names;
    for (const auto &other : items.module.circuits)
      if (!other->isHidden())
        names.push_back(other->name);
    if (auto close = closestName(expr.circuitName, names))
      report.withHint("did you mean `" + *close + "`?");
  }
  return callee;
}

void BodyAnalyzer::derivative(ast::DerivativeExpr &expr) {
  ast::Circuit *callee = derivativeCallee(expr);
  if (!callee)
    return;
  Meaning meaning;
  bool takesDirections = expr.op == "jvp" || expr.op == "vjp" || expr.op == "hvp";
  if (takesDirections && expr.directions.empty() &&
      expr.arguments.size() > callee->parameters.size()) {
    diagnostics
        .report(DiagnosticId::WrongArgumentCount, expr.range,
                {callee->name, counted(callee->parameters.size(), "argument"),
                 std::to_string(expr.arguments.size())})
        .withHint("directions stand after a `;`: `" + expr.op + "(" + expr.circuitName +
                  ")(...; ...)`");
    return;
  }
  if (!takeArguments(expr.arguments, expr.range, *callee) ||
      !checkArguments(expr.arguments, expr.range, *callee, meaning) ||
      !derivativeResult(expr, *callee))
    return;
  std::vector<unsigned> chosen = derivativeParameters(expr, *callee);
  if (chosen.empty())
    return;
  expr.parameters = realLeaves(*callee, chosen);

  std::vector<ast::Type> parameterTypes, resultTypes;
  std::vector<std::string> parameterNames, resultNames;
  for (unsigned p : chosen) {
    const ast::Variable &parameter = *callee->parameters[p].variable;
    parameterTypes.push_back(typeHere(parameter.type, meaning));
    parameterNames.push_back(parameter.name);
  }
  for (const ast::Result &result : callee->results)
    if (ast::hasReal(result.type)) {
      resultTypes.push_back(typeHere(result.type, meaning));
      resultNames.push_back(result.name.empty() ? "the result" : result.name);
    }
  bool right = expr.op == "jvp" || expr.op == "hvp"
                   ? directions(expr, parameterTypes, parameterNames)
               : expr.op == "vjp" ? directions(expr, resultTypes, resultNames)
                                  : directions(expr, {}, {});
  if (!right)
    return;
  expr.circuit = callee;

  if (expr.op == "jvp") {
    expr.types = resultTypes;
  } else if (expr.op == "jacobian" || expr.op == "hessian") {
    expr.types = matrixTypes(expr.op == "hessian" ? parameterTypes : resultTypes, parameterTypes);
  } else {
    expr.types = parameterTypes;
    if (expr.op == "value_and_grad")
      expr.types.insert(expr.types.begin(), scalarResult(expr, *callee));
  }
}

} // namespace circ::sema
