//===- Statements.cpp - Statements and returns ----------------------------===//

#include "compiler/irgen/FunctionGenerator.h"

using namespace mlir;

namespace circ::irgen {

using ast::StmtKind;

static std::vector<const ast::Stmt *> refs(const ast::StmtList &list) {
  std::vector<const ast::Stmt *> result;
  for (const ast::StmtPtr &stmt : list)
    result.push_back(stmt.get());
  return result;
}

static bool alwaysReturns(const ast::StmtList &list) {
  for (const ast::StmtPtr &stmt : list) {
    if (stmt->kind == StmtKind::Return)
      return true;
    if (stmt->kind != StmtKind::If)
      continue;
    const auto &branch = ast::as<ast::IfStmt>(*stmt);
    if (alwaysReturns(branch.thenBody) && alwaysReturns(branch.elseBody))
      return true;
  }
  return false;
}

FunctionGenerator::Values FunctionGenerator::valuesOf(const Variables &variables) {
  Values values;
  for (const ast::Variable *variable : variables)
    values.push_back(env.lookup(variable));
  return values;
}

void FunctionGenerator::conditional(Location loc, Value condition, const Variables &assigned,
                                    llvm::function_ref<void()> thenBody,
                                    llvm::function_ref<void()> elseBody) {
  Values before = valuesOf(assigned);
  auto op = b.create<scf::IfOp>(loc, TypeRange(ValueRange(before)), condition, true);
  auto fill = [&](Region &region, llvm::function_ref<void()> body) {
    OpBuilder::InsertionGuard guard(b);
    Block *block = &region.front();
    if (block->mightHaveTerminator())
      block->getTerminator()->erase();
    b.setInsertionPointToEnd(block);
    for (auto [variable, value] : llvm::zip(assigned, before))
      env[variable] = value;
    if (body)
      body();
    Values yielded;
    for (auto [variable, value] : llvm::zip(assigned, before))
      yielded.push_back(adapt(loc, env.lookup(variable), value.getType()));
    b.create<scf::YieldOp>(loc, yielded);
  };
  fill(op.getThenRegion(), thenBody);
  fill(op.getElseRegion(), elseBody);
  for (auto [variable, value] : llvm::zip(assigned, op.getResults()))
    env[variable] = value;
}

/// The results of the circuit from statement `from` on. A branch that always
/// returns becomes one side of an `scf.if`; the other side holds the rest.
FunctionGenerator::Values FunctionGenerator::tail(const StmtRefs &list, size_t from) {
  for (size_t i = from; i < list.size(); ++i) {
    const ast::Stmt &stmt = *list[i];
    if (stmt.kind == StmtKind::Return)
      return returned(ast::as<ast::ReturnStmt>(stmt));
    if (!leaves(stmt, true)) {
      statement(stmt);
      continue;
    }
    Location loc = location(stmt.range);
    Value condition;
    StmtRefs first, second;
    if (stmt.kind == StmtKind::If) {
      const auto &branch = ast::as<ast::IfStmt>(stmt);
      bool left = alwaysReturns(branch.thenBody), right = alwaysReturns(branch.elseBody);
      if (left || right) {
        condition = expr(*branch.condition);
        first = refs(branch.thenBody);
        second = refs(branch.elseBody);
        StmtRefs &goesOn = left ? second : first;
        if (!(left && right))
          goesOn.insert(goesOn.end(), list.begin() + i + 1, list.end());
      }
    }
    if (!condition) {
      openReturn(loc);
      statement(stmt);
      condition = env.lookup(&returnFlag);
      second.assign(list.begin() + i + 1, list.end());
    }
    SmallVector<Type> types(function.getFunctionType().getResults());
    auto op = b.create<scf::IfOp>(loc, types, condition, true);
    bool slots = first.empty();
    auto saved = env;
    for (bool thenSide : {true, false}) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(thenSide ? op.thenBlock() : op.elseBlock());
      env = saved;
      Values results;
      if (thenSide && slots)
        for (auto &slot : returnSlots)
          results.push_back(env.lookup(slot.get()));
      else
        results = tail(thenSide ? first : second, 0);
      b.create<scf::YieldOp>(loc, results);
    }
    env = std::move(saved);
    return Values(op.getResults().begin(), op.getResults().end());
  }
  // Not reached in what sema accepts but after `while true`: no value is right.
  Location loc = location(circuit.nameRange);
  b.create<ir::CheckOp>(loc, ir::CheckKind::Assert, truth(loc, false),
                        "the circuit '" + circuit.name + "' ended without a return", ValueRange{});
  openReturn(loc);
  Values results;
  for (auto &slot : returnSlots)
    results.push_back(env.lookup(slot.get()));
  return results;
}

/// Declares the flag and slots that a `return` inside a loop sets.
void FunctionGenerator::openReturn(Location loc) {
  env[&returnFlag] = truth(loc, false);
  returnSlots.clear();
  for (size_t i = 0; i < circuit.results.size(); ++i) {
    returnSlots.push_back(std::make_unique<ast::Variable>());
    env[returnSlots.back().get()] =
        zeroOf(loc, circuit.results[i].type,
               "a `return` out of a loop of an array whose size is not made of the circuit's "
               "dimensions");
  }
}

FunctionGenerator::Values FunctionGenerator::returned(const ast::ReturnStmt &stmt) {
  Values values;
  if (stmt.value->kind == ast::ExprKind::Tuple)
    for (const ast::ExprPtr &element : ast::as<ast::TupleExpr>(*stmt.value).elements)
      llvm::append_range(values, exprs(*element));
  else
    values = exprs(*stmt.value);
  std::vector<ast::Type> types = leafTypes(stmt.value->types);
  Location loc = location(stmt.range);
  for (size_t i = 0; i < values.size(); ++i) {
    const ast::Type &type = circuit.results[i].type;
    Type wanted = mlirType(b.getContext(), type);
    for (unsigned k = 0; circuit.statesResults && k < type.rank(); ++k)
      if (!(type.dims[k] == types[i].dims[k]) && !type.dims[k].isConstant())
        if (auto size = evaluate(type.dims[k], loc))
          requireSize(loc, sizes(loc, values[i])[k], *size,
                      "dimension " + std::to_string(k) + " of the result has size {0}, but " +
                          toString(type.dims[k]) + " is {1}");
    values[i] = adapt(loc, values[i], wanted);
  }
  return values;
}

void FunctionGenerator::statements(const StmtRefs &list, size_t from) {
  for (size_t i = from; i < list.size(); ++i) {
    const ast::Stmt &stmt = *list[i];
    statement(stmt);
    if (stmt.kind == StmtKind::Return || stmt.kind == StmtKind::Break ||
        stmt.kind == StmtKind::Continue)
      return;
    if (i + 1 == list.size() || !leaves(stmt, false))
      continue;
    // What follows runs only where nothing has left.
    Location loc = location(stmt.range);
    Value gone;
    auto add = [&](const ast::Variable *flag) {
      Value set = env.lookup(flag);
      if (set)
        gone = gone ? b.create<arith::OrIOp>(loc, gone, set).getResult() : set;
    };
    if (leaves(stmt, true))
      add(&returnFlag);
    if (loop) {
      add(&loop->broken);
      add(&loop->continued);
    }
    StmtRefs rest(list.begin() + i + 1, list.end());
    conditional(loc, gone, assignedIn(rest), nullptr, [&] { statements(rest, 0); });
    return;
  }
}

void FunctionGenerator::statement(const ast::Stmt &stmt) {
  Location loc = location(stmt.range);
  switch (stmt.kind) {
  case StmtKind::Let:
    return let(ast::as<ast::LetStmt>(stmt));
  case StmtKind::Assign:
    return assign(ast::as<ast::AssignStmt>(stmt));
  case StmtKind::If:
    return branch(ast::as<ast::IfStmt>(stmt));
  case StmtKind::For:
    return forLoop(ast::as<ast::ForStmt>(stmt));
  case StmtKind::While:
    return whileLoop(ast::as<ast::WhileStmt>(stmt));
  case StmtKind::Break:
    env[&loop->broken] = truth(loc, true);
    return;
  case StmtKind::Continue:
    env[&loop->continued] = truth(loc, true);
    return;
  case StmtKind::Return: {
    Values values = returned(ast::as<ast::ReturnStmt>(stmt));
    for (size_t i = 0; i < values.size(); ++i)
      env[returnSlots[i].get()] = values[i];
    env[&returnFlag] = truth(loc, true);
    return;
  }
  case StmtKind::Assert: {
    const auto &check = ast::as<ast::AssertStmt>(stmt);
    std::string message = check.message.empty() ? "" : ": " + check.message;
    b.create<ir::CheckOp>(loc, ir::CheckKind::Assert, expr(*check.condition),
                          "assert failed in '" + circuit.name + "'" + message, ValueRange{});
    return;
  }
  case StmtKind::Print: {
    Values values;
    for (const ast::ExprPtr &value : ast::as<ast::PrintStmt>(stmt).values)
      llvm::append_range(values, exprs(*value));
    if (!quiet)
      b.create<ir::PrintOp>(loc, values);
    return;
  }
  case StmtKind::Expression:
    return;
  }
}

void FunctionGenerator::let(const ast::LetStmt &stmt) {
  Values values = exprs(*stmt.value);
  std::vector<ast::Type> found = leafTypes(stmt.value->types);
  Location loc = location(stmt.range);
  size_t i = 0;
  for (const ast::VariablePtr &declared : stmt.variables)
    for (const ast::Variable *variable : storage(*declared)) {
      const ast::Type &type = variable->type;
      for (unsigned k = 0; stmt.type && k < type.rank(); ++k)
        if (!(type.dims[k] == found[i].dims[k]) && !type.dims[k].isConstant())
          if (auto size = evaluate(type.dims[k], loc))
            requireSize(loc, sizes(loc, values[i])[k], *size,
                        "dimension " + std::to_string(k) + " has size {0}, but " +
                            toString(type.dims[k]) + " is {1}");
      env[variable] = adapt(loc, values[i], mlirType(b.getContext(), type));
      ++i;
    }
}

void FunctionGenerator::branch(const ast::IfStmt &stmt) {
  Value condition = expr(*stmt.condition);
  StmtRefs first = refs(stmt.thenBody), second = refs(stmt.elseBody);
  Variables assigned = assignedIn(first);
  for (const ast::Variable *variable : assignedIn(second))
    assigned.insert(variable);
  conditional(
      location(stmt.range), condition, assigned, [&] { statements(first, 0); },
      [&] { statements(second, 0); });
}

} // namespace circ::irgen
