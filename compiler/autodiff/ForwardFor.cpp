//===- ForwardFor.cpp - Counted loops -------------------------------------===//
//
// One loop that carries the tangents of the active carried values too.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ForwardRules.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult forwardFor(Forwarder &f, Operation *op) {
  auto loop = cast<scf::ForOp>(op);
  SmallVector<unsigned> slots = f.activeSlots(loop.getRegionIterArgs(), loop.getResults());
  SmallVector<Value> starts = f.withTangents(loop.getInitArgs(), slots);
  auto made =
      f.b.create<scf::ForOp>(op->getLoc(), f.primal(loop.getLowerBound()),
                             f.primal(loop.getUpperBound()), f.primal(loop.getStep()), starts);
  made->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  if (!made.getBody()->empty())
    made.getBody()->getTerminator()->erase();
  {
    OpBuilder::InsertionGuard guard(f.b);
    f.b.setInsertionPointToEnd(made.getBody());
    f.copies.map(loop.getInductionVar(), made.getInductionVar());
    f.define(loop.getRegionIterArgs(), slots, made.getRegionIterArgs());
    if (failed(f.forwardBlock(*loop.getBody())))
      return failure();
    f.b.create<scf::YieldOp>(op->getLoc(), f.withTangents(loop.getYieldedValues(), slots));
  }
  f.define(loop.getResults(), slots, made.getResults());
  return success();
}

void addForwardForRule(ForwardTable &rules) { rules["scf.for"] = forwardFor; }

} // namespace circ::autodiff
