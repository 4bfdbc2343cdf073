//===- Statements.cpp - Checks statements ---------------------------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

using ast::StmtKind;

//===----------------------------------------------------------------------===//
// Circuits
//===----------------------------------------------------------------------===//

bool BodyAnalyzer::signature() {
  unsigned before = diagnostics.errorCount();
  push();
  // Dimensions are bound where a parameter uses a name plainly, wherever that
  // is; then every type can use them.
  for (unsigned p = 0; p < circuit.parameters.size(); ++p) {
    ast::Parameter &parameter = circuit.parameters[p];
    if (parameter.type && parameter.type->name == "i64" && parameter.type->dims.empty())
      parameter.variable->type = ast::Type::i64();
    declare(*parameter.variable);
  }
  for (unsigned p = 0; p < circuit.parameters.size(); ++p) {
    if (!circuit.parameters[p].type)
      continue;
    auto &dims = circuit.parameters[p].type->dims;
    for (unsigned k = 0; k < dims.size(); ++k) {
      if (dims[k]->kind != ast::ExprKind::Name)
        continue;
      const std::string &name = ast::as<ast::NameExpr>(*dims[k]).name;
      if (lookup(name) || items.constant(name))
        continue;
      auto variable = std::make_unique<ast::Variable>();
      variable->kind = ast::Variable::Kind::Dimension;
      variable->name = name;
      variable->range = dims[k]->range;
      variable->type = ast::Type::i64();
      declare(*variable);
      circuit.dimensions.push_back(std::move(variable));
      circuit.dimensionSources.emplace_back(p, k);
    }
  }
  bool defaults = false;
  for (ast::Parameter &parameter : circuit.parameters) {
    ast::Type &type = parameter.variable->type;
    type = ast::Type::f64();
    if (parameter.type && !resolveType(*parameter.type, type))
      parameter.variable->poisoned = true;
    makeLeaves(*parameter.variable);
    if (parameter.isConst && !hasReal(type))
      diagnostics.report(DiagnosticId::ConstParameterType, parameter.variable->range);
    if (!parameter.defaultValue) {
      if (defaults)
        diagnostics.report(DiagnosticId::DefaultBeforePlain, parameter.variable->range);
      continue;
    }
    defaults = true;
    if (items.makeConstant(parameter.defaultValue, nullptr,
                           "the default of '" + parameter.variable->name + "'", this) &&
        !parameter.variable->poisoned &&
        !checkType(parameter.defaultValue, type, DiagnosticId::TypeMismatch, {}))
      parameter.defaultValue->types.clear();
  }
  for (ast::ResultSyntax &stated : circuit.statedResults) {
    ast::Type type;
    if (resolveType(stated.type, type))
      circuit.results.push_back({stated.name, type});
  }
  std::map<std::string, SourceRange> names;
  for (ast::ResultSyntax &stated : circuit.statedResults)
    if (!stated.name.empty() && !names.insert({stated.name, stated.nameRange}).second)
      diagnostics.report(DiagnosticId::DefinedTwice, stated.nameRange, {stated.name})
          .note(DiagnosticId::FirstDefinedHere, names[stated.name], {stated.name});
  scopes.clear();
  bool right = diagnostics.errorCount() == before;
  if (!right)
    circuit.results.clear();
  return right;
}

void BodyAnalyzer::body() {
  push();
  for (auto &dimension : circuit.dimensions)
    scopes.back().names[dimension->name] = dimension.get();
  for (ast::Parameter &parameter : circuit.parameters)
    scopes.back().names[parameter.variable->name] = parameter.variable.get();
  push(); // an inner `let` may shadow a parameter
  unsigned before = errorsBefore = diagnostics.errorCount();
  bool ends = statements(circuit.body);
  if (!ends && diagnostics.errorCount() == before)
    diagnostics.report(DiagnosticId::MissingReturn, circuit.nameRange, {circuit.name})
        .withHint("every way through the body must end in `return`");
  pop();
  if (circuit.part != ast::Circuit::Part::None) {
    finishGatePart();
    return;
  }
  for (ast::Parameter &parameter : circuit.parameters)
    if (diagnostics.errorCount() == before && !parameter.variable->used &&
        !parameter.variable->poisoned && parameter.variable->name[0] != '_')
      diagnostics.report(DiagnosticId::UnusedParameter, parameter.variable->range,
                         {parameter.variable->name});
  scopes.clear();
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

bool BodyAnalyzer::statements(ast::StmtList &list) {
  bool ended = false;
  for (ast::StmtPtr &stmt : list) {
    if (ended) {
      diagnostics.report(DiagnosticId::UnreachableCode, stmt->range);
      ended = false; // once is enough; the rest is checked all the same
      for (ast::StmtPtr &rest : list)
        if (rest->range.begin >= stmt->range.begin)
          statement(*rest);
      return true;
    }
    ended = statement(*stmt);
  }
  return ended;
}

void BodyAnalyzer::condition(ast::ExprPtr &expr) {
  if (!value(expr))
    return;
  if (expr->type().scalar != ast::ScalarKind::Bool || !expr->type().isScalar())
    diagnostics.report(DiagnosticId::ConditionType, expr->range, {describe(*expr)})
        .withHint(expr->type().isScalar() ? "compare it: `... != 0`"
                                          : "use `any(...)` or `all(...)`");
}

/// Whether a loop's body has a `break` of its own.
static bool breaks(const ast::StmtList &body) {
  for (const ast::StmtPtr &stmt : body) {
    if (stmt->kind == StmtKind::Break)
      return true;
    if (stmt->kind == StmtKind::If && (breaks(ast::as<ast::IfStmt>(*stmt).thenBody) ||
                                       breaks(ast::as<ast::IfStmt>(*stmt).elseBody)))
      return true;
  }
  return false;
}

bool BodyAnalyzer::statement(ast::Stmt &stmt) {
  switch (stmt.kind) {
  case StmtKind::Let:
    let(ast::as<ast::LetStmt>(stmt));
    return false;
  case StmtKind::Assign:
    assign(ast::as<ast::AssignStmt>(stmt));
    return false;
  case StmtKind::If:
    return branch(ast::as<ast::IfStmt>(stmt));
  case StmtKind::For:
    forLoop(ast::as<ast::ForStmt>(stmt));
    return false;
  case StmtKind::While: {
    auto &loop = ast::as<ast::WhileStmt>(stmt);
    condition(loop.condition);
    push();
    ++scopes.back().loops;
    statements(loop.body);
    pop();
    // What follows a loop without an end is not reached.
    return loop.condition->kind == ast::ExprKind::Bool &&
           ast::as<ast::BoolExpr>(*loop.condition).value && !breaks(loop.body);
  }
  case StmtKind::Break:
    leaves(stmt, "break");
    return true;
  case StmtKind::Continue:
    leaves(stmt, "continue");
    return true;
  case StmtKind::Return:
    returned(ast::as<ast::ReturnStmt>(stmt));
    return true;
  case StmtKind::Assert:
    condition(ast::as<ast::AssertStmt>(stmt).condition);
    return false;
  case StmtKind::Print:
    for (ast::ExprPtr &printed : ast::as<ast::PrintStmt>(stmt).values)
      value(printed);
    return false;
  case StmtKind::Expression: {
    ast::ExprPtr &unused = ast::as<ast::ExpressionStmt>(stmt).value;
    analyze(unused);
    if (ok(unused))
      diagnostics.report(DiagnosticId::UnusedValue, stmt.range)
          .withHint("write `return`, `let name =`, or end the line before in an operator");
    return false;
  }
  }
  return false;
}

void BodyAnalyzer::leaves(ast::Stmt &stmt, const char *word) {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    if (scope->loops)
      return;
    if (!scope->barrier.empty()) {
      diagnostics.report(DiagnosticId::LeavesExpression, stmt.range, {word, scope->barrier});
      return;
    }
  }
  diagnostics.report(DiagnosticId::OutsideLoop, stmt.range, {word});
}

void BodyAnalyzer::let(ast::LetStmt &stmt) {
  analyze(stmt.value);
  bool right = ok(stmt.value);
  ast::Type stated;
  bool hasStated = stmt.type && resolveType(*stmt.type, stated);
  if (stmt.type && !hasStated)
    right = false;
  if (right && stmt.value->types.size() != stmt.variables.size()) {
    if (stmt.variables.size() == 1)
      value(stmt.value); // says how to take results apart
    else
      diagnostics.report(
          DiagnosticId::WrongResultCount, stmt.range,
          {counted(stmt.variables.size(), "name"), counted(stmt.value->types.size(), "result")});
    right = false;
  }
  if (right && hasStated && stmt.variables.size() == 1)
    right = checkType(stmt.value, stated, DiagnosticId::TypeMismatch, {});
  for (size_t i = 0; i < stmt.variables.size(); ++i) {
    ast::Variable &variable = *stmt.variables[i];
    if (right)
      variable.type = hasStated ? stated : stmt.value->types[i];
    else if (hasStated)
      variable.type = stated;
    variable.poisoned = !right && !hasStated;
    declare(variable);
  }
  if (right && !stmt.isVar && stmt.variables.size() == 1 && stmt.value->type().isScalar() &&
      stmt.value->type().scalar == ast::ScalarKind::I64)
    if (auto d = valueAsDimension(*stmt.value))
      known[stmt.variables[0].get()] = *d;
}

bool BodyAnalyzer::place(ast::AssignStmt &stmt, std::string &text, ast::Type &type) {
  type = stmt.variable->type;
  for (ast::Accessor &accessor : stmt.accessors) {
    ast::Type base = type;
    bool right = accessor.isField
                     ? fieldType(base, text, accessor.field, accessor.range, type)
                     : subscripts(accessor.subscripts, base, text, accessor.range, type);
    if (!right)
      return false;
    text += accessor.isField ? "." + accessor.field : "[...]";
  }
  return true;
}

void BodyAnalyzer::assign(ast::AssignStmt &stmt) {
  stmt.variable = lookup(stmt.name);
  if (!stmt.variable) {
    Diagnostic &report = diagnostics.report(DiagnosticId::UnknownName, stmt.nameRange, {stmt.name});
    if (auto close = closestName(stmt.name, visibleNames()))
      report.withHint("did you mean `" + *close + "`?");
    else
      report.withHint("declare it first: `var " + stmt.name + " = ...`");
    analyze(stmt.value);
    return;
  }
  ast::Variable &variable = *stmt.variable;
  if (stmt.op || !stmt.accessors.empty())
    variable.used = true;
  if (variable.kind != ast::Variable::Kind::Var) {
    static const char *const kinds[] = {"a parameter", "a dimension", "a `let`", "",
                                        "a loop variable"};
    diagnostics.report(DiagnosticId::AssignImmutable, stmt.nameRange, {stmt.name})
        .withHint(variable.kind == ast::Variable::Kind::Let
                      ? "declare it with `var`"
                      : std::string("it is ") + kinds[static_cast<int>(variable.kind)] +
                            "; copy it: `var copy = " + stmt.name + "`");
    analyze(stmt.value);
    return;
  }
  if (std::string barrier = barrierBefore(variable); !barrier.empty())
    diagnostics.report(DiagnosticId::AssignOuter, stmt.nameRange, {stmt.name, barrier})
        .note(DiagnosticId::DeclaredHere, variable.range, {stmt.name, toString(variable.type)});
  ast::Type target;
  std::string place = stmt.name;
  bool right = !variable.poisoned && this->place(stmt, place, target);
  if (!value(stmt.value) || !right)
    return;
  if (target.isStruct() && stmt.op) {
    structOperation(*stmt.op, stmt.range, target, stmt.value);
    return;
  }
  // `a = 1.0` does not fill an array, `a[:] = 1.0` and `a *= 2.0` do.
  bool fills = stmt.value->type().isScalar() && (stmt.op || !stmt.accessors.empty());
  if (stmt.op == ast::BinaryOp::Divide && target.scalar == ast::ScalarKind::I64) {
    diagnostics.report(DiagnosticId::AssignType, stmt.range, {place, toString(target), "f64"})
        .withHint("`/` is real division; write `" + stmt.name + " = div(" + stmt.name + ", ...)`");
    return;
  }
  if (target.scalar == ast::ScalarKind::Bool && stmt.op) {
    diagnostics.report(DiagnosticId::OperandType, stmt.range, {spelling(*stmt.op), "bool"});
    return;
  }
  ast::Type expected = target;
  if (fills)
    expected.dims.clear();
  ast::ScalarKind found = stmt.value->type().scalar;
  if (target.scalar == ast::ScalarKind::I64 && ast::isReal(found)) {
    Diagnostic &report = diagnostics.report(DiagnosticId::AssignType, stmt.range,
                                            {place, toString(target), describe(*stmt.value)});
    report.withHint("to make it real, begin with `var " + stmt.name + " = 0.0`");
    report.note(DiagnosticId::DeclaredHere, variable.range, {stmt.name, toString(variable.type)});
    return;
  }
  checkType(stmt.value, expected, DiagnosticId::AssignType, {place});
}

bool BodyAnalyzer::branch(ast::IfStmt &stmt) {
  condition(stmt.condition);
  push();
  bool thenEnds = statements(stmt.thenBody);
  pop();
  push();
  bool elseEnds = statements(stmt.elseBody);
  pop();
  return thenEnds && elseEnds;
}

void BodyAnalyzer::forLoop(ast::ForStmt &stmt) {
  range(stmt.bounds);
  push();
  ++scopes.back().loops;
  stmt.variable->type = ast::Type::i64();
  declare(*stmt.variable);
  statements(stmt.body);
  pop();
}

void BodyAnalyzer::returned(ast::ReturnStmt &stmt) {
  std::string barrier = innermostBarrier();
  if (!barrier.empty()) {
    diagnostics.report(DiagnosticId::LeavesExpression, stmt.range, {"return", barrier});
    return;
  }
  std::vector<ast::ExprPtr *> values;
  if (stmt.value->kind == ast::ExprKind::Tuple) {
    bool right = true;
    for (ast::ExprPtr &element : ast::as<ast::TupleExpr>(*stmt.value).elements) {
      right &= value(element);
      values.push_back(&element);
    }
    if (!right)
      return;
    for (ast::ExprPtr *element : values)
      stmt.value->types.push_back((*element)->type());
  } else {
    analyze(stmt.value);
    if (!ok(stmt.value))
      return;
    if (stmt.value->types.size() == 1)
      values.push_back(&stmt.value);
  }
  auto &types = stmt.value->types;
  std::vector<ast::Result> &results = circuit.results;
  if (results.empty()) { // the first return of a circuit that states nothing
    std::set<const ast::Variable *> hidden;
    for (const Scope &scope : scopes)
      for (auto &[name, variable] : scope.names)
        if (variable->kind != ast::Variable::Kind::Dimension &&
            variable->kind != ast::Variable::Kind::Parameter)
          hidden.insert(variable);
    for (ast::Type type : types) {
      closeOver(type, hidden);
      results.push_back({"", type});
    }
    returns.push_back(stmt.range);
    return;
  }
  if (types.size() != results.size()) {
    Diagnostic &report =
        diagnostics.report(DiagnosticId::ReturnCount, stmt.range,
                           {counted(types.size(), "value"), std::to_string(results.size())});
    if (circuit.part == ast::Circuit::Part::Backward)
      report.withHint("one adjoint for each parameter that is real and not const, in order");
    return;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (circuit.statesResults) {
      checkType(*values[i], results[i].type, DiagnosticId::ResultType, {circuit.name});
      continue;
    }
    ast::Type found = (*values[i])->type();
    if (!coerce(*values[i], results[i].type) || found.rank() != results[i].type.rank()) {
      Diagnostic &report = diagnostics.report(DiagnosticId::ReturnTypes, (*values[i])->range,
                                              {toString(found), toString(results[i].type)});
      if (!returns.empty())
        report.note(DiagnosticId::EarlierReturn, returns.front());
      report.withHint("state the result type before the body: `-> f64`");
      continue;
    }
    for (unsigned k = 0; k < found.rank(); ++k)
      if (!(found.dims[k] == results[i].type.dims[k]))
        results[i].type.dims[k] = items.freshOpaque();
  }
  if (values.empty())
    for (size_t i = 0; i < types.size(); ++i)
      if (types[i].scalar != results[i].type.scalar ||
          types[i].structure != results[i].type.structure ||
          types[i].rank() != results[i].type.rank())
        diagnostics.report(DiagnosticId::ResultType, stmt.range,
                           {circuit.name, toString(results[i].type), toString(types[i])});
}

} // namespace circ::sema
