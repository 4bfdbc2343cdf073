//===- PatternValues.cpp - Dependences of scalars and arrays --------------===//

#include "compiler/autodiff/Pattern.h"

#include "compiler/autodiff/Activity.h"
#include "compiler/autodiff/DenseJacobian.h"
#include "compiler/autodiff/LinearFormulas.h"
#include "compiler/dialect/Gates.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ::autodiff {

//===----------------------------------------------------------------------===//
// Sets
//===----------------------------------------------------------------------===//

Value PatternWriter::number(Location loc, int64_t value) {
  return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
}

Value PatternWriter::nothing(Location loc, Type primal, ArrayRef<Value> sizes) {
  return zeroOf(b, loc, patternType(primal), sizes);
}

Value PatternWriter::unite(Location loc, Value left, Value right) {
  if (left == right || matchPattern(right, m_Zero()))
    return left;
  if (matchPattern(left, m_Zero()))
    return right;
  if (!isa<RankedTensorType>(left.getType()))
    return b.create<arith::OrIOp>(loc, left, right);
  return mapElements(b, loc, left.getType(), sizesOf(b, loc, left), [&](ValueRange indices) {
    Value first = b.create<ir::ExtractOp>(loc, b.getI64Type(), left, indices);
    Value second = b.create<ir::ExtractOp>(loc, b.getI64Type(), right, indices);
    return b.create<arith::OrIOp>(loc, first, second).getResult();
  });
}

/// The union of what `body` gives at all indices below `sizes`.
static Value uniteOver(OpBuilder &b, Location loc, ArrayRef<Value> sizes,
                       llvm::function_ref<Value(ValueRange)> body) {
  Value none = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
  auto all = loopOver(b, loc, sizes, none,
                      [&](ValueRange indices, ValueRange carried) -> FailureOr<SmallVector<Value>> {
                        Value set = body(indices);
                        return SmallVector<Value>{
                            b.create<arith::OrIOp>(loc, carried.front(), set).getResult()};
                      });
  return all->front();
}

Value uniteElements(OpBuilder &b, Location loc, Value sets) {
  if (!isa<RankedTensorType>(sets.getType()))
    return sets;
  return uniteOver(b, loc, sizesOf(b, loc, sets), [&](ValueRange indices) -> Value {
    return b.create<ir::ExtractOp>(loc, b.getI64Type(), sets, indices);
  });
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

SmallVector<Value> PatternWriter::knownOnly(ValueRange indices) const {
  SmallVector<Value> found;
  for (Value index : indices)
    found.push_back(isUnknown(index) ? Value() : at(index));
  return found;
}

/// Calls `body` with whole indices, in loops over those that are null.
static SmallVector<Value> overUnknown(OpBuilder &b, Location loc, Value array, ValueRange indices,
                                      ValueRange starts, LoopBody body) {
  SmallVector<Value> sizes;
  for (auto [i, index] : llvm::enumerate(indices))
    if (!index)
      sizes.push_back(sizeOf(b, loc, array, i));
  auto made = loopOver(b, loc, sizes, starts, [&](ValueRange inner, ValueRange carried) {
    SmallVector<Value> whole(indices);
    unsigned next = 0;
    for (Value &index : whole)
      if (!index)
        index = inner[next++];
    return body(whole, carried);
  });
  return *made;
}

Value PatternWriter::inBounds(Location loc, Value array, ValueRange indices, ValueRange known) {
  Value all = b.create<arith::ConstantOp>(loc, b.getBoolAttr(true));
  for (auto [i, index] : llvm::enumerate(indices)) {
    if (!known[i])
      continue;
    // Below zero is far above every size.
    Value inside =
        b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ult, index, sizeOf(b, loc, array, i));
    all = b.create<arith::AndIOp>(loc, all, inside);
  }
  return all;
}

Value PatternWriter::read(Location loc, Value array, ValueRange known) {
  Type element = cast<RankedTensorType>(array.getType()).getElementType();
  auto readAt = [&](ValueRange indices) -> Value {
    if (!speculative)
      return b.create<ir::ExtractOp>(loc, element, array, indices);
    auto guarded =
        b.create<scf::IfOp>(loc, element, inBounds(loc, array, indices, known), /*withElse=*/true);
    OpBuilder inside = guarded.getThenBodyBuilder();
    inside.create<scf::YieldOp>(
        loc, inside.create<ir::ExtractOp>(loc, element, array, indices).getResult());
    OpBuilder outside = guarded.getElseBodyBuilder();
    outside.create<scf::YieldOp>(
        loc, outside.create<arith::ConstantOp>(loc, outside.getZeroAttr(element)).getResult());
    return guarded.getResult(0);
  };
  if (llvm::all_of(known, [](Value index) { return bool(index); }))
    return readAt(known);
  return overUnknown(b, loc, array, known, number(loc, 0),
                     [&](ValueRange indices, ValueRange carried) -> FailureOr<SmallVector<Value>> {
                       return SmallVector<Value>{unite(loc, carried.front(), readAt(indices))};
                     })
      .front();
}

Value PatternWriter::write(Location loc, Value array, Value element, ValueRange known,
                           bool keepOld) {
  bool exact = llvm::all_of(known, [](Value index) { return bool(index); });
  Type type = cast<RankedTensorType>(array.getType()).getElementType();
  auto put = [&](Value into, ValueRange indices) -> Value {
    Value stored = element;
    if (keepOld || !exact)
      stored =
          b.create<arith::OrIOp>(loc, b.create<ir::ExtractOp>(loc, type, into, indices), element);
    return b.create<ir::InsertOp>(loc, array.getType(), stored, into, indices);
  };
  auto putAt = [&](Value into, ValueRange indices) -> Value {
    if (!speculative)
      return put(into, indices);
    auto guarded = b.create<scf::IfOp>(loc, array.getType(), inBounds(loc, array, indices, known),
                                       /*withElse=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(guarded.thenBlock());
    b.create<scf::YieldOp>(loc, put(into, indices));
    b.setInsertionPointToEnd(guarded.elseBlock());
    b.create<scf::YieldOp>(loc, into);
    return guarded.getResult(0);
  };
  return overUnknown(b, loc, array, known, array,
                     [&](ValueRange indices, ValueRange carried) -> FailureOr<SmallVector<Value>> {
                       return SmallVector<Value>{putAt(carried.front(), indices)};
                     })
      .front();
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

void PatternWriter::writeSelect(arith::SelectOp select) {
  Location loc = select.getLoc();
  Value yes = at(select.getTrueValue()), no = at(select.getFalseValue());
  Value made;
  if (!isUnknown(select.getCondition()))
    made = b.create<arith::SelectOp>(loc, at(select.getCondition()), yes, no);
  else
    made = isRealType(select.getType()) ? unite(loc, yes, no) : yes;
  values.map(select.getResult(), made);
}

/// Every element depends on all that any element of an operand depends on: the
/// pattern may hold more than the derivative does, never less.
void PatternWriter::writeDense(Operation *op) {
  Location loc = op->getLoc();
  Value all = number(loc, 0);
  for (Value operand : op->getOperands())
    if (isRealType(operand.getType()))
      all = unite(loc, all, uniteElements(b, loc, at(operand)));
  for (Value result : op->getResults()) {
    auto type = dyn_cast<RankedTensorType>(patternType(result.getType()));
    if (!type) {
      values.map(result, all);
      continue;
    }
    SmallVector<Value> sizes;
    auto addSizes = [&](Value array) {
      for (int64_t i = 0; i < type.getRank(); ++i)
        if (type.isDynamicDim(i))
          sizes.push_back(sizeOf(b, loc, at(array), i));
    };
    if (auto matmul = dyn_cast<ir::MatmulOp>(op)) {
      SmallVector<std::pair<Value, unsigned>> from;
      if (cast<RankedTensorType>(matmul.getLeft().getType()).getRank() == 2)
        from.push_back({matmul.getLeft(), matmul.getLeftTransposed() ? 1 : 0});
      if (cast<RankedTensorType>(matmul.getRight().getType()).getRank() == 2)
        from.push_back({matmul.getRight(), matmul.getRightTransposed() ? 0 : 1});
      for (auto [i, place] : llvm::enumerate(from))
        if (type.isDynamicDim(i))
          sizes.push_back(sizeOf(b, loc, at(place.first), place.second));
    } else if (auto solve = dyn_cast<ir::LuSolveOp>(op)) {
      addSizes(solve.getRight());
    } else if (auto solve = dyn_cast<ir::TriangularSolveOp>(op)) {
      addSizes(solve.getRight());
    } else {
      addSizes(op->getOperand(0)); // lu, cholesky, cholesky_adjoint, sort_order
    }
    Value element = isRealType(result.getType())
                        ? all
                        : b.create<arith::ConstantOp>(loc, b.getZeroAttr(type.getElementType()));
    values.map(result, b.create<ir::SplatOp>(loc, type, element, sizes));
  }
}

LogicalResult PatternWriter::noteKept(Operation *op, bool unknown) {
  Attribute mark = op->getAttr(keptMark);
  if (!mark)
    return success();
  unsigned &state = functions.keptStates[mark];
  state |= unknown ? 2 : 1;
  if (state == 3)
    return cannot(op, "what a loop or a call keeps for its derivative hangs on real data in one "
                      "place and not in another");
  return success();
}

LogicalResult PatternWriter::writeTape(Operation *op) {
  if (auto push = dyn_cast<ir::PushOp>(op)) {
    Value value = push.getValue();
    if (!isRealType(value.getType()) && failed(noteKept(op, isUnknown(value))))
      return failure();
    b.create<ir::PushOp>(op->getLoc(), at(push.getTape()), at(value));
    return success();
  }
  auto pop = cast<ir::PopOp>(op);
  if (!isRealType(pop.getType()) && failed(noteKept(op, isUnknown(pop.getValue()))))
    return failure();
  values.map(
      pop.getValue(),
      b.create<ir::PopOp>(op->getLoc(), patternType(pop.getType()), at(pop.getTape())).getResult());
  return success();
}

LogicalResult PatternWriter::writeValue(Operation *op) {
  Location loc = op->getLoc();
  if (isa<ir::PushOp, ir::PopOp>(op))
    return writeTape(op);
  if (isa<ir::PrintOp>(op))
    return success();
  if (isa<ir::CheckOp, ir::CheckIndexOp>(op)) {
    bool known = !speculative && llvm::none_of(op->getOperands(), [&](Value operand) {
      return isUnknown(operand) || isRealType(operand.getType());
    });
    if (known)
      b.clone(*op, values);
    return success();
  }
  if (isa<ir::TapeNewOp, ir::TapeFreeOp, ir::ScheduleNewOp, ir::ScheduleNextOp, ir::LimitMemoryOp>(
          op)) {
    if (anyUnknown(op->getOperands()))
      return cannot(op, "the number of iterations of a checkpointed loop hangs on real data");
    b.clone(*op, values);
    return success();
  }
  if (isa<ir::MatmulOp, ir::LuOp, ir::LuSolveOp, ir::LuLogDetOp, ir::CholeskyOp,
          ir::CholeskyAdjointOp, ir::TriangularSolveOp, ir::SortOrderOp>(op))
    return writeDense(op), success();
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return writeSelect(select), success();

  if (op->getNumResults() != 1)
    return op->emitError() << "'" << op->getName() << "' has no sparsity rule";
  Value result = op->getResult(0), made;
  bool real = isRealType(result.getType());
  if (auto dim = dyn_cast<ir::DimOp>(op)) {
    made = b.create<ir::DimOp>(loc, at(dim.getArray()), dim.getDimension());
  } else if (auto extract = dyn_cast<ir::ExtractOp>(op)) {
    SmallVector<Value> indices = knownOnly(extract.getIndices());
    made = real || !isUnknown(result) ? read(loc, at(extract.getArray()), indices)
                                      : nothing(loc, result.getType());
  } else if (auto insert = dyn_cast<ir::InsertOp>(op)) {
    SmallVector<Value> indices = knownOnly(insert.getIndices());
    bool exact = llvm::all_of(indices, [](Value index) { return bool(index); });
    made = real || exact ? write(loc, at(insert.getArray()), at(insert.getValue()), indices, false)
                         : at(insert.getArray());
  } else if (auto accumulate = dyn_cast<ir::AccumulateOp>(op)) {
    made = write(loc, at(accumulate.getArray()), at(accumulate.getValue()),
                 knownOnly(accumulate.getIndices()), true);
  } else if (auto splat = dyn_cast<ir::SplatOp>(op)) {
    if (anyUnknown(splat.getSizes()))
      return cannot(op, "the size of an array hangs on real data");
    made = b.create<ir::SplatOp>(loc, cast<RankedTensorType>(patternType(splat.getType())),
                                 at(splat.getValue()), at(splat.getSizes()));
  } else if (isa<ir::FromElementsOp>(op)) {
    made = b.create<ir::FromElementsOp>(loc, patternType(result.getType()), at(op->getOperands()));
  } else if (isa<ir::AddArraysOp>(op)) {
    made = unite(loc, at(op->getOperand(0)), at(op->getOperand(1)));
  } else if (isa<ir::StopOp>(op)) {
    Value value = at(op->getOperand(0));
    made = nothing(loc, result.getType(), sizesOf(b, loc, value));
  } else if (isa<ir::GateOpInterface>(op)) {
    unsigned zeroPartials = ir::lookupGate(op->getName().stripDialect())->zeroPartials;
    made = number(loc, 0);
    for (unsigned i = 0; i < op->getNumOperands(); ++i)
      if (isRealType(op->getOperand(i).getType()) && !(zeroPartials >> i & 1))
        made = unite(loc, made, at(op->getOperand(i)));
  } else if (isa<arith::ExtFOp, arith::TruncFOp>(op)) {
    made = at(op->getOperand(0));
  } else if (isa<arith::ConstantOp, arith::SIToFPOp, arith::UIToFPOp>(op) && real) {
    made = nothing(loc, result.getType());
  } else if (real || !isa<IntegerType>(result.getType())) {
    return op->emitError() << "'" << op->getName() << "' has no sparsity rule";
  } else if (isUnknown(result)) {
    made = nothing(loc, result.getType());
  } else if (speculative &&
             isa<ir::FloorDivOp, ir::FloorModOp, arith::DivUIOp, arith::RemUIOp>(op)) {
    // Where the primal does not get the divisor may be zero.
    IRMapping safe;
    Value divisor = at(op->getOperand(1));
    Value isZero = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, divisor, number(loc, 0));
    safe.map(op->getOperand(0), at(op->getOperand(0)));
    safe.map(op->getOperand(1), b.create<arith::SelectOp>(loc, isZero, number(loc, 1), divisor));
    made = b.clone(*op, safe)->getResult(0);
  } else {
    made = b.clone(*op, values)->getResult(0);
  }
  values.map(result, made);
  return success();
}

} // namespace circ::autodiff
