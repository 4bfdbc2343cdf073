//===- ReverseTape.cpp - Pushes and pops of a derivative program ----------===//
//
// Only reals have adjoints; integers and booleans on a tape are left alone.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Rules.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult reversePush(Reverser &r, Operation *op) {
  auto push = cast<ir::PushOp>(op);
  Value value = push.getValue();
  if (isRealType(value.getType()))
    r.addAdjoint(
        value, r.b.create<ir::PopOp>(op->getLoc(), value.getType(), r.adjointTape(push.getTape())));
  return success();
}

static LogicalResult reversePop(Reverser &r, Operation *op) {
  auto pop = cast<ir::PopOp>(op);
  Value value = pop.getValue();
  if (!isRealType(value.getType()))
    return success();
  Value seed = r.takeAdjoint(value);
  r.b.create<ir::PushOp>(op->getLoc(), r.adjointTape(pop.getTape()),
                         seed ? seed : r.zeroLike(value));
  return success();
}

void addTapeRules(RuleTable &rules) {
  rules["circ.push"] = {reversePush};
  rules["circ.pop"] = {reversePop};
}

} // namespace circ::autodiff
