//===- ExpandSmallProducts.cpp - Products of small matrices ---------------===//
//
// Rotations and transforms are products of matrices of three or four rows. A
// call of the runtime for each costs more than the product; as a map of sums it
// becomes straight code where loops are unrolled and small arrays split.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace circ {
namespace {

bool isSmall(ir::MatmulOp product) {
  return llvm::all_of(ValueRange{product.getLeft(), product.getRight(), product.getResult()},
                      [](Value matrix) {
                        auto type = cast<RankedTensorType>(matrix.getType());
                        return type.hasStaticShape() && type.getNumElements() > 0 &&
                               type.getNumElements() <= StraightCode::mostElements;
                      });
}

void expand(ir::MatmulOp product) {
  OpBuilder b(product);
  Location loc = product.getLoc();
  Value left = product.getLeft(), right = product.getRight();
  auto type = cast<RankedTensorType>(product.getType());
  Type element = type.getElementType();
  auto number = [&](int64_t value) -> Value {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  };
  auto leftType = cast<RankedTensorType>(left.getType());
  Value depth = number(leftType.getDimSize(product.getLeftTransposed() ? 0 : 1));
  auto map = b.create<ir::MapOp>(
      loc, type, ValueRange{number(type.getDimSize(0)), number(type.getDimSize(1))});
  b.setInsertionPointToEnd(map.getBodyBlock());
  auto sum = b.create<ir::ReduceOp>(loc, element, ir::ReduceKind::Sum, depth);
  b.create<ir::YieldOp>(loc, sum.getResult());
  b.setInsertionPointToEnd(sum.getBodyBlock());
  auto read = [&](Value matrix, Value row, Value column, bool transposed) {
    if (transposed)
      std::swap(row, column);
    return b.create<ir::ExtractOp>(loc, element, matrix, ValueRange{row, column}).getResult();
  };
  Value k = sum.getIndex();
  Value x = read(left, map.getIndices()[0], k, product.getLeftTransposed());
  Value y = read(right, k, map.getIndices()[1], product.getRightTransposed());
  b.create<ir::YieldOp>(loc, b.create<ir::MulOp>(loc, x, y).getResult());
  product.getResult().replaceAllUsesWith(map.getResult());
  product.erase();
}

struct ExpandSmallProducts : PassWrapper<ExpandSmallProducts, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandSmallProducts)
  StringRef getArgument() const final { return "expand-small-products"; }
  StringRef getDescription() const final { return "make sums of products of small matrices"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect>();
  }
  void runOnOperation() final {
    getOperation().walk([](ir::MatmulOp product) {
      if (isSmall(product))
        expand(product);
    });
  }
};

} // namespace

std::unique_ptr<Pass> createExpandSmallProductsPass() {
  return std::make_unique<ExpandSmallProducts>();
}

void registerExpandSmallProductsPass() { PassRegistration<ExpandSmallProducts>(); }

} // namespace circ
