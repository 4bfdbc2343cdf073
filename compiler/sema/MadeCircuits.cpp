//===- MadeCircuits.cpp - Circuits that no program states -----------------===//
//
// A derivative is of a circuit. For that of a built-in gate, and of a derivative, sema
// makes one.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Analyzer.h"
#include "compiler/sema/Builtins.h"

namespace circ::sema {

/// Adds a circuit with parameters that returns `value`.
ast::Circuit *ModuleAnalyzer::addCircuit(std::unique_ptr<ast::Circuit> circuit,
                                         ast::ExprPtr value) {
  circuit->range = circuit->nameRange;
  circuit->madeBySema = true;
  auto result = std::make_unique<ast::ReturnStmt>();
  result->range = value->range;
  result->value = std::move(value);
  circuit->body.push_back(std::move(result));
  ast::Circuit &made = *circuit;
  module.circuits.push_back(std::move(circuit));
  states[&made] = BodyAnalyzer(*this, made).signature() ? State::Declared : State::Failed;
  return &made;
}

/// Adds a parameter to a circuit, and its value to the arguments of a call.
static ast::Parameter &addParameter(ast::Circuit &circuit, std::vector<ast::Argument> &arguments,
                                    const std::string &name, SourceRange range) {
  ast::Parameter &parameter = circuit.parameters.emplace_back();
  parameter.variable = std::make_unique<ast::Variable>();
  parameter.variable->kind = ast::Variable::Kind::Parameter;
  parameter.variable->name = name;
  parameter.variable->range = range;
  auto use = std::make_unique<ast::NameExpr>();
  use->name = name;
  use->range = range;
  ast::Argument &argument = arguments.emplace_back();
  argument.value = std::move(use);
  return parameter;
}

ast::Circuit *ModuleAnalyzer::circuitOfGate(const std::string &name, SourceRange range) {
  std::string hidden = name + ".gate";
  if (ast::Circuit *made = module.find(hidden))
    return made;
  auto builtin = lookupBuiltin(name);
  if (!builtin || (builtin->kind != BuiltinKind::Gate && builtin->kind != BuiltinKind::IntegerGate))
    return nullptr;
  auto circuit = std::make_unique<ast::Circuit>();
  circuit->name = hidden;
  circuit->nameRange = range;
  auto call = std::make_unique<ast::CallExpr>();
  call->callee = name;
  call->range = call->calleeRange = range;
  for (unsigned i = 0; i < builtin->maxArguments; ++i)
    addParameter(*circuit, call->arguments, std::string(1, static_cast<char>('x' + i)), range);
  return addCircuit(std::move(circuit), std::move(call));
}

/// Copies a dimension as written in a type; null for what is not made of names, numbers and
/// operators.
static ast::ExprPtr copyDimension(const ast::Expr &dimension) {
  ast::ExprPtr copy;
  if (dimension.kind == ast::ExprKind::Number)
    return copyConstant(dimension, dimension.range);
  if (dimension.kind == ast::ExprKind::Name) {
    auto made = std::make_unique<ast::NameExpr>();
    made->name = ast::as<ast::NameExpr>(dimension).name;
    copy = std::move(made);
  } else if (dimension.kind == ast::ExprKind::Unary) {
    const auto &unary = ast::as<ast::UnaryExpr>(dimension);
    auto made = std::make_unique<ast::UnaryExpr>();
    made->op = unary.op;
    made->operand = copyDimension(*unary.operand);
    if (made->operand)
      copy = std::move(made);
  } else if (dimension.kind == ast::ExprKind::Binary) {
    const auto &binary = ast::as<ast::BinaryExpr>(dimension);
    auto made = std::make_unique<ast::BinaryExpr>();
    made->op = binary.op;
    made->opRange = binary.opRange;
    made->left = copyDimension(*binary.left);
    made->right = copyDimension(*binary.right);
    if (made->left && made->right)
      copy = std::move(made);
  } else if (dimension.kind == ast::ExprKind::Call) { // div(a, b)
    const auto &call = ast::as<ast::CallExpr>(dimension);
    auto made = std::make_unique<ast::CallExpr>();
    made->callee = call.callee;
    made->calleeRange = call.calleeRange;
    bool whole = true;
    for (const ast::Argument &argument : call.arguments) {
      made->arguments.push_back({"", {}, copyDimension(*argument.value)});
      whole &= made->arguments.back().value != nullptr;
    }
    if (whole)
      copy = std::move(made);
  }
  if (copy)
    copy->range = dimension.range;
  return copy;
}

ast::Circuit *ModuleAnalyzer::circuitOfDerivative(std::unique_ptr<ast::DerivativeExpr> derivative,
                                                  const ast::Circuit &callee) {
  std::string name = derivative->text();
  if (ast::Circuit *made = module.find(name))
    return made;
  if (states[&callee] == State::Failed)
    return nullptr;
  auto circuit = std::make_unique<ast::Circuit>();
  circuit->name = name;
  circuit->nameRange = derivative->range;
  for (const ast::Parameter &parameter : callee.parameters) {
    ast::Parameter &made = addParameter(*circuit, derivative->arguments, parameter.variable->name,
                                        parameter.variable->range);
    made.isConst = parameter.isConst;
    if (parameter.defaultValue && !parameter.defaultValue->types.empty())
      made.defaultValue = copyConstant(*parameter.defaultValue, parameter.defaultValue->range);
    if (!parameter.type)
      continue;
    made.type.emplace();
    made.type->range = parameter.type->range;
    made.type->name = parameter.type->name;
    for (const ast::ExprPtr &dimension : parameter.type->dims) {
      made.type->dims.push_back(copyDimension(*dimension));
      if (!made.type->dims.back()) {
        diagnostics
            .report(DiagnosticId::NotSupportedYet, circuit->nameRange,
                    {"a derivative of a derivative with such a dimension"})
            .withHint("put the inner derivative in a circuit, and name that");
        return nullptr;
      }
    }
  }
  return addCircuit(std::move(circuit), std::move(derivative));
}

} // namespace circ::sema
