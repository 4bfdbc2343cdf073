//===- ExpandProducts.cpp - Products as sequential loops ------------------===//

#include "compiler/autodiff/ExpandProducts.h"

#include "compiler/autodiff/Activity.h"
#include "compiler/dialect/CircOps.h"
#include "compiler/dialect/Gates.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ::autodiff {

static void expand(ir::ReduceOp reduce) {
  OpBuilder b(reduce);
  Location loc = reduce.getLoc();
  Value zero = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
  Value step = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
  Value one = b.create<arith::ConstantOp>(loc, b.getFloatAttr(reduce.getType(), 1.0));
  auto loop = b.create<scf::ForOp>(loc, zero, reduce.getBound(), step, one);
  Block &body = *loop.getBody();
  if (!body.empty())
    body.getTerminator()->erase();
  reduce.getIndex().replaceAllUsesWith(loop.getInductionVar());
  Value factor = reduce.getYielded();
  reduce.getBodyBlock()->getTerminator()->erase();
  body.getOperations().splice(body.end(), reduce.getBodyBlock()->getOperations());
  b.setInsertionPointToEnd(&body);
  Value product = b.create<ir::MulOp>(loc, loop.getRegionIterArgs().front(), factor);
  b.create<scf::YieldOp>(loc, product);
  reduce.getResult().replaceAllUsesWith(loop.getResult(0));
  reduce.erase();
}

void expandProducts(Operation *root) {
  SmallVector<ir::ReduceOp> products;
  root->walk([&](ir::ReduceOp reduce) {
    if (reduce.getKind() == ir::ReduceKind::Prod && isRealType(reduce.getType()))
      products.push_back(reduce);
  });
  for (ir::ReduceOp reduce : products)
    expand(reduce);
}

} // namespace circ::autodiff
