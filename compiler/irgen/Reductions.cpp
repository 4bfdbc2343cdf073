//===- Reductions.cpp - Comprehensions and reductions ---------------------===//

#include "compiler/ast/Walk.h"
#include "compiler/irgen/FunctionGenerator.h"

#include <limits>

using namespace mlir;

namespace circ::irgen {

using ir::ReduceKind;

FunctionGenerator::ClauseRange FunctionGenerator::clauseRange(const ast::ForClause &clause,
                                                              Location loc) {
  if (clause.range) {
    Value lower = expr(*clause.range->lower), upper = expr(*clause.range->upper);
    Value step = clause.range->step ? expr(*clause.range->step) : Value();
    return {tripCount(loc, lower, upper, step), lower, step};
  }
  Values found;
  for (const ast::IndexedDimension &indexed : clause.indexed)
    found.push_back(indexed.array ? sizes(loc, env.lookup(indexed.array))[indexed.dimension]
                                  : integer(loc, indexed.size.constantValue()));
  for (size_t i = 1; i < found.size(); ++i)
    requireSize(loc, found[i], found[0],
                "'" + clause.variable->name +
                    "' indexes dimensions of different sizes: {1} and {0}");
  return {found[0], Value(), Value()};
}

void FunctionGenerator::bindClause(const ast::ForClause &clause, const ClauseRange &range, Value k,
                                   Location loc) {
  if (range.step)
    k = b.create<arith::MulIOp>(loc, k, range.step);
  if (range.lower)
    k = b.create<arith::AddIOp>(loc, range.lower, k);
  env[clause.variable.get()] = k;
}

/// Whether the body of a comprehension is worth more than to take structs apart.
static bool isHeavy(const ast::Expr &body) {
  int64_t elements = 0;
  for (const ast::Leaf &leaf : leavesOf(body.type())) {
    int64_t size = 1;
    for (const ast::Dimension &dim : leaf.type.dims)
      size *= dim.isConstant() ? dim.constantValue() : 1;
    elements += size;
  }
  if (elements > 64)
    return false;
  bool heavy = false;
  ast::walk(body, [&](const ast::Expr &e) {
    heavy |= e.kind == ast::ExprKind::Derivative ||
             (e.kind == ast::ExprKind::Call && ast::as<ast::CallExpr>(e).circuit) ||
             (e.kind == ast::ExprKind::Block && !ast::as<ast::BlockExpr>(e).statements.empty());
  });
  return heavy;
}

/// One map, or one for each leaf of a struct; then the body is generated again
/// for each and what a leaf does not need of it is dropped. A body that is not
/// to be computed twice gives packed structs.
FunctionGenerator::Values FunctionGenerator::comprehension(const ast::ComprehensionExpr &e) {
  Location loc = location(e.range);
  std::vector<ClauseRange> ranges;
  for (const ast::ForClause &clause : e.clauses)
    ranges.push_back(clauseRange(clause, loc));
  std::vector<ast::Leaf> rows = leavesOf(e.body->type());
  bool packs = rows.size() > 1 && e.body->type().rank() == 0 && isHeavy(*e.body);
  // What is computed more than once must print once.
  std::set<const ast::Circuit *> seen;
  bool once = rows.size() == 1 || (packs && llvm::all_of(rows, [&](const ast::Leaf &row) {
                                     return row.type.scalar == rows[0].type.scalar;
                                   }));
  if (!once && callsPrint(*e.body, seen)) {
    emitError(loc) << "a circuit that prints cannot be called in a comprehension of structs with "
                      "fields of several types";
    failed = true;
  }
  if (packs)
    return packedComprehension(e, ranges);
  Values made;
  bool outer = quiet;
  for (auto [i, leaf] : llvm::enumerate(leavesOf(e.type()))) {
    auto type = cast<RankedTensorType>(mlirType(b.getContext(), leaf.type));
    Values bounds, inner;
    for (size_t c = 0; c < e.clauses.size(); ++c)
      bounds.push_back(type.isDynamicDim(c) ? ranges[c].trip : integer(loc, type.getDimSize(c)));
    bool known = true;
    for (int64_t k = int64_t(e.clauses.size()); k < type.getRank(); ++k) {
      if (!type.isDynamicDim(k))
        continue;
      auto size = evaluate(leaf.type.dims[k], loc);
      known &= size.has_value();
      inner.push_back(size.value_or(Value()));
    }
    if (!known) {
      made.push_back(unsupported(
          loc, "a comprehension whose rows have a size that is not known before it", type));
      continue;
    }
    auto op = b.create<ir::MapOp>(loc, type, bounds, inner);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(op.getBodyBlock());
    for (size_t c = 0; c < e.clauses.size(); ++c)
      bindClause(e.clauses[c], ranges[c], op.getIndices()[c], loc);
    Value value = exprs(*e.body)[i];
    b.create<ir::YieldOp>(loc, adapt(loc, value, mlirType(b.getContext(), rows[i].type)));
    made.push_back(op);
    quiet = true;
  }
  quiet = outer;
  return made;
}

Value FunctionGenerator::identity(Location loc, ReduceKind kind, Type type) {
  if (type.isInteger(1))
    return truth(loc, kind == ReduceKind::All);
  bool real = isa<FloatType>(type);
  double inf = std::numeric_limits<double>::infinity();
  double value = kind == ReduceKind::Sum    ? 0
                 : kind == ReduceKind::Prod ? 1
                 : kind == ReduceKind::Min  ? inf
                                            : -inf;
  if (real)
    return b.create<arith::ConstantOp>(loc, b.getFloatAttr(type, value));
  return integer(loc, kind == ReduceKind::Min   ? std::numeric_limits<int64_t>::max()
                      : kind == ReduceKind::Max ? std::numeric_limits<int64_t>::min()
                                                : int64_t(value));
}

Value FunctionGenerator::reduceOver(Location loc, ReduceKind kind, Type type, Value bound,
                                    llvm::function_ref<Value(Value)> body) {
  auto op = b.create<ir::ReduceOp>(loc, type, kind, bound);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(op.getBodyBlock());
  b.create<ir::YieldOp>(loc, body(op.getIndex()));
  return op;
}

/// One reduction for each clause, from clause `c` on; the filter guards the body.
Value FunctionGenerator::reduceClauses(const ast::ReductionExpr &e, size_t c, ReduceKind kind,
                                       Type type, llvm::function_ref<Value()> body) {
  Location loc = location(e.range);
  if (c == e.clauses.size()) {
    if (!e.filter)
      return body();
    auto op = b.create<scf::IfOp>(loc, TypeRange{type}, expr(*e.filter), true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(op.thenBlock());
    b.create<scf::YieldOp>(loc, body());
    b.setInsertionPointToEnd(op.elseBlock());
    b.create<scf::YieldOp>(loc, identity(loc, kind, type));
    return op.getResult(0);
  }
  ClauseRange range = clauseRange(e.clauses[c], loc);
  return reduceOver(loc, kind, type, range.trip, [&](Value k) {
    bindClause(e.clauses[c], range, k, loc);
    return reduceClauses(e, c + 1, kind, type, body);
  });
}

static const std::map<std::string, ReduceKind> kinds = {
    {"sum", ReduceKind::Sum},   {"mean", ReduceKind::Sum}, {"prod", ReduceKind::Prod},
    {"max", ReduceKind::Max},   {"min", ReduceKind::Min},  {"logsumexp", ReduceKind::LogSumExp},
    {"any", ReduceKind::Any},   {"all", ReduceKind::All},  {"argmax", ReduceKind::Max},
    {"argmin", ReduceKind::Min}};

/// argmax and argmin under a filter: a loop that keeps the first extreme. A NaN
/// is the extreme, as without a filter.
Value FunctionGenerator::filteredPosition(const ast::ReductionExpr &e) {
  Location loc = location(e.range);
  ast::ScalarKind kind = e.body->type().scalar;
  ClauseRange range = clauseRange(e.clauses[0], loc);
  auto op = b.create<scf::ForOp>(loc, integer(loc, 0), range.trip, integer(loc, 1),
                                 ValueRange{integer(loc, -1), zero(loc, kind)});
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.getBody());
    Value found = op.getRegionIterArg(0), best = op.getRegionIterArg(1);
    bindClause(e.clauses[0], range, op.getInductionVar(), loc);
    auto taken =
        b.create<scf::IfOp>(loc, TypeRange{found.getType(), best.getType()}, expr(*e.filter), true);
    b.create<scf::YieldOp>(loc, taken.getResults());
    b.setInsertionPointToEnd(taken.elseBlock());
    b.create<scf::YieldOp>(loc, ValueRange{found, best});
    b.setInsertionPointToEnd(taken.thenBlock());
    Value value = expr(*e.body);
    auto better = e.callee == "argmax" ? ast::BinaryOp::Greater : ast::BinaryOp::Less;
    Value first = compare(loc, ast::BinaryOp::Less, found, integer(loc, 0));
    Value takes = b.create<arith::OrIOp>(loc, first, compare(loc, better, value, best));
    if (ast::isReal(kind)) {
      Value isNan = compare(loc, ast::BinaryOp::NotEqual, value, value);
      Value wasNumber = compare(loc, ast::BinaryOp::Equal, best, best);
      takes = b.create<arith::OrIOp>(loc, takes, b.create<arith::AndIOp>(loc, isNan, wasNumber));
    }
    Value k = op.getInductionVar();
    b.create<scf::YieldOp>(loc, ValueRange{b.create<arith::SelectOp>(loc, takes, k, found),
                                           b.create<arith::SelectOp>(loc, takes, value, best)});
  }
  requireSome(e.callee, loc, op.getResult(0), /*least=*/0);
  bindClause(e.clauses[0], range, op.getResult(0), loc);
  return env.lookup(e.clauses[0].variable.get());
}

/// A run-time error unless a reduction is over something.
void FunctionGenerator::requireSome(const std::string &callee, Location loc, Value count,
                                    int64_t least) {
  Value some = compare(loc, ast::BinaryOp::GreaterEqual, count, integer(loc, least));
  b.create<ir::CheckOp>(loc, ir::CheckKind::Domain, some, "'" + callee + "' of nothing",
                        ValueRange{});
}

Value FunctionGenerator::reduction(const ast::ReductionExpr &e) {
  Location loc = location(e.range);
  ReduceKind kind = kinds.at(e.callee);
  Type type = mlirType(b.getContext(), e.body->type());
  if (e.callee == "argmax" || e.callee == "argmin") {
    if (e.filter)
      return filteredPosition(e);
    ClauseRange range = clauseRange(e.clauses[0], loc);
    requireSome(e.callee, loc, range.trip, 1);
    auto op = b.create<ir::ArgReduceOp>(loc, b.getI64Type(), kind, range.trip);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(op.getBodyBlock());
      bindClause(e.clauses[0], range, op.getIndex(), loc);
      b.create<ir::YieldOp>(loc, expr(*e.body));
    }
    bindClause(e.clauses[0], range, op, loc);
    return env.lookup(e.clauses[0].variable.get());
  }
  Value total = reduceClauses(e, 0, kind, type, [&] { return expr(*e.body); });
  bool extreme = (e.callee == "max" || e.callee == "min") && type.isInteger(64);
  if (!extreme && e.callee != "mean")
    return total;
  Value count =
      reduceClauses(e, 0, ReduceKind::Sum, b.getI64Type(), [&] { return integer(loc, 1); });
  if (extreme) {
    requireSome(e.callee, loc, count, 1);
    return total;
  }
  return arithmetic(loc, ast::BinaryOp::Divide, total, convert(loc, count, e.type().scalar));
}

Value FunctionGenerator::reduceArray(Location loc, ReduceKind kind, Value array) {
  Values all = sizes(loc, array);
  Type element = cast<RankedTensorType>(array.getType()).getElementType();
  std::function<Value(Values)> nest = [&](Values at) -> Value {
    if (at.size() == all.size())
      return extract(loc, array, at);
    return reduceOver(loc, kind, element, all[at.size()], [&](Value k) {
      Values next = at;
      next.push_back(k);
      return nest(next);
    });
  };
  return nest({});
}

Value FunctionGenerator::wholeArray(Location loc, const std::string &callee, Value array) {
  ReduceKind kind = kinds.at(callee);
  auto type = cast<RankedTensorType>(array.getType());
  Value count = integer(loc, 1);
  for (Value size : sizes(loc, array))
    count = b.create<arith::MulIOp>(loc, count, size);
  bool integers = type.getElementType().isInteger(64) && (callee == "max" || callee == "min");
  bool position = callee == "argmax" || callee == "argmin";
  if (integers || position)
    requireSome(callee, loc, count, 1);
  if (position) {
    auto op = b.create<ir::ArgReduceOp>(loc, b.getI64Type(), kind, count);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(op.getBodyBlock());
    b.create<ir::YieldOp>(loc, extract(loc, array, op.getIndex()));
    return op;
  }
  Value total = reduceArray(loc, kind, array);
  if (callee != "mean")
    return total;
  Value real = b.create<arith::SIToFPOp>(loc, type.getElementType(), count);
  return arithmetic(loc, ast::BinaryOp::Divide, total, real);
}

} // namespace circ::irgen
