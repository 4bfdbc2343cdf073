//===- ReverseReduce.cpp - Reductions -------------------------------------===//
//
// sum        every iteration takes the adjoint of the result
// logsumexp  d r / d x_i = exp(x_i - r); nothing flows when r is -inf
// max, min   the first extreme takes it; the forward sweep notes its position
// prod       is made a sequential loop beforehand (ExpandProducts.cpp), which
//            stays exact where factors are zero
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Rules.h"

#include "compiler/dialect/Gates.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult augmentReduce(Reverser &r, Operation *op, OpBuilder &builder, IRMapping &map,
                                   Value) {
  auto reduce = cast<ir::ReduceOp>(op);
  builder.clone(*op, map);
  if (reduce.getKind() != ir::ReduceKind::Max && reduce.getKind() != ir::ReduceKind::Min)
    return success();
  auto position = builder.create<ir::ArgReduceOp>(op->getLoc(), reduce.getKind(),
                                                  map.lookup(reduce.getBound()));
  IRMapping inner(map);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(position.getBodyBlock());
  inner.map(reduce.getIndex(), position.getIndex());
  for (Operation &bodyOp : *reduce.getBodyBlock())
    builder.clone(bodyOp, inner);
  position.walk([](ir::PrintOp print) { print.erase(); });
  r.augmented(op).extra = position.getResult();
  return success();
}

/// Reverses the body at one index with the given adjoint of what it yields.
static LogicalResult reverseBody(Reverser &r, ir::ReduceOp reduce, Value index,
                                 llvm::function_ref<Value()> seedOfIteration) {
  Block &body = *reduce.getBodyBlock();
  r.openRecomputed(body, index);
  r.addAdjoint(reduce.getYielded(), seedOfIteration());
  if (failed(r.reverseBlock(body)))
    return failure();
  r.close(body);
  return success();
}

/// g * exp(x - r), and zero where r is -inf.
static Value logSumExpSeed(Reverser &r, ir::ReduceOp reduce, Value seed, Value result) {
  Location loc = reduce.getLoc();
  Value x = r.primal(reduce.getYielded());
  Value weight = r.b.create<ir::ExpOp>(loc, r.b.create<ir::SubOp>(loc, x, result));
  Value product = r.b.create<ir::MulOp>(loc, seed, weight);
  auto type = cast<FloatType>(result.getType());
  auto lowest = r.b.create<arith::ConstantOp>(
      loc, r.b.getFloatAttr(type, llvm::APFloat::getInf(type.getFloatSemantics(), true)));
  Value nothing = r.b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, result, lowest);
  Value zero = r.b.create<arith::ConstantOp>(loc, r.b.getFloatAttr(type, 0.0));
  return r.b.create<arith::SelectOp>(loc, nothing, zero, product);
}

/// The extreme's iteration alone is reversed; there is none over nothing.
static LogicalResult reverseExtreme(Reverser &r, ir::ReduceOp reduce, Value seed) {
  Location loc = reduce.getLoc();
  r.ensureAugmented(reduce);
  Value position = r.extra(reduce);
  SmallVector<Value> captures = r.activeCaptures({&reduce.getBody()});
  SmallVector<Value> starts;
  SmallVector<Type> types;
  for (Value capture : captures) {
    starts.push_back(r.adjointOrZero(capture));
    types.push_back(starts.back().getType());
  }
  Value zero = r.b.create<arith::ConstantOp>(loc, r.b.getI64IntegerAttr(0));
  Value found = r.b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, position, zero);
  auto guardOp = r.b.create<scf::IfOp>(loc, types, found, /*withElse=*/true);
  {
    OpBuilder::InsertionGuard guard(r.b);
    if (!guardOp.thenBlock()->empty())
      guardOp.thenBlock()->clear();
    r.b.setInsertionPointToEnd(guardOp.thenBlock());
    for (auto [capture, start] : llvm::zip_equal(captures, starts))
      r.setAdjoint(capture, start);
    if (failed(reverseBody(r, reduce, position, [&] { return seed; })))
      return failure();
    SmallVector<Value> ends;
    for (Value capture : captures)
      ends.push_back(r.adjointOrZero(capture));
    r.b.create<scf::YieldOp>(loc, ends);
    if (!guardOp.elseBlock()->empty())
      guardOp.elseBlock()->clear();
    r.b.setInsertionPointToEnd(guardOp.elseBlock());
    r.b.create<scf::YieldOp>(loc, starts);
  }
  for (auto [capture, end] : llvm::zip_equal(captures, guardOp.getResults()))
    r.setAdjoint(capture, end);
  return success();
}

static LogicalResult reverseReduce(Reverser &r, Operation *op) {
  auto reduce = cast<ir::ReduceOp>(op);
  Value seed = r.takeAdjoint(reduce.getResult());
  ir::ReduceKind kind = reduce.getKind();
  if (kind == ir::ReduceKind::Max || kind == ir::ReduceKind::Min)
    return reverseExtreme(r, reduce, seed);
  if (kind != ir::ReduceKind::Sum && kind != ir::ReduceKind::LogSumExp)
    return op->emitError("this kind of reduction has no derivative rule");
  Value bound = r.primal(reduce.getBound());
  Value result = kind == ir::ReduceKind::LogSumExp ? r.primal(reduce.getResult()) : Value();
  return reverseIndependent(r, op, bound, [&](ValueRange index) {
    return reverseBody(r, reduce, index.front(),
                       [&] { return result ? logSumExpSeed(r, reduce, seed, result) : seed; });
  });
}

void addReduceRule(RuleTable &rules) { rules["circ.reduce"] = {reverseReduce, augmentReduce}; }

} // namespace circ::autodiff
