//===- Structs.cpp - Checks structs and what is done with them ------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

using ast::BinaryOp;
using ast::ScalarKind;

//===----------------------------------------------------------------------===//
// Items
//===----------------------------------------------------------------------===//

/// The most numbers and arrays that a struct may hold, in its structs too: each
/// becomes a value of its own.
static constexpr size_t largestStruct = 1000;

const ast::StructItem *ModuleAnalyzer::structure(const std::string &name) {
  for (ast::StructItem &item : module.structs)
    if (item.name == name)
      return resolveFields(item) ? &item : nullptr;
  return nullptr;
}

bool ModuleAnalyzer::resolveFields(ast::StructItem &item) {
  auto [state, isNew] = structStates.insert({&item, State::InProgress});
  if (!isNew)
    return state->second == State::Done;
  unsigned before = diagnostics.errorCount();
  if (item.fields.empty())
    diagnostics.report(DiagnosticId::EmptyStruct, item.nameRange, {item.name})
        .withHint("give it a field: `struct " + item.name + " { x: f64 }`");
  std::map<std::string, SourceRange> names;
  for (ast::StructField &field : item.fields) {
    auto [first, isFirst] = names.insert({field.name, field.nameRange});
    if (!isFirst)
      diagnostics.report(DiagnosticId::DefinedTwice, field.nameRange, {field.name})
          .note(DiagnosticId::FirstDefinedHere, first->second, {field.name});
    if (auto kind = scalarKind(field.syntax.name)) {
      field.type = {*kind, {}};
    } else if (otherItem(field.syntax.name) != "struct") {
      reportUnknownType(*this, field.syntax);
    } else if (const ast::StructItem *inner = structure(field.syntax.name)) {
      field.type = {ScalarKind::Struct, {}, inner};
    } else {
      for (ast::StructItem &other : module.structs)
        if (other.name == field.syntax.name && structStates[&other] == State::InProgress)
          diagnostics.report(DiagnosticId::RecursiveType, other.nameRange, {other.name})
              .note(DiagnosticId::FieldIsHere, field.nameRange, {field.name, item.name});
      structStates[&item] = State::Failed; // reported there
    }
    for (ast::ExprPtr &dim : field.syntax.dims) {
      ast::ExprPtr size = foldConstant(*dim, *this);
      if (!size || !ast::as<ast::NumberExpr>(*size).isInteger)
        diagnostics.report(DiagnosticId::FieldDimension, dim->range);
      else if (int64_t value = ast::as<ast::NumberExpr>(*size).integer; value < 0)
        diagnostics.report(DiagnosticId::NegativeDimension, dim->range, {std::to_string(value)});
      else
        field.type.dims.push_back(ast::Dimension::constant(value));
    }
  }
  bool right = diagnostics.errorCount() == before && structStates[&item] == State::InProgress;
  size_t leaves = 0;
  for (size_t i = 0; right && i < item.fields.size(); ++i)
    leaves += leavesOf(item.fields[i].type).size();
  if (leaves > largestStruct) {
    diagnostics.report(DiagnosticId::StructTooLarge, item.nameRange,
                       {item.name, std::to_string(leaves), std::to_string(largestStruct)});
    right = false;
  }
  structStates[&item] = right ? State::Done : State::Failed;
  return right;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

static std::vector<std::string> fieldNames(const ast::StructItem &item) {
  std::vector<std::string> names;
  for (const ast::StructField &field : item.fields)
    names.push_back(field.name);
  return names;
}

static void reportUnknownField(DiagnosticEngine &diagnostics, const ast::StructItem &item,
                               const std::string &name, SourceRange range) {
  Diagnostic &report = diagnostics.report(DiagnosticId::UnknownField, range, {item.name, name});
  report.note(DiagnosticId::CircuitIsHere, item.nameRange, {item.name});
  if (auto close = closestName(name, fieldNames(item))) {
    report.withHint("did you mean `" + *close + "`?");
    return;
  }
  std::string all;
  for (const ast::StructField &field : item.fields)
    all += (all.empty() ? "" : ", ") + field.name;
  report.withHint("its fields are " + all);
}

bool BodyAnalyzer::fieldType(const ast::Type &base, const std::string &baseName,
                             const std::string &name, SourceRange range, ast::Type &result) {
  if (!base.isStruct()) {
    diagnostics.report(DiagnosticId::NotAStruct, range, {"'" + baseName + "'", toString(base)});
    return false;
  }
  const ast::StructField *field = findField(*base.structure, name).field;
  if (!field) {
    reportUnknownField(diagnostics, *base.structure, name, range);
    return false;
  }
  // The field of an array of structs is the array of its elements' fields.
  std::vector<ast::Dimension> dims = base.dims;
  dims.insert(dims.end(), field->type.dims.begin(), field->type.dims.end());
  result = field->type.withDims(std::move(dims));
  return true;
}

void BodyAnalyzer::field(ast::FieldExpr &expr) {
  ast::Type type;
  std::string name = expr.base->kind == ast::ExprKind::Name
                         ? ast::as<ast::NameExpr>(*expr.base).name
                         : "this value";
  if (value(expr.base) && fieldType(expr.base->type(), name, expr.field, expr.fieldRange, type))
    expr.types = {type};
}

void BodyAnalyzer::structValue(ast::StructExpr &expr) {
  for (ast::Argument &field : expr.fields)
    value(field.value);
  const ast::StructItem *item = items.structure(expr.name);
  if (!item) {
    if (items.otherItem(expr.name) != "struct") {
      ast::TypeSyntax syntax{expr.nameRange, expr.name, {}};
      reportUnknownType(items, syntax);
    }
    return;
  }
  bool right = true;
  std::vector<ast::Argument> ordered(item->fields.size());
  for (ast::Argument &given : expr.fields) {
    size_t at = 0;
    while (at < item->fields.size() && item->fields[at].name != given.name)
      ++at;
    if (at == item->fields.size()) {
      reportUnknownField(diagnostics, *item, given.name, given.nameRange);
      right = false;
    } else if (ordered[at].value) {
      diagnostics.report(DiagnosticId::FieldTwice, given.nameRange, {given.name})
          .note(DiagnosticId::FirstDefinedHere, ordered[at].nameRange, {given.name});
      right = false;
    } else {
      right &= ok(given.value) && checkType(given.value, item->fields[at].type,
                                            DiagnosticId::FieldType, {given.name, item->name});
      ordered[at] = std::move(given);
    }
  }
  for (size_t i = 0; i < ordered.size(); ++i)
    if (!ordered[i].value) {
      // A field that was misspelt is reported once.
      if (right)
        diagnostics
            .report(DiagnosticId::MissingField, expr.range, {item->name, item->fields[i].name})
            .note(DiagnosticId::CircuitIsHere, item->nameRange, {item->name});
      right = false;
    }
  if (!right)
    return;
  expr.fields = std::move(ordered);
  expr.types = {{ScalarKind::Struct, {}, item}};
}

//===----------------------------------------------------------------------===//
// Arithmetic: structs are vectors
//===----------------------------------------------------------------------===//

bool isNumeric(const ast::Type &type) {
  for (const ast::Leaf &leaf : leavesOf(type))
    if (leaf.type.scalar == ScalarKind::Bool)
      return false;
  return true;
}

bool BodyAnalyzer::structOperation(BinaryOp op, SourceRange range, const ast::Type &type,
                                   ast::ExprPtr &other) {
  bool adds = op == BinaryOp::Add || op == BinaryOp::Subtract;
  bool scales = op == BinaryOp::Multiply || op == BinaryOp::Divide;
  const ast::Type found = other->type();
  auto reject = [&]() -> Diagnostic & {
    return diagnostics.report(DiagnosticId::OperandTypes, range,
                              {spelling(op), toString(type), toString(found)});
  };
  if (adds ? found.structure != type.structure
           : !scales || !found.isScalar() || found.scalar == ScalarKind::Bool) {
    Diagnostic &report = reject();
    if (adds || scales)
      report.withHint(
          "structs of one type add and subtract; a struct is multiplied or divided by a number");
    return false;
  }
  // What an operation takes of the fields: numbers to add, real numbers of one
  // type to scale.
  std::optional<ScalarKind> kind;
  for (const ast::Leaf &leaf : leavesOf(type)) {
    bool fits = adds ? leaf.type.scalar != ScalarKind::Bool
                     : leaf.type.isReal() && kind.value_or(leaf.type.scalar) == leaf.type.scalar;
    if (!fits) {
      diagnostics
          .report(DiagnosticId::StructOperation, range,
                  {spelling(op), toString(type), leaf.path, toString(leaf.type)})
          .withHint("write the value of each field");
      return false;
    }
    kind = leaf.type.scalar;
  }
  if (adds) {
    std::vector<ast::Dimension> dims;
    return joinShapes(range, type, found, dims, {other.get()});
  }
  if (coerce(other, *kind))
    return true;
  reject().withHint(std::string("write `") + spelling(*kind) + "(...)` to convert");
  return false;
}

void BodyAnalyzer::structBinary(ast::BinaryExpr &expr) {
  bool swapped = expr.op == BinaryOp::Multiply && !expr.left->type().isStruct();
  ast::ExprPtr &first = swapped ? expr.right : expr.left;
  ast::ExprPtr &second = swapped ? expr.left : expr.right;
  if (!first->type().isStruct()) {
    diagnostics.report(DiagnosticId::OperandTypes, expr.opRange,
                       {spelling(expr.op), describe(*first), describe(*second)});
    return;
  }
  if (structOperation(expr.op, expr.opRange, first->type(), second))
    expr.types = {first->type()};
}

//===----------------------------------------------------------------------===//
// Flattening
//===----------------------------------------------------------------------===//

static ast::VariablePtr leafVariable(const ast::Variable &variable, const ast::Leaf &leaf) {
  auto made = std::make_unique<ast::Variable>();
  made->kind = variable.kind;
  made->name = variable.name + "." + leaf.path;
  made->range = variable.range;
  made->type = leaf.type;
  made->used = true;
  return made;
}

void makeLeaves(ast::Variable &variable) {
  if (!variable.type.isStruct() || !variable.leaves.empty())
    return;
  for (const ast::Leaf &leaf : leavesOf(variable.type))
    variable.leaves.push_back(leafVariable(variable, leaf));
}

/// The part of a constant struct, or array of structs, that a leaf holds.
static ast::ExprPtr leafConstant(const ast::Expr &value, const std::string &path) {
  if (value.kind == ast::ExprKind::Array && !path.empty()) {
    auto made = std::make_unique<ast::ArrayExpr>();
    made->range = value.range;
    for (const ast::ExprPtr &element : ast::as<ast::ArrayExpr>(value).elements)
      made->elements.push_back(leafConstant(*element, path));
    return made;
  }
  if (path.empty())
    return copyConstant(value, value.range);
  size_t dot = path.find('.');
  for (const ast::Argument &field : ast::as<ast::StructExpr>(value).fields)
    if (field.name == path.substr(0, dot))
      return leafConstant(*field.value, dot == std::string::npos ? "" : path.substr(dot + 1));
  return nullptr;
}

void flattenStructs(ast::Circuit &circuit) {
  std::vector<ast::Parameter> parameters;
  std::vector<unsigned> firstLeaf;
  for (ast::Parameter &parameter : circuit.parameters) {
    firstLeaf.push_back(unsigned(parameters.size()));
    if (!parameter.variable->type.isStruct()) {
      parameters.push_back(std::move(parameter));
      continue;
    }
    for (const ast::Leaf &leaf : leavesOf(parameter.variable->type)) {
      ast::Parameter flat;
      flat.variable = leafVariable(*parameter.variable, leaf);
      flat.isConst = parameter.isConst;
      flat.ranks = leaf.ranks;
      if (parameter.defaultValue)
        flat.defaultValue = leafConstant(*parameter.defaultValue, leaf.path);
      parameters.push_back(std::move(flat));
    }
    circuit.structParameters.push_back({std::move(parameter.variable), firstLeaf.back()});
  }
  circuit.parameters = std::move(parameters);
  for (auto &[parameter, position] : circuit.dimensionSources)
    parameter = firstLeaf[parameter];
  std::vector<ast::Result> results;
  for (unsigned i = 0; i < circuit.results.size(); ++i)
    for (const ast::Leaf &leaf : leavesOf(circuit.results[i].type))
      results.push_back({circuit.results[i].name, leaf.type, leaf.path, i, leaf.ranks});
  circuit.results = std::move(results);
}

} // namespace circ::sema
