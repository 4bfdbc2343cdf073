//===- MergeEqualSizes.cpp - One value for sizes that are equal -----------===//
//
//   %n = circ.dim %a, 0
//   %m = circ.dim %b, 0
//   circ.check shape %n == %m
//   %r = scf.for ... iter_args(%c = %b)
//   ... circ.dim %r, 0 ...
//
// What comes after the check uses %n alone. Passes that compare ranges see that they
// are one, and index checks are proven.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/ShapeOrigin.h"
#include "compiler/transforms/Transforms.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ {
namespace {

/// `n > 0 ? n : 0` where n is a size.
bool isSizeItself(arith::SelectOp select) {
  Value n = select.getTrueValue();
  auto compare = select.getCondition().getDefiningOp<arith::CmpIOp>();
  return n.getDefiningOp<ir::DimOp>() && getConstantIntValue(select.getFalseValue()) == 0 &&
         compare && compare.getLhs() == n && getConstantIntValue(compare.getRhs()) == 0 &&
         (compare.getPredicate() == arith::CmpIPredicate::sgt ||
          compare.getPredicate() == arith::CmpIPredicate::sge);
}

/// Whether `value` can be used wherever `other` can.
bool comesFirst(Value value, Value other) {
  if (matchPattern(value, m_Constant()))
    return true;
  if (matchPattern(other, m_Constant()))
    return false;
  Block *home = value.getParentBlock();
  Operation *definition = value.getDefiningOp(), *later = other.getDefiningOp();
  if (!later)
    return false;
  Operation *ancestor = home->findAncestorOpInBlock(*later);
  return ancestor && (!definition || definition->isBeforeInBlock(ancestor));
}

struct MergeEqualSizes : PassWrapper<MergeEqualSizes, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MergeEqualSizes)
  StringRef getArgument() const final { return "merge-equal-sizes"; }
  StringRef getDescription() const final { return "use one value for sizes that are equal"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect>();
  }

  void runOnOperation() final {
    sizes.clear();
    SmallVector<ir::DimOp> dims;
    SmallVector<arith::SelectOp> selects;
    SmallVector<ir::CheckOp> checks;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto dim = dyn_cast<ir::DimOp>(op))
        dims.push_back(dim);
      else if (auto select = dyn_cast<arith::SelectOp>(op))
        selects.push_back(select);
      else if (auto check = dyn_cast<ir::CheckOp>(op))
        checks.push_back(check);
    });
    for (ir::DimOp dim : dims) {
      dim.replaceAllUsesWith(simplest(dim));
      dim.erase();
    }
    for (arith::SelectOp select : selects)
      if (isSizeItself(select)) {
        select.replaceAllUsesWith(select.getTrueValue());
        select.erase();
      }
    for (ir::CheckOp check : checks)
      merge(check);
  }

private:
  /// The size as a constant, a number that the program states, or the one op that asks
  /// for the dimension of the array that has its shape from no other.
  Value simplest(ir::DimOp dim) {
    Value array = shapeOrigin(dim.getArray());
    unsigned k = dim.getDimension();
    auto type = cast<RankedTensorType>(array.getType());
    OpBuilder b(dim);
    if (!type.isDynamicDim(k))
      return b.create<arith::ConstantOp>(dim.getLoc(), b.getI64IntegerAttr(type.getDimSize(k)));
    if (Value stated = ir::statedSize(array, k))
      return stated;
    Value &size = sizes[{array, k}];
    if (!size) {
      b.setInsertionPointAfterValue(array);
      size = b.create<ir::DimOp>(dim.getLoc(), array, k);
    }
    return size;
  }

  static void merge(ir::CheckOp check) {
    auto compare = check.getCondition().getDefiningOp<arith::CmpIOp>();
    if (check.getKind() != ir::CheckKind::Shape || !compare ||
        compare.getPredicate() != arith::CmpIPredicate::eq)
      return;
    Value kept = compare.getLhs(), other = compare.getRhs();
    if (!comesFirst(kept, other))
      std::swap(kept, other);
    if (kept == other || !comesFirst(kept, other))
      return;
    other.replaceUsesWithIf(kept, [&](OpOperand &use) {
      Operation *user = check->getBlock()->findAncestorOpInBlock(*use.getOwner());
      return user && check->isBeforeInBlock(user);
    });
  }

  llvm::DenseMap<std::pair<Value, unsigned>, Value> sizes;
};

} // namespace

std::unique_ptr<Pass> createMergeEqualSizesPass() { return std::make_unique<MergeEqualSizes>(); }

void registerMergeEqualSizesPass() { PassRegistration<MergeEqualSizes>(); }

} // namespace circ
