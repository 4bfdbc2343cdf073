//===- CheckSeedShapes.cpp - Seeds of the results' shapes -----------------===//

#include "compiler/autodiff/Autodiff.h"
#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ {

/// The first op of the body that uses a value, or the terminator.
static Operation *firstUser(Value value, Block &body) {
  Operation *first = body.getTerminator();
  for (Operation *user : value.getUsers())
    if (Operation *here = body.findAncestorOpInBlock(*user); here->isBeforeInBlock(first))
      first = here;
  return first;
}

void checkSeedShapes(func::FuncOp vjp, func::FuncOp primal) {
  Block &body = vjp.getBody().front();
  unsigned next = primal.getNumArguments();
  for (unsigned result : realResults(primal)) {
    Value seed = vjp.getArgument(next++);
    auto type = dyn_cast<RankedTensorType>(seed.getType());
    if (!type)
      continue;
    // The backward sweep, which uses the seed, follows the forward sweep.
    Value value = body.getTerminator()->getOperand(result);
    OpBuilder b(firstUser(seed, body));
    Location loc = primal.getLoc();
    for (unsigned i = 0; i < type.getRank(); ++i) {
      if (!type.isDynamicDim(i))
        continue;
      Value wanted = b.create<ir::DimOp>(loc, value, i);
      Value found = b.create<ir::DimOp>(loc, seed, i);
      Value same = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, wanted, found);
      b.create<ir::CheckOp>(loc, ir::CheckKind::Shape, same,
                            "dimension " + std::to_string(i) +
                                " of a seed is {0}, but that of its result is {1}",
                            ValueRange{found, wanted});
    }
  }
}

} // namespace circ
