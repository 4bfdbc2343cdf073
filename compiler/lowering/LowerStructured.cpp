//===- LowerStructured.cpp - map and reductions ---------------------------===//

#include "compiler/lowering/FunctionLowering.h"

#include "compiler/dialect/Combine.h"
#include "runtime/circ_runtime.h"

#include <limits>

using namespace mlir;

namespace circ::lowering {

//===----------------------------------------------------------------------===//
// map
//===----------------------------------------------------------------------===//

/// Puts the yielded element or sub-array in its place.
void FunctionLowering::storeYielded(ir::MapOp op, const Buffer &result, ValueRange indices) {
  Value yielded = op.getYielded();
  if (!isa<RankedTensorType>(yielded.getType()))
    return store(scalar(yielded), op.getResult(), result, indices);
  const Buffer &part = buffer(yielded);
  unsigned rank = indices.size();
  for (unsigned i = 0; i < part.sizes.size(); ++i) {
    Value expected = result.sizes[rank + i];
    if (part.sizes[i] == expected)
      continue;
    Value same = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, part.sizes[i], expected);
    require(same, CIRC_SHAPE, "the body gives an array of size {0} where the result has size {1}",
            {part.sizes[i], expected});
  }
  copy(yielded, {elementPointer(op.getResult(), result, indices), part.sizes}, part);
}

LogicalResult FunctionLowering::lowerMap(ir::MapOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  SmallVector<Value> sizes;
  for (Value bound : op.getBounds())
    sizes.push_back(scalar(bound));
  SmallVector<Value> inner;
  for (Value size : op.getInner())
    inner.push_back(scalar(size));
  auto innerShape = type.getShape().drop_front(sizes.size());
  ValueRange dynamic = inner;
  for (int64_t size : innerShape) {
    if (ShapedType::isDynamic(size)) {
      sizes.push_back(dynamic.front());
      dynamic = dynamic.drop_front();
    } else {
      sizes.push_back(constant(size));
    }
  }
  Buffer result = allocate(op.getResult(), sizes);

  OpBuilder::InsertionGuard guard(b);
  Location opLoc = loc;
  Value zero = constant(0), one = constant(1);
  SmallVector<Value> indices;
  for (auto [i, index] : llvm::enumerate(op.getIndices())) {
    auto loop = b.create<scf::ForOp>(loc, zero, sizes[i], one);
    b.setInsertionPointToStart(loop.getBody());
    scalars[index] = loop.getInductionVar();
    indices.push_back(loop.getInductionVar());
  }
  LogicalResult outcome = success();
  emitReleased([&] {
    outcome = lowerBlock(*op.getBodyBlock());
    loc = opLoc;
    if (succeeded(outcome))
      storeYielded(op, result, indices);
  });
  buffers[op.getResult()] = result;
  return outcome;
}

//===----------------------------------------------------------------------===//
// reduce
//===----------------------------------------------------------------------===//

/// A constant of a scalar type, in all lanes of a vector of it.
static Value constantLike(OpBuilder &b, Location loc, Type type, TypedAttr scalar) {
  if (auto lanes = dyn_cast<VectorType>(type))
    scalar = DenseElementsAttr::get(lanes, scalar);
  return b.create<arith::ConstantOp>(loc, scalar);
}

static Value realConstant(OpBuilder &b, Location loc, Type type, double value) {
  return constantLike(b, loc, type, b.getFloatAttr(getElementTypeOrSelf(type), value));
}

static Value identityOf(OpBuilder &b, Location loc, ir::ReduceKind kind, Type type) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  auto integer = [&](int64_t value) -> Value {
    return constantLike(b, loc, type, b.getIntegerAttr(getElementTypeOrSelf(type), value));
  };
  bool real = isa<FloatType>(getElementTypeOrSelf(type));
  switch (kind) {
  case ir::ReduceKind::Sum:
    return real ? realConstant(b, loc, type, 0) : integer(0);
  case ir::ReduceKind::Prod:
    return real ? realConstant(b, loc, type, 1) : integer(1);
  case ir::ReduceKind::Max:
    return real ? realConstant(b, loc, type, -infinity) : integer(INT64_MIN);
  case ir::ReduceKind::Min:
    return real ? realConstant(b, loc, type, infinity) : integer(INT64_MAX);
  case ir::ReduceKind::LogSumExp:
    return realConstant(b, loc, type, -infinity);
  case ir::ReduceKind::Any:
    return integer(0);
  case ir::ReduceKind::All:
    return integer(1);
  }
  llvm_unreachable("unknown kind of reduction");
}

Value combine(OpBuilder &b, Location loc, ir::ReduceKind kind, Value state, Value value,
              bool strict) {
  if (!isa<FloatType>(getElementTypeOrSelf(value.getType())))
    return circ::combine(b, loc, kind, state, value);
  // The order of a sum or product is not specified, so lanes may share it.
  auto flags = strict ? arith::FastMathFlags::none
                      : arith::FastMathFlags::reassoc | arith::FastMathFlags::contract;
  switch (kind) {
  case ir::ReduceKind::Sum:
    return b.create<arith::AddFOp>(loc, state, value, flags);
  case ir::ReduceKind::Prod:
    return b.create<arith::MulFOp>(loc, state, value, flags);
  case ir::ReduceKind::Max:
    return b.create<arith::MaximumFOp>(loc, state, value);
  case ir::ReduceKind::Min:
    return b.create<arith::MinimumFOp>(loc, state, value);
  default:
    llvm_unreachable("logsumexp carries two values, any and all take booleans");
  }
}

FailureOr<SmallVector<Value>>
FunctionLowering::emitFold(Value bound, Block &body, ArrayRef<Value> starts,
                           llvm::function_ref<SmallVector<Value>(Value, Value, ValueRange)> next) {
  Location opLoc = loc;
  auto loop = b.create<scf::ForOp>(loc, constant(0), scalar(bound), constant(1), starts);
  if (!loop.getBody()->empty())
    loop.getBody()->getTerminator()->erase();
  Value index = loop.getInductionVar();
  scalars[body.getArgument(0)] = index;
  LogicalResult outcome = success();
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(loop.getBody());
    SmallVector<Value> state;
    emitReleased([&] {
      outcome = lowerBlock(body);
      loc = opLoc;
      if (succeeded(outcome))
        state = next(index, scalar(body.getTerminator()->getOperand(0)), loop.getRegionIterArgs());
    });
    b.create<scf::YieldOp>(loc, state);
  }
  if (failed(outcome))
    return failure();
  return SmallVector<Value>(loop.getResults());
}

LogicalResult FunctionLowering::lowerReduce(ir::ReduceOp op) {
  Type type = op.getType();
  if (op.getKind() == ir::ReduceKind::LogSumExp) {
    auto parts = emitExpSum(op.getBound(), *op.getBodyBlock());
    if (failed(parts))
      return failure();
    Value logarithm = primitive("log", type, parts->second);
    scalars[op.getResult()] = b.create<arith::AddFOp>(loc, parts->first, logarithm);
    return success();
  }
  auto ends = emitFold(op.getBound(), *op.getBodyBlock(), {identityOf(b, loc, op.getKind(), type)},
                       [&](Value, Value value, ValueRange state) -> SmallVector<Value> {
                         return {combine(b, loc, op.getKind(), state[0], value, options.strict)};
                       });
  if (succeeded(ends))
    scalars[op.getResult()] = ends->front();
  return ends;
}

/// The running maximum m and the sum s of exp(x - m) so far.
FailureOr<std::pair<Value, Value>> FunctionLowering::emitExpSum(Value bound, Block &body) {
  Type type = body.getTerminator()->getOperand(0).getType();
  auto compare = [&](arith::CmpFPredicate predicate, Value x, Value y) -> Value {
    return b.create<arith::CmpFOp>(loc, predicate, x, y);
  };
  auto select = [&](Value condition, Value yes, Value no) -> Value {
    return b.create<arith::SelectOp>(loc, condition, yes, no);
  };
  Value one = realConstant(b, loc, type, 1);
  // Either the sum so far is scaled to the new maximum or the term to the old
  // one: one exponential does. Equal ones count 1 and never form inf - inf.
  auto next = [&](Value, Value value, ValueRange state) -> SmallVector<Value> {
    Value m = b.create<arith::MaximumFOp>(loc, state[0], value);
    Value grows = compare(arith::CmpFPredicate::OGT, value, state[0]);
    Value distance = b.create<arith::SubFOp>(loc, select(grows, state[0], value), m);
    Value factor = select(compare(arith::CmpFPredicate::OEQ, value, state[0]), one,
                          primitive("exp", type, distance));
    Value kept = b.create<arith::MulFOp>(loc, state[1], select(grows, factor, one));
    return {m, b.create<arith::AddFOp>(loc, kept, select(grows, one, factor))};
  };
  auto ends = emitFold(
      bound, body,
      {identityOf(b, loc, ir::ReduceKind::LogSumExp, type), realConstant(b, loc, type, 0)}, next);
  if (failed(ends))
    return failure();
  return std::pair<Value, Value>((*ends)[0], (*ends)[1]);
}

LogicalResult FunctionLowering::lowerExpSum(ir::ExpSumOp op) {
  auto parts = emitExpSum(op.getBound(), *op.getBodyBlock());
  if (failed(parts))
    return failure();
  scalars[op.getLargest()] = parts->first;
  scalars[op.getSum()] = parts->second;
  return success();
}

/// Whether a value takes the place of the best one so far.
static Value isBetter(OpBuilder &b, Location loc, ir::ReduceKind kind, Value value, Value best) {
  bool max = kind == ir::ReduceKind::Max;
  if (!isa<FloatType>(getElementTypeOrSelf(value.getType())))
    return b.create<arith::CmpIOp>(loc, max ? arith::CmpIPredicate::sgt : arith::CmpIPredicate::slt,
                                   value, best);
  auto compare = [&](arith::CmpFPredicate predicate, Value x, Value y) -> Value {
    return b.create<arith::CmpFOp>(loc, predicate, x, y);
  };
  Value better = compare(max ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT, value, best);
  // The first NaN wins and stays.
  Value firstNan = b.create<arith::AndIOp>(loc, compare(arith::CmpFPredicate::UNO, value, value),
                                           compare(arith::CmpFPredicate::ORD, best, best));
  return b.create<arith::OrIOp>(loc, better, firstNan);
}

LogicalResult FunctionLowering::lowerArgReduce(ir::ArgReduceOp op) {
  Type type = op.getType();
  auto integer = [&](int64_t value) {
    return constantLike(b, loc, type, b.getI64IntegerAttr(value));
  };
  Value start = identityOf(b, loc, op.getKind(), op.getYielded().getType());
  auto next = [&](Value index, Value value, ValueRange state) -> SmallVector<Value> {
    Value best = state[0], position = state[1];
    if (auto lanes = dyn_cast<VectorType>(type))
      index = broadcast(index, static_cast<unsigned>(lanes.getNumElements()));
    Value better = isBetter(b, loc, op.getKind(), value, best);
    Value first = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, position, integer(0));
    better = b.create<arith::OrIOp>(loc, better, first);
    return {b.create<arith::SelectOp>(loc, better, value, best),
            b.create<arith::SelectOp>(loc, better, index, position)};
  };
  auto ends = emitFold(op.getBound(), *op.getBodyBlock(), {start, integer(-1)}, next);
  if (succeeded(ends))
    scalars[op.getResult()] = (*ends)[1];
  return ends;
}

} // namespace circ::lowering
