//===- Loops.cpp - `for` and `while` --------------------------------------===//

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

/// Whether a statement can leave what encloses it: by `return`, or (unless
/// `returnsOnly`) by a `break` or `continue` of a loop outside of it.
bool FunctionGenerator::leaves(const ast::Stmt &stmt, bool returnsOnly, bool insideLoop) const {
  auto any = [&](const ast::StmtList &list, bool inside) {
    for (const ast::StmtPtr &inner : list)
      if (leaves(*inner, returnsOnly, inside))
        return true;
    return false;
  };
  switch (stmt.kind) {
  case StmtKind::Return:
    return true;
  case StmtKind::Break:
  case StmtKind::Continue:
    return !returnsOnly && !insideLoop;
  case StmtKind::If:
    return any(ast::as<ast::IfStmt>(stmt).thenBody, insideLoop) ||
           any(ast::as<ast::IfStmt>(stmt).elseBody, insideLoop);
  case StmtKind::For:
    return any(ast::as<ast::ForStmt>(stmt).body, true);
  case StmtKind::While:
    return any(ast::as<ast::WhileStmt>(stmt).body, true);
  default:
    return false;
  }
}

void FunctionGenerator::collectAssigned(const StmtRefs &list, Variables &assigned, bool ownLoop) {
  for (const ast::Stmt *stmt : list) {
    switch (stmt->kind) {
    case StmtKind::Assign:
      for (const ast::Variable *variable : storage(*ast::as<ast::AssignStmt>(*stmt).variable))
        assigned.insert(variable);
      break;
    case StmtKind::If:
      collectAssigned(refs(ast::as<ast::IfStmt>(*stmt).thenBody), assigned, ownLoop);
      collectAssigned(refs(ast::as<ast::IfStmt>(*stmt).elseBody), assigned, ownLoop);
      break;
    case StmtKind::For:
      collectAssigned(refs(ast::as<ast::ForStmt>(*stmt).body), assigned, false);
      break;
    case StmtKind::While:
      collectAssigned(refs(ast::as<ast::WhileStmt>(*stmt).body), assigned, false);
      break;
    case StmtKind::Return:
      assigned.insert(&returnFlag);
      for (auto &slot : returnSlots)
        assigned.insert(slot.get());
      break;
    case StmtKind::Break:
      if (ownLoop && loop)
        assigned.insert(&loop->broken);
      break;
    case StmtKind::Continue:
      if (ownLoop && loop)
        assigned.insert(&loop->continued);
      break;
    default:
      break;
    }
  }
}

/// The variables of outside that statements assign, flags included.
FunctionGenerator::Variables FunctionGenerator::assignedIn(const StmtRefs &list) {
  Variables all, outer;
  collectAssigned(list, all, true);
  for (const ast::Variable *variable : all)
    if (env.count(variable))
      outer.insert(variable);
  return outer;
}

Value FunctionGenerator::tripCount(Location loc, Value lower, Value upper, Value step) {
  auto cmp = [&](arith::CmpIPredicate how, Value x, Value y) {
    return b.create<arith::CmpIOp>(loc, how, x, y).getResult();
  };
  Value none = integer(loc, 0);
  if (!step) {
    Value length = b.create<arith::SubIOp>(loc, upper, lower);
    return b.create<arith::SelectOp>(loc, cmp(arith::CmpIPredicate::sgt, upper, lower), length,
                                     none);
  }
  Value up = cmp(arith::CmpIPredicate::sgt, step, none);
  Value nonzero = cmp(arith::CmpIPredicate::ne, step, none);
  b.create<ir::CheckOp>(loc, ir::CheckKind::Domain, nonzero, "the step of a range is 0",
                        ValueRange{});
  Value from = b.create<arith::SelectOp>(loc, up, lower, upper);
  Value to = b.create<arith::SelectOp>(loc, up, upper, lower);
  Value size = b.create<arith::SelectOp>(loc, up, step, b.create<arith::SubIOp>(loc, none, step));
  Value one = integer(loc, 1);
  size = b.create<arith::SelectOp>(loc, nonzero, size, one);
  Value last = b.create<arith::SubIOp>(loc, b.create<arith::SubIOp>(loc, to, from), one);
  Value count = b.create<arith::AddIOp>(loc, b.create<arith::DivUIOp>(loc, last, size), one);
  return b.create<arith::SelectOp>(loc, cmp(arith::CmpIPredicate::sgt, to, from), count, none);
}

void FunctionGenerator::forLoop(const ast::ForStmt &stmt) {
  Location loc = location(stmt.range);
  Value lower = expr(*stmt.bounds.lower), upper = expr(*stmt.bounds.upper);
  Value step = stmt.bounds.step ? expr(*stmt.bounds.step) : Value();
  Value trip = tripCount(location(stmt.bounds.range), lower, upper, step);
  auto bind = [&](Value k) {
    Value offset = step ? b.create<arith::MulIOp>(loc, k, step).getResult() : k;
    env[stmt.variable.get()] = b.create<arith::AddIOp>(loc, lower, offset);
  };
  StmtRefs body = refs(stmt.body);
  bool breaks = false;
  std::function<void(const ast::StmtList &)> find = [&](const ast::StmtList &list) {
    for (const ast::StmtPtr &inner : list) {
      breaks |= inner->kind == StmtKind::Break || leaves(*inner, true);
      if (inner->kind == StmtKind::If) {
        find(ast::as<ast::IfStmt>(*inner).thenBody);
        find(ast::as<ast::IfStmt>(*inner).elseBody);
      }
    }
  };
  find(stmt.body);
  LoopFlags flags;
  LoopFlags *outer = loop;
  loop = &flags;
  if (breaks) {
    ast::Variable counter;
    env[&counter] = integer(loc, 0);
    escapingLoop(
        loc, body, flags,
        [&] {
          return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, env.lookup(&counter), trip)
              .getResult();
        },
        &counter, [&] { bind(env.lookup(&counter)); }, stmt.checkpoint);
    env.erase(&counter);
  } else {
    Variables carried = assignedIn(body);
    carried.remove(&flags.continued);
    Values before = valuesOf(carried);
    auto op = b.create<scf::ForOp>(loc, integer(loc, 0), trip, integer(loc, 1), before);
    if (stmt.checkpoint)
      op->setAttr("circ.checkpoint", b.getI64IntegerAttr(0));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.getBody());
    for (auto [variable, value] : llvm::zip(carried, op.getRegionIterArgs()))
      env[variable] = value;
    bind(op.getInductionVar());
    env[&flags.continued] = truth(loc, false);
    statements(body, 0);
    Values after;
    for (auto [variable, value] : llvm::zip(carried, before))
      after.push_back(adapt(loc, env.lookup(variable), value.getType()));
    if (op.getBody()->mightHaveTerminator())
      op.getBody()->getTerminator()->erase();
    b.setInsertionPointToEnd(op.getBody());
    b.create<scf::YieldOp>(loc, after);
    for (auto [variable, value] : llvm::zip(carried, op.getResults()))
      env[variable] = value;
    env.erase(&flags.continued);
  }
  loop = outer;
}

void FunctionGenerator::whileLoop(const ast::WhileStmt &stmt) {
  LoopFlags flags;
  LoopFlags *outer = loop;
  loop = &flags;
  escapingLoop(
      location(stmt.range), refs(stmt.body), flags, [&] { return expr(*stmt.condition); }, nullptr,
      [] {}, stmt.checkpoint);
  loop = outer;
}

/// A loop as `scf.while`: goes on while nothing has left and the condition
/// holds. The region before only computes the condition.
void FunctionGenerator::escapingLoop(Location loc, const StmtRefs &body, LoopFlags &flags,
                                     llvm::function_ref<Value()> condition,
                                     const ast::Variable *counter,
                                     llvm::function_ref<void()> enterBody, bool checkpoint) {
  env[&flags.broken] = truth(loc, false);
  Variables carried = assignedIn(body);
  if (counter)
    carried.insert(counter);
  Values before = valuesOf(carried);
  SmallVector<Type> types(TypeRange(ValueRange(before)).begin(),
                          TypeRange(ValueRange(before)).end());
  SmallVector<Location> places(types.size(), loc);
  auto op = b.create<scf::WhileOp>(loc, types, before);
  if (checkpoint)
    op->setAttr("circ.checkpoint", b.getI64IntegerAttr(0));
  auto saved = env;
  {
    OpBuilder::InsertionGuard guard(b);
    Block *block = b.createBlock(&op.getBefore(), {}, types, places);
    for (auto [variable, value] : llvm::zip(carried, block->getArguments()))
      env[variable] = value;
    Value gone;
    for (const ast::Variable *flag :
         {(const ast::Variable *)&flags.broken, (const ast::Variable *)&returnFlag})
      if (carried.count(flag))
        gone = gone ? b.create<arith::OrIOp>(loc, gone, env.lookup(flag)).getResult()
                    : env.lookup(flag);
    Value holds;
    if (gone) {
      auto guardOp = b.create<scf::IfOp>(loc, TypeRange{b.getI1Type()}, gone, true);
      OpBuilder::InsertionGuard inner(b);
      b.setInsertionPointToEnd(guardOp.thenBlock());
      b.create<scf::YieldOp>(loc, truth(loc, false));
      b.setInsertionPointToEnd(guardOp.elseBlock());
      b.create<scf::YieldOp>(loc, condition());
      holds = guardOp.getResult(0);
    } else {
      holds = condition();
    }
    b.setInsertionPointToEnd(block);
    b.create<scf::ConditionOp>(loc, holds, block->getArguments());
  }
  {
    OpBuilder::InsertionGuard guard(b);
    Block *block = b.createBlock(&op.getAfter(), {}, types, places);
    env = saved;
    for (auto [variable, value] : llvm::zip(carried, block->getArguments()))
      env[variable] = value;
    env[&flags.continued] = truth(loc, false);
    enterBody();
    statements(body, 0);
    if (counter)
      env[counter] = b.create<arith::AddIOp>(loc, env.lookup(counter), integer(loc, 1));
    Values after;
    for (auto [variable, value] : llvm::zip(carried, before))
      after.push_back(adapt(loc, env.lookup(variable), value.getType()));
    b.create<scf::YieldOp>(loc, after);
  }
  env = std::move(saved);
  for (auto [variable, value] : llvm::zip(carried, op.getResults()))
    env[variable] = value;
  env.erase(&flags.broken);
}

} // namespace circ::irgen
