//===- SplitSmallArrays.cpp - Elements of small arrays as numbers ---------===//
//
// An array of a few elements that is built, changed and chosen at known places
// becomes its elements: what updates or joins arrays makes a new array of
// elements, and reading an element of such an array gives the element. Branches and
// loops hand on elements. Arrays that nothing reads as a whole are then gone.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/SmallArrays.h"
#include "compiler/transforms/Transforms.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace circ {
namespace {

bool isSmall(Type type) {
  auto array = dyn_cast<RankedTensorType>(type);
  return array && array.hasStaticShape() && array.getNumElements() <= StraightCode::mostElements &&
         array.getNumElements() > 0;
}

/// Whether the elements are numbers already.
bool isSplit(Value array) {
  return isSmall(array.getType()) &&
         isa_and_nonnull<ir::FromElementsOp, ir::SplatOp>(array.getDefiningOp());
}

/// The place of constant indices that are in bounds.
std::optional<int64_t> placeOf(RankedTensorType type, ValueRange indices) {
  int64_t place = 0;
  for (auto [index, size] : llvm::zip_equal(indices, type.getShape())) {
    APInt constant;
    if (!matchPattern(index, m_ConstantInt(&constant)) || constant.isNegative() ||
        constant.getSExtValue() >= size)
      return std::nullopt;
    place = place * size + constant.getSExtValue();
  }
  return place;
}

/// An element replaced, or added to.
template <typename Update> struct SplitUpdate : OpRewritePattern<Update> {
  using OpRewritePattern<Update>::OpRewritePattern;
  LogicalResult matchAndRewrite(Update op, PatternRewriter &b) const final {
    auto type = cast<RankedTensorType>(op.getType());
    if (!isSplit(op.getArray()))
      return failure();
    auto place = placeOf(type, op.getIndices());
    if (!place)
      return failure();
    SmallVector<Value> elements = elementsOf(b, op.getLoc(), op.getArray());
    Value &element = elements[*place];
    // Nothing has been added to a zero that an adjoint starts from.
    bool isSum =
        std::is_same_v<Update, ir::AccumulateOp> && !matchPattern(element, m_PosZeroFloat());
    element =
        isSum ? Value(b.create<ir::AddOp>(op.getLoc(), element, op.getValue())) : op.getValue();
    b.replaceOpWithNewOp<ir::FromElementsOp>(op, type, elements);
    return success();
  }
};

struct SplitSum : OpRewritePattern<ir::AddArraysOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ir::AddArraysOp op, PatternRewriter &b) const final {
    if (!isSplit(op.getLeft()) && !isSplit(op.getRight()))
      return failure();
    SmallVector<Value> sums;
    for (auto [x, y] : llvm::zip_equal(elementsOf(b, op.getLoc(), op.getLeft()),
                                       elementsOf(b, op.getLoc(), op.getRight())))
      sums.push_back(b.create<ir::AddOp>(op.getLoc(), x, y));
    b.replaceOpWithNewOp<ir::FromElementsOp>(op, cast<RankedTensorType>(op.getType()), sums);
    return success();
  }
};

struct SplitSelect : OpRewritePattern<arith::SelectOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::SelectOp op, PatternRewriter &b) const final {
    if (!isSmall(op.getType()) || (!isSplit(op.getTrueValue()) && !isSplit(op.getFalseValue())))
      return failure();
    SmallVector<Value> chosen;
    for (auto [x, y] : llvm::zip_equal(elementsOf(b, op.getLoc(), op.getTrueValue()),
                                       elementsOf(b, op.getLoc(), op.getFalseValue())))
      chosen.push_back(b.create<arith::SelectOp>(op.getLoc(), op.getCondition(), x, y));
    b.replaceOpWithNewOp<ir::FromElementsOp>(op, cast<RankedTensorType>(op.getType()), chosen);
    return success();
  }
};

/// A branch yields the elements in place of an array that one side makes of
/// elements.
struct SplitBranch : OpRewritePattern<scf::IfOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::IfOp op, PatternRewriter &b) const final {
    SmallVector<bool> split;
    for (unsigned k = 0; k < op.getNumResults(); ++k)
      split.push_back(
          isSmall(op.getResult(k).getType()) &&
          (isSplit(op.thenYield().getOperand(k)) || isSplit(op.elseYield().getOperand(k))));
    if (!llvm::is_contained(split, true))
      return failure();
    SmallVector<Type> types;
    for (auto [k, result] : llvm::enumerate(op.getResults())) {
      if (!split[k]) {
        types.push_back(result.getType());
        continue;
      }
      auto array = cast<RankedTensorType>(result.getType());
      types.append(array.getNumElements(), array.getElementType());
    }
    auto made = b.create<scf::IfOp>(op.getLoc(), types, op.getCondition(), /*withElseRegion=*/true);
    made->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    for (auto [from, to] : llvm::zip_equal(op->getRegions(), made->getRegions())) {
      if (!to.empty())
        b.eraseBlock(&to.front());
      b.inlineRegionBefore(from, to, to.end());
      Operation *yield = to.front().getTerminator();
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPoint(yield);
      SmallVector<Value> ends;
      for (auto [k, value] : llvm::enumerate(yield->getOperands())) {
        if (split[k])
          llvm::append_range(ends, elementsOf(b, op.getLoc(), value));
        else
          ends.push_back(value);
      }
      b.replaceOpWithNewOp<scf::YieldOp>(yield, ends);
    }
    SmallVector<Value> results;
    unsigned next = 0;
    for (auto [k, result] : llvm::enumerate(op.getResults())) {
      if (!split[k]) {
        results.push_back(made.getResult(next++));
        continue;
      }
      auto array = cast<RankedTensorType>(result.getType());
      results.push_back(b.create<ir::FromElementsOp>(
          op.getLoc(), array, made.getResults().slice(next, array.getNumElements())));
      next += array.getNumElements();
    }
    b.replaceOp(op, results);
    return success();
  }
};

/// Whether nothing in a loop looks for elements of what it carries at places that are not
/// known, nor hands the array on to a call.
bool isReadAtKnownPlaces(Value carried) {
  return llvm::all_of(carried.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    auto type = cast<RankedTensorType>(carried.getType());
    if (auto read = dyn_cast<ir::ExtractOp>(user))
      return placeOf(type, read.getIndices()).has_value();
    return isa<ir::PushOp, ir::AddArraysOp, arith::SelectOp, scf::ForOp, scf::YieldOp>(user);
  });
}

/// A loop carries the elements in place of an array that each iteration makes of
/// elements. Iterations that only add to what they share go on with the array.
struct SplitLoop : OpRewritePattern<scf::ForOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::ForOp op, PatternRewriter &b) const final {
    if (op->hasAttr("circ.independent"))
      return failure();
    SmallVector<bool> split;
    for (auto [carried, end] : llvm::zip_equal(op.getRegionIterArgs(), op.getYieldedValues()))
      split.push_back(isSmall(carried.getType()) && isSplit(end) && isReadAtKnownPlaces(carried));
    if (!llvm::is_contained(split, true))
      return failure();
    Location loc = op.getLoc();
    auto apart = [&](ValueRange arrays) {
      SmallVector<Value> values;
      for (auto [k, value] : llvm::enumerate(arrays)) {
        if (split[k])
          llvm::append_range(values, elementsOf(b, loc, value));
        else
          values.push_back(value);
      }
      return values;
    };
    auto together = [&](ValueRange values) {
      SmallVector<Value> arrays;
      for (auto [k, result] : llvm::enumerate(op.getResults())) {
        auto array = split[k] ? cast<RankedTensorType>(result.getType()) : RankedTensorType();
        unsigned count = array ? array.getNumElements() : 1;
        arrays.push_back(
            array ? Value(b.create<ir::FromElementsOp>(loc, array, values.take_front(count)))
                  : values.front());
        values = values.drop_front(count);
      }
      return arrays;
    };
    auto made = b.create<scf::ForOp>(loc, op.getLowerBound(), op.getUpperBound(), op.getStep(),
                                     apart(op.getInitArgs()));
    made->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(made.getBody());
      SmallVector<Value> arguments{made.getInductionVar()};
      llvm::append_range(arguments, together(made.getRegionIterArgs()));
      if (made.getBody()->mightHaveTerminator())
        b.eraseOp(made.getBody()->getTerminator());
      b.mergeBlocks(op.getBody(), made.getBody(), arguments);
      auto yield = cast<scf::YieldOp>(made.getBody()->getTerminator());
      b.setInsertionPoint(yield);
      b.replaceOpWithNewOp<scf::YieldOp>(yield, apart(yield.getOperands()));
    }
    b.setInsertionPointAfter(made);
    b.replaceOp(op, together(made.getResults()));
    return success();
  }
};

struct SplitSmallArrays : PassWrapper<SplitSmallArrays, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SplitSmallArrays)
  StringRef getArgument() const final { return "split-small-arrays"; }
  StringRef getDescription() const final { return "make numbers of the elements of small arrays"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }
  void runOnOperation() final {
    RewritePatternSet patterns(&getContext());
    patterns.add<SplitUpdate<ir::InsertOp>, SplitUpdate<ir::AccumulateOp>, SplitSum, SplitSelect,
                 SplitBranch, SplitLoop>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createSplitSmallArraysPass() { return std::make_unique<SplitSmallArrays>(); }

void registerSplitSmallArraysPass() { PassRegistration<SplitSmallArrays>(); }

} // namespace circ
