//===- ShapeOrigin.cpp - Where an array has its shape from ----------------===//

#include "compiler/transforms/ShapeOrigin.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace circ {

Value shapeOrigin(Value array) {
  for (;;) {
    if (auto insert = array.getDefiningOp<ir::InsertOp>())
      array = insert.getArray();
    else if (auto accumulate = array.getDefiningOp<ir::AccumulateOp>())
      array = accumulate.getArray();
    else if (auto loop = array.getDefiningOp<scf::ForOp>())
      array = loop.getInitArgs()[cast<OpResult>(array).getResultNumber()];
    else if (auto argument = dyn_cast<BlockArgument>(array);
             argument && isa<scf::ForOp>(argument.getOwner()->getParentOp()))
      array = cast<scf::ForOp>(argument.getOwner()->getParentOp()).getTiedLoopInit(argument)->get();
    else
      return array;
  }
}

} // namespace circ
