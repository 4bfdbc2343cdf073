//===- ReverseReduce.cpp - Reductions -------------------------------------===//
//
// sum        every iteration takes the adjoint of the result
// logsumexp  d r / d x_i = exp(x_i - m) / s, where m is the largest and s the
//            sum of exp(x - m), both from the forward sweep; nothing flows
//            when m is -inf
// max, min   the first extreme takes it; the forward sweep notes its position
// prod       is made a sequential loop beforehand (ExpandProducts.cpp), which
//            stays exact where factors are zero
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Rules.h"
#include "compiler/autodiff/Silence.h"

#include "compiler/dialect/Gates.h"

using namespace mlir;

namespace circ::autodiff {

/// Copies the body of a reduction into another reduction of the forward sweep.
static void copyBody(ir::ReduceOp reduce, OpBuilder &builder, const IRMapping &map, Block &into,
                     bool quiet) {
  // A map of its own: `map` shall not know the ops inside the copy, of which
  // there may be two.
  IRMapping inner;
  for (Value captured : usedFromOutside(reduce))
    inner.map(captured, map.lookup(captured));
  inner.map(reduce.getIndex(), into.getArgument(0));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&into);
  for (Operation &op : *reduce.getBodyBlock())
    builder.clone(op, inner);
  if (quiet)
    markSilent(&into);
}

static LogicalResult augmentReduce(Reverser &r, Operation *op, OpBuilder &builder, IRMapping &map,
                                   Value) {
  auto reduce = cast<ir::ReduceOp>(op);
  Location loc = op->getLoc();
  Value bound = map.lookup(reduce.getBound());
  if (reduce.getKind() == ir::ReduceKind::LogSumExp) {
    auto parts = builder.create<ir::ExpSumOp>(loc, reduce.getType(), bound);
    copyBody(reduce, builder, map, *parts.getBodyBlock(), /*quiet=*/false);
    Value logarithm = builder.create<ir::LogOp>(loc, parts.getSum());
    map.map(reduce.getResult(),
            builder.create<ir::AddOp>(loc, parts.getLargest(), logarithm).getResult());
    r.augmented(op).extras = {parts.getLargest(), parts.getSum()};
    return success();
  }
  builder.clone(*op, map);
  if (reduce.getKind() == ir::ReduceKind::Max || reduce.getKind() == ir::ReduceKind::Min) {
    auto position =
        builder.create<ir::ArgReduceOp>(loc, builder.getI64Type(), reduce.getKind(), bound);
    copyBody(reduce, builder, map, *position.getBodyBlock(), /*quiet=*/true);
    r.augmented(op).extras = {position.getResult()};
  }
  return success();
}

/// Reverses the body at one index with the given adjoint of what it yields.
static LogicalResult reverseBody(Reverser &r, Block &body, Value index,
                                 llvm::function_ref<Value()> seedOfIteration) {
  r.openRecomputed(body, index);
  r.addAdjoint(body.getTerminator()->getOperand(0), seedOfIteration());
  if (failed(r.reverseBlock(body)))
    return failure();
  r.close(body);
  return success();
}

/// g * exp(x - m) / s, and zero where the largest m is -inf.
static Value expSumSeed(Reverser &r, Value x, Value seed, Value largest) {
  Location loc = x.getLoc();
  Value weight = r.b.create<ir::ExpOp>(loc, r.b.create<ir::SubOp>(loc, x, largest));
  Value product = r.b.create<ir::MulOp>(loc, seed, weight);
  auto type = cast<FloatType>(x.getType());
  auto lowest = r.b.create<arith::ConstantOp>(
      loc, r.b.getFloatAttr(type, llvm::APFloat::getInf(type.getFloatSemantics(), true)));
  Value nothing = r.b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, largest, lowest);
  Value zero = r.b.create<arith::ConstantOp>(loc, r.b.getFloatAttr(type, 0.0));
  return r.b.create<arith::SelectOp>(loc, nothing, zero, product);
}

/// The iterations of a logsumexp or exp_sum, given the adjoint of its sum.
static LogicalResult reverseExpSum(Reverser &r, Operation *op, Value bound, Value seed,
                                   Value largest) {
  Block &body = op->getRegion(0).front();
  return reverseIndependent(r, op, r.primal(bound), [&](ValueRange index) {
    return reverseBody(r, body, index.front(), [&] {
      return expSumSeed(r, r.primal(body.getTerminator()->getOperand(0)), seed, largest);
    });
  });
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
    starts.push_back(r.adjoint(capture));
    types.push_back(capture.getType());
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
    if (failed(reverseBody(r, *reduce.getBodyBlock(), position, [&] { return seed; })))
      return failure();
    SmallVector<Value> ends;
    for (Value capture : captures)
      ends.push_back(r.adjointOrZero(capture));
    r.b.create<scf::YieldOp>(loc, ends);
    if (!guardOp.elseBlock()->empty())
      guardOp.elseBlock()->clear();
    r.b.setInsertionPointToEnd(guardOp.elseBlock());
    SmallVector<Value> unchanged;
    for (auto [capture, start] : llvm::zip_equal(captures, starts))
      unchanged.push_back(start ? start : r.zeroLike(capture));
    r.b.create<scf::YieldOp>(loc, unchanged);
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
  if (kind == ir::ReduceKind::LogSumExp) {
    r.ensureAugmented(op);
    Value share = r.b.create<ir::DivOp>(op->getLoc(), seed, r.extra(op, 1));
    return reverseExpSum(r, op, reduce.getBound(), share, r.extra(op, 0));
  }
  if (kind != ir::ReduceKind::Sum)
    return op->emitError("this kind of reduction has no derivative rule");
  return reverseIndependent(r, op, r.primal(reduce.getBound()), [&](ValueRange index) {
    return reverseBody(r, *reduce.getBodyBlock(), index.front(), [&] { return seed; });
  });
}

static LogicalResult reverseExpSumOp(Reverser &r, Operation *op) {
  auto sum = cast<ir::ExpSumOp>(op);
  Value seed = r.takeAdjoint(sum.getSum());
  return reverseExpSum(r, op, sum.getBound(), seed, r.primal(sum.getLargest()));
}

void addReduceRule(RuleTable &rules) {
  rules["circ.reduce"] = {reverseReduce, augmentReduce};
  rules["circ.exp_sum"] = {reverseExpSumOp};
}

} // namespace circ::autodiff
