//===- OnlineSnapshots.cpp - Snapshots of a loop that may end any time ----===//

#include "compiler/autodiff/OnlineSnapshots.h"

#include "compiler/autodiff/DenseJacobian.h"
#include "compiler/autodiff/LinearFormulas.h"
#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace circ::autodiff {

/// Rows without a budget: a loop that ends within them is not run again at all.
static constexpr int64_t usualHalf = 16;
/// More rows than twice this would spare little: between them a binomial schedule keeps more.
static constexpr int64_t mostOfHalf = 256;

static Value integer(OpBuilder &b, Location loc, int64_t value) {
  return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
}

OnlineSnapshots OnlineSnapshots::from(ValueRange values) {
  return {values[0], values[1], values[2], SmallVector<Value>(values.drop_front(3))};
}

SmallVector<Value> OnlineSnapshots::values() const {
  SmallVector<Value> all{filled, spacing, due};
  llvm::append_range(all, arrays);
  return all;
}

bool canKeepOnline(ValueRange state) {
  return llvm::all_of(state, [](Value value) {
    return isa<RankedTensorType, FloatType, IntegerType>(value.getType());
  });
}

Value snapshotBytes(OpBuilder &b, Location loc, ValueRange state) {
  Value sum = integer(b, loc, 0);
  for (Value value : state) {
    Value size = integer(b, loc, 8);
    for (Value length : sizesOf(b, loc, value))
      size = b.create<arith::MulIOp>(loc, size, length);
    sum = b.create<arith::AddIOp>(loc, sum, size);
  }
  return sum;
}

Value halfOfRows(OpBuilder &b, Location loc, Value bytes, int64_t budget) {
  if (!budget)
    return integer(b, loc, usualHalf);
  Value one = integer(b, loc, 1);
  Value rows = b.create<arith::DivUIOp>(loc, integer(b, loc, budget / 4),
                                        b.create<arith::MaxSIOp>(loc, bytes, one));
  rows = b.create<arith::MinSIOp>(loc, rows, integer(b, loc, mostOfHalf));
  return b.create<arith::MaxSIOp>(loc, rows, one);
}

OnlineSnapshots startSnapshots(OpBuilder &b, Location loc, ValueRange state, Value half) {
  Value zero = integer(b, loc, 0), rows = b.create<arith::AddIOp>(loc, half, half);
  OnlineSnapshots made{zero, integer(b, loc, 1), zero, {}};
  for (Value value : state) {
    SmallVector<int64_t> shape{ShapedType::kDynamic};
    SmallVector<Value> sizes{rows};
    if (auto type = dyn_cast<RankedTensorType>(value.getType()))
      for (auto [k, size] : llvm::enumerate(type.getShape())) {
        shape.push_back(size);
        if (ShapedType::isDynamic(size))
          sizes.push_back(b.create<ir::DimOp>(loc, value, unsigned(k)));
      }
    Type element = getElementTypeOrSelf(value.getType());
    Value nothing = b.create<arith::ConstantOp>(loc, b.getZeroAttr(element));
    made.arrays.push_back(
        b.create<ir::SplatOp>(loc, RankedTensorType::get(shape, element), nothing, sizes));
  }
  return made;
}

static SmallVector<Value> placeIn(Value row, ValueRange rest) {
  SmallVector<Value> place{row};
  llvm::append_range(place, rest);
  return place;
}

/// Keeps the even snapshots, in the first half of the rows.
static OnlineSnapshots thin(OpBuilder &b, Location loc, const OnlineSnapshots &old,
                            ValueRange state, Value half) {
  // From 0, where nothing moves: loops that are differentiated again begin there.
  OnlineSnapshots made{half, b.create<arith::AddIOp>(loc, old.spacing, old.spacing), old.due, {}};
  auto loop = b.create<scf::ForOp>(loc, integer(b, loc, 0), half, integer(b, loc, 1), old.arrays);
  OpBuilder::InsertionGuard guard(b);
  if (!loop.getBody()->empty())
    loop.getBody()->getTerminator()->erase();
  b.setInsertionPointToEnd(loop.getBody());
  Value to = loop.getInductionVar(), from = b.create<arith::AddIOp>(loc, to, to);
  SmallVector<Value> next;
  for (auto [array, value] : llvm::zip_equal(loop.getRegionIterArgs(), state)) {
    auto type = cast<RankedTensorType>(array.getType());
    auto moved = loopOver(b, loc, sizesOf(b, loc, value), array,
                          [&](ValueRange at, ValueRange carried) -> FailureOr<SmallVector<Value>> {
                            Value element = b.create<ir::ExtractOp>(
                                loc, type.getElementType(), carried.front(), placeIn(from, at));
                            return SmallVector<Value>{b.create<ir::InsertOp>(
                                loc, type, element, carried.front(), placeIn(to, at))};
                          });
    next.push_back(moved->front());
  }
  b.create<scf::YieldOp>(loc, next);
  llvm::append_range(made.arrays, loop.getResults());
  return made;
}

/// What `then` makes of the snapshots if a condition holds, else what they are.
static OnlineSnapshots
thinOrStore(OpBuilder &b, Location loc, const OnlineSnapshots &old, Value condition,
            llvm::function_ref<OnlineSnapshots(const OnlineSnapshots &)> then) {
  SmallVector<Value> before = old.values();
  auto branch = b.create<scf::IfOp>(loc, TypeRange(ValueRange(before)), condition,
                                    /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  for (Block *block : {branch.thenBlock(), branch.elseBlock()}) {
    if (!block->empty())
      block->clear();
    b.setInsertionPointToEnd(block);
    b.create<scf::YieldOp>(loc, block == branch.thenBlock() ? then(old).values() : before);
  }
  return OnlineSnapshots::from(branch.getResults());
}

OnlineSnapshots keepSnapshot(OpBuilder &b, Location loc, const OnlineSnapshots &old,
                             ValueRange state, Value at, Value half) {
  auto equal = [&](Value x, Value y) -> Value {
    return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, x, y);
  };
  return thinOrStore(b, loc, old, equal(at, old.due), [&](const OnlineSnapshots &now) {
    Value rows = b.create<arith::AddIOp>(loc, half, half);
    OnlineSnapshots made =
        thinOrStore(b, loc, now, equal(now.filled, rows),
                    [&](const OnlineSnapshots &full) { return thin(b, loc, full, state, half); });
    for (auto [array, value] : llvm::zip_equal(made.arrays, state))
      array = storePart(b, loc, array, value, made.filled, {});
    made.filled = b.create<arith::AddIOp>(loc, made.filled, integer(b, loc, 1));
    made.due = b.create<arith::AddIOp>(loc, at, made.spacing);
    return made;
  });
}

SmallVector<Value> snapshot(OpBuilder &b, Location loc, const OnlineSnapshots &kept, Value which,
                            ValueRange like) {
  SmallVector<Value> state;
  for (auto [array, value] : llvm::zip_equal(kept.arrays, like)) {
    Type element = getElementTypeOrSelf(value.getType());
    auto read = [&, array = array](ValueRange at) -> Value {
      return b.create<ir::ExtractOp>(loc, element, array, placeIn(which, at));
    };
    state.push_back(isa<RankedTensorType>(value.getType())
                        ? mapElements(b, loc, value.getType(), sizesOf(b, loc, value), read)
                        : read({}));
  }
  return state;
}

} // namespace circ::autodiff
