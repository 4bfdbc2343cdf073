//===- ForwardMap.cpp - Independent iterations ----------------------------===//
//
// The tangent of a map is a map beside its copy: an iteration computes again
// the primal values that its tangent needs.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ForwardRules.h"
#include "compiler/autodiff/Silence.h"
#include "compiler/autodiff/TangentCallees.h"

using namespace mlir;

namespace circ::autodiff {

FailureOr<Value> forwardIteration(Forwarder &f, Block &body, ValueRange indices) {
  f.copies.map(body.getArguments(), indices);
  Block *block = f.b.getInsertionBlock();
  if (failed(f.forwardBlock(body)))
    return failure();
  // The copy has printed and checked already.
  block->walk([](Operation *inner) {
    if (isa<ir::CheckOp, ir::CheckIndexOp>(inner))
      inner->erase();
  });
  silence(block, f.callees.getModule());
  return f.tangent(body.getTerminator()->getOperand(0));
}

static LogicalResult forwardMap(Forwarder &f, Operation *op) {
  auto map = cast<ir::MapOp>(op);
  f.copy(op);
  auto made = f.b.create<ir::MapOp>(op->getLoc(), map.getType(), f.primals(map.getBounds()),
                                    f.primals(map.getInner()));
  OpBuilder::InsertionGuard guard(f.b);
  f.b.setInsertionPointToEnd(made.getBodyBlock());
  FailureOr<Value> tangent = forwardIteration(f, *map.getBodyBlock(), made.getIndices());
  if (failed(tangent))
    return failure();
  if (!*tangent) {
    made.erase();
    return success();
  }
  f.b.create<ir::YieldOp>(op->getLoc(), *tangent);
  f.setTangent(map.getResult(), made.getResult());
  return success();
}

void addForwardMapRule(ForwardTable &rules) { rules["circ.map"] = forwardMap; }

} // namespace circ::autodiff
