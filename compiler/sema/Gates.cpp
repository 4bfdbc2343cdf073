//===- Gates.cpp - Gates of the user's own --------------------------------===//
//
// Each part of a gate is a circuit. `backward` and `tangent` have the gate's
// parameters, then `result`, then the names in their parentheses; what they
// return is known: the adjoints of the differentiable parameters, the tangent
// of the result.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

using Part = ast::Circuit::Part;

/// A type of the forward part in terms of the dimension names of another part.
/// Fails when a dimension is made of anything else.
static std::optional<ast::Type> translated(ast::Type type, const ast::Circuit &forward,
                                           const ast::Circuit &part) {
  std::map<const ast::Variable *, ast::Dimension> meaning;
  for (size_t d = 0; d < forward.dimensions.size(); ++d)
    meaning[forward.dimensions[d].get()] = ast::Dimension::symbol({part.dimensions[d].get(), 0});
  for (size_t i = 0; i < forward.parameters.size(); ++i)
    meaning[forward.parameters[i].variable.get()] =
        ast::Dimension::symbol({part.parameters[i].variable.get(), 0});
  for (ast::Dimension &dim : type.dims) {
    for (const auto &[monomial, coefficient] : dim.terms)
      for (const ast::DimensionSymbol &symbol : monomial)
        if (symbol.opaque || !meaning.count(symbol.variable))
          return std::nullopt;
    dim = substitute(dim, meaning);
  }
  return type;
}

static bool isDifferentiable(const ast::Parameter &parameter) {
  return !parameter.isConst && parameter.variable->type.isReal();
}

static void addParameter(ast::Circuit &part, ast::VariablePtr variable, const ast::Type &type) {
  variable->type = type;
  ast::Parameter parameter;
  parameter.variable = std::move(variable);
  part.parameters.push_back(std::move(parameter));
}

/// Gives `backward` and `tangent` their further parameters and their results.
bool ModuleAnalyzer::completeGate(ast::Gate &gate) {
  if (!gate.forward || !gate.backward)
    return false; // reported by the parser
  ast::Circuit &forward = *gate.forward;
  for (const ast::Circuit *part : {gate.forward, gate.backward, gate.tangent})
    if (part && states[part] == State::Failed)
      return false;
  for (const ast::Parameter &parameter : forward.parameters)
    if (parameter.variable->type.isStruct()) {
      diagnostics.report(DiagnosticId::NotSupportedYet, parameter.variable->range,
                         {"a struct as parameter of a gate"});
      return false;
    }
  if (!requireResults(forward, gate.nameRange))
    return false;
  std::vector<std::string> found;
  for (const ast::Result &result : forward.results)
    found.push_back(toString(result.type));
  if (found.size() != 1 || !forward.results[0].type.isReal()) {
    std::string all;
    for (const std::string &type : found)
      all += (all.empty() ? "" : " and ") + type;
    diagnostics.report(DiagnosticId::GateResult, gate.nameRange, {gate.name, all});
    return false;
  }
  size_t differentiable = 0;
  for (const ast::Parameter &parameter : forward.parameters)
    differentiable += isDifferentiable(parameter);
  if (!differentiable) {
    diagnostics.report(DiagnosticId::GateConstant, gate.nameRange, {gate.name});
    return false;
  }
  for (ast::Circuit *part : {gate.backward, gate.tangent}) {
    if (!part)
      continue;
    bool isBackward = part->part == Part::Backward;
    size_t wanted = isBackward ? 1 : differentiable;
    if (part->given.size() != wanted) {
      std::string what = isBackward ? "one name, for the adjoint of the result"
                                    : std::to_string(wanted) + (wanted == 1 ? " name" : " names") +
                                          ", one for the tangent of each "
                                          "differentiable parameter";
      diagnostics.report(DiagnosticId::GateNames, part->nameRange,
                         {isBackward ? "backward" : "tangent", gate.name, what,
                          std::to_string(part->given.size())});
      return false;
    }
    std::optional<ast::Type> result = translated(forward.results[0].type, forward, *part);
    if (!result) {
      diagnostics.report(DiagnosticId::GateShape, gate.nameRange, {gate.name});
      return false;
    }
    std::vector<ast::Type> adjoints;
    for (const ast::Parameter &parameter : part->parameters)
      if (isDifferentiable(parameter))
        adjoints.push_back(parameter.variable->type);
    for (const ast::VariablePtr &given : part->given)
      for (const ast::Parameter &parameter : part->parameters)
        if (parameter.variable->name == given->name) {
          diagnostics.report(DiagnosticId::DefinedTwice, given->range, {given->name})
              .note(DiagnosticId::FirstDefinedHere, parameter.variable->range, {given->name});
          return false;
        }
    part->statesResults = true;
    if (isBackward)
      for (const ast::Type &type : adjoints)
        part->results.push_back({"", type});
    else
      part->results.push_back({"", *result});
    bool shadowed = false;
    for (const ast::Parameter &parameter : part->parameters)
      shadowed |= parameter.variable->name == "result";
    if (!shadowed) {
      auto forwardValue = std::make_unique<ast::Variable>();
      forwardValue->kind = ast::Variable::Kind::Parameter;
      forwardValue->name = "result";
      forwardValue->range = part->nameRange;
      addParameter(*part, std::move(forwardValue), *result);
    }
    for (size_t i = 0; i < part->given.size(); ++i)
      addParameter(*part, std::move(part->given[i]), isBackward ? *result : adjoints[i]);
    part->given.clear();
  }
  return true;
}

/// After the body: `result` goes where nobody asked for it, so that it need
/// not be kept. That a parameter is not used says nothing here.
void BodyAnalyzer::finishGatePart() {
  scopes.clear();
  auto &parameters = circuit.parameters;
  for (size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].variable->name == "result" && !parameters[i].variable->used &&
        parameters[i].variable->range.begin == circuit.nameRange.begin) {
      parameters.erase(parameters.begin() + i);
      return;
    }
}

/// Whether a call gives arrays to a gate of numbers.
bool BodyAnalyzer::spreads(const ast::CallExpr &expr, ast::Circuit &callee) {
  if (callee.part != Part::Forward)
    return false;
  bool arrays = false;
  for (const ast::Argument &argument : expr.arguments)
    arrays |= !argument.value->type().isScalar();
  return arrays && items.requireResults(callee, expr.range) && callee.isScalarGate();
}

/// The elements one by one: arrays have one shape, numbers spread.
void BodyAnalyzer::spreadCall(ast::CallExpr &expr, ast::Circuit &callee) {
  ast::Type type{callee.results[0].type.scalar, {}};
  for (size_t i = 0; i < expr.arguments.size(); ++i) {
    ast::ExprPtr &argument = expr.arguments[i].value;
    const ast::Variable &parameter = *callee.parameters[i].variable;
    if (argument->type().isStruct() || !coerce(argument, parameter.type.scalar)) {
      diagnostics
          .report(DiagnosticId::ArgumentType, argument->range,
                  {parameter.name, callee.name, toString(parameter.type), describe(*argument)})
          .note(DiagnosticId::DeclaredHere, parameter.range,
                {parameter.name, toString(parameter.type)});
      return;
    }
    const ast::Type &found = argument->type();
    if (found.isScalar())
      continue;
    std::vector<ast::Dimension> dims = found.dims;
    if (!type.isScalar()) {
      dims.clear();
      if (!joinShapes(argument->range, type, found, dims))
        return;
    }
    type.dims = dims;
  }
  expr.circuit = &callee;
  expr.types = {type};
}

} // namespace circ::sema
