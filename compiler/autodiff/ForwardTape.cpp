//===- ForwardTape.cpp - Derivative programs forwarded --------------------===//
//
// A varied tape holds each real value with its tangent on top, active or not:
// the two ends of a tape stand in different functions, which agree on nothing
// but that.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ForwardRules.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult forwardPush(Forwarder &f, Operation *op) {
  auto push = cast<ir::PushOp>(op);
  f.copy(op);
  if (isRealType(push.getValue().getType()))
    f.b.create<ir::PushOp>(op->getLoc(), f.primal(push.getTape()),
                           f.tangentOrZero(push.getValue()));
  return success();
}

static LogicalResult forwardPop(Forwarder &f, Operation *op) {
  auto pop = cast<ir::PopOp>(op);
  Value tangent;
  if (isRealType(pop.getType()))
    tangent = f.b.create<ir::PopOp>(op->getLoc(), pop.getType(), f.primal(pop.getTape()));
  f.copy(op);
  f.setTangent(pop.getResult(), tangent);
  return success();
}

static LogicalResult forwardFree(Forwarder &f, Operation *op) {
  f.copy(op);
  return success();
}

void addForwardTapeRules(ForwardTable &rules) {
  rules["circ.tape_free"] = forwardFree;
  rules["circ.push"] = forwardPush;
  rules["circ.pop"] = forwardPop;
}

} // namespace circ::autodiff
