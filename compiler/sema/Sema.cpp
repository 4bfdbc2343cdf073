//===- Sema.cpp - Items, results on demand, recursion ---------------------===//

#include "compiler/sema/Sema.h"

#include "compiler/sema/Analyzer.h"
#include "compiler/sema/Builtins.h"

#include <cmath>
#include <functional>

namespace circ {

bool analyze(ast::Module &module, DiagnosticEngine &diagnostics) {
  return sema::ModuleAnalyzer(module, diagnostics).run();
}

namespace sema {

bool ModuleAnalyzer::run() {
  unsigned before = diagnostics.errorCount();
  declareItems();
  analyzeConstants();
  for (auto &item : module.structs)
    resolveFields(item);
  for (auto &circuit : module.circuits)
    states[circuit.get()] = State::Declared;
  for (auto &circuit : module.circuits)
    if (!BodyAnalyzer(*this, *circuit).signature())
      states[circuit.get()] = State::Failed;
  for (auto &circuit : module.circuits)
    if (states[circuit.get()] == State::Declared)
      analyzeBody(*circuit);
  markRecursion();
  if (diagnostics.errorCount() != before)
    return false;
  for (auto &circuit : module.circuits)
    flattenStructs(*circuit);
  return true;
}

/// The import by which the definitions of two files meet; null for one file.
const ast::Import *ModuleAnalyzer::importBetween(FileId first, FileId second) const {
  const ast::Import *found = nullptr;
  for (const ast::Import &import : module.imports) {
    bool direct = (import.range.file == second && import.target == first) ||
                  (import.range.file == first && import.target == second);
    if (first != second && direct)
      return &import;
    if (first != second && !found && import.target == second)
      found = &import;
  }
  return found;
}

void ModuleAnalyzer::declareItems() {
  auto add = [&](const std::string &name, SourceRange range) {
    auto [it, isNew] = items.insert({name, range});
    if (isNew)
      return;
    if (const ast::Import *import = importBetween(it->second.file, range.file))
      diagnostics.report(DiagnosticId::ImportClash, import->range, {import->path, name})
          .note(DiagnosticId::CircuitIsHere, it->second, {name})
          .note(DiagnosticId::CircuitIsHere, range, {name});
    else
      diagnostics.report(DiagnosticId::DefinedTwice, range, {name})
          .note(DiagnosticId::FirstDefinedHere, it->second, {name});
  };
  for (auto &constant : module.constants)
    add(constant.name, constant.nameRange);
  for (auto &structure : module.structs)
    add(structure.name, structure.nameRange);
  for (auto &gate : module.gates) {
    add(gate->name, gate->nameRange);
    diagnostics.report(DiagnosticId::NotSupportedYet, gate->nameRange, {"a gate of your own"});
  }
  for (auto &circuit : module.circuits)
    add(circuit->name, circuit->nameRange);
}

void ModuleAnalyzer::analyzeConstants() {
  for (auto &item : module.constants) {
    ast::ExprPtr folded = foldConstant(*item.value, *this);
    if (!folded) {
      diagnostics.report(DiagnosticId::ConstantNotConstant, item.value->range,
                         {"the value of '" + item.name + "'"});
      continue;
    }
    if (item.type) {
      bool real = item.type->name == "f64";
      if (!item.type->dims.empty() || !(real || item.type->name == "i64")) {
        diagnostics.report(DiagnosticId::NotSupportedYet, item.type->range,
                           {"a constant of type " + item.type->name});
        continue;
      }
      if (!real && !folded->types.front().isScalar())
        continue;
      if (!real && folded->type().isReal()) {
        diagnostics.report(DiagnosticId::LossyConversion, item.value->range, {"f64", "i64"});
        continue;
      }
      if (real)
        folded->types = {ast::Type::f64()};
    }
    constants[item.name] = std::move(folded);
  }
}

const ast::ExprPtr *ModuleAnalyzer::constant(const std::string &name) const {
  auto found = constants.find(name);
  return found == constants.end() ? nullptr : &found->second;
}

std::string ModuleAnalyzer::otherItem(const std::string &name) const {
  for (const auto &structure : module.structs)
    if (structure.name == name)
      return "struct";
  for (const auto &gate : module.gates)
    if (gate->name == name)
      return "gate";
  if (module.find(name))
    return "circuit";
  if (lookupBuiltin(name) || isReduction(name))
    return "built-in function";
  return "";
}

std::vector<std::string> ModuleAnalyzer::callableNames() const {
  std::vector<std::string> names = builtinNames();
  for (const auto &circuit : module.circuits)
    names.push_back(circuit->name);
  return names;
}

void ModuleAnalyzer::analyzeBody(ast::Circuit &circuit) {
  states[&circuit] = State::InProgress;
  BodyAnalyzer analyzer(*this, circuit);
  analyzer.body();
  bool known = !circuit.results.empty();
  states[&circuit] = known ? State::Done : State::Failed;
  if (!known && !diagnostics.hasErrors())
    diagnostics.report(DiagnosticId::MissingReturn, circuit.nameRange, {circuit.name});
}

bool ModuleAnalyzer::requireResults(ast::Circuit &circuit, SourceRange useRange) {
  if (states[&circuit] == State::Failed)
    return false;
  if (!circuit.results.empty())
    return true;
  if (states[&circuit] == State::InProgress) {
    diagnostics.report(DiagnosticId::RecursionNeedsType, circuit.nameRange, {circuit.name})
        .withHint("write the result type before the body: `-> f64`");
    return false;
  }
  analyzeBody(circuit);
  return !circuit.results.empty();
}

void ModuleAnalyzer::markRecursion() {
  for (auto &circuit : module.circuits) {
    std::set<ast::Circuit *> seen;
    std::vector<ast::Circuit *> work(calls[circuit.get()].begin(), calls[circuit.get()].end());
    while (!work.empty() && !circuit->recursive) {
      ast::Circuit *next = work.back();
      work.pop_back();
      if (next == circuit.get())
        circuit->recursive = true;
      else if (seen.insert(next).second)
        work.insert(work.end(), calls[next].begin(), calls[next].end());
    }
  }
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static ast::ExprPtr makeNumber(bool isInteger, int64_t integer, double real, SourceRange range) {
  auto number = std::make_unique<ast::NumberExpr>();
  number->isInteger = isInteger;
  number->integer = integer;
  number->real = real;
  number->range = range;
  number->types = {isInteger ? ast::Type::i64() : ast::Type::f64()};
  return number;
}

ast::ExprPtr copyNumber(const ast::Expr &expr, SourceRange range) {
  const auto &number = ast::as<ast::NumberExpr>(expr);
  ast::ExprPtr copy = makeNumber(number.isInteger, number.integer, number.real, range);
  copy->types = expr.types;
  return copy;
}

ast::ExprPtr foldConstant(const ast::Expr &expr, const ModuleAnalyzer &items) {
  if (expr.kind == ast::ExprKind::Number) {
    const auto &number = ast::as<ast::NumberExpr>(expr);
    return makeNumber(number.isInteger, number.integer, number.real, expr.range);
  }
  if (expr.kind == ast::ExprKind::Name) {
    const std::string &name = ast::as<ast::NameExpr>(expr).name;
    if (const ast::ExprPtr *value = items.constant(name))
      return copyNumber(**value, expr.range);
    if (name == "pi")
      return makeNumber(false, 0, M_PI, expr.range);
    if (name == "inf")
      return makeNumber(false, 0, INFINITY, expr.range);
    if (name == "nan")
      return makeNumber(false, 0, NAN, expr.range);
    return nullptr;
  }
  if (expr.kind == ast::ExprKind::Unary) {
    const auto &unary = ast::as<ast::UnaryExpr>(expr);
    ast::ExprPtr inner = foldConstant(*unary.operand, items);
    if (!inner || unary.op != ast::UnaryOp::Negate)
      return nullptr;
    const auto &number = ast::as<ast::NumberExpr>(*inner);
    return makeNumber(number.isInteger, -number.integer, -number.real, expr.range);
  }
  if (expr.kind != ast::ExprKind::Binary)
    return nullptr;
  const auto &binary = ast::as<ast::BinaryExpr>(expr);
  ast::ExprPtr left = foldConstant(*binary.left, items), right = foldConstant(*binary.right, items);
  if (!left || !right)
    return nullptr;
  const auto &a = ast::as<ast::NumberExpr>(*left);
  const auto &b = ast::as<ast::NumberExpr>(*right);
  bool integer = a.isInteger && b.isInteger;
  int64_t i = 0;
  switch (binary.op) {
  case ast::BinaryOp::Add:
    if (integer && __builtin_add_overflow(a.integer, b.integer, &i))
      return nullptr;
    return makeNumber(integer, i, integer ? double(i) : a.real + b.real, expr.range);
  case ast::BinaryOp::Subtract:
    if (integer && __builtin_sub_overflow(a.integer, b.integer, &i))
      return nullptr;
    return makeNumber(integer, i, integer ? double(i) : a.real - b.real, expr.range);
  case ast::BinaryOp::Multiply:
    if (integer && __builtin_mul_overflow(a.integer, b.integer, &i))
      return nullptr;
    return makeNumber(integer, i, integer ? double(i) : a.real * b.real, expr.range);
  case ast::BinaryOp::Divide:
    return makeNumber(false, 0, a.real / b.real, expr.range);
  case ast::BinaryOp::Power:
    return integer ? nullptr : makeNumber(false, 0, std::pow(a.real, b.real), expr.range);
  default:
    return nullptr;
  }
}

} // namespace sema
} // namespace circ
