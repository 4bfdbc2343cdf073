//===- ForwardWhile.cpp - Loops with a condition --------------------------===//
//
// The condition passes tangents on as it passes values; it has none itself.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ForwardRules.h"

using namespace mlir;

namespace circ::autodiff {

/// Starts a region of the loop with arguments for values and tangents.
static void openRegion(Forwarder &f, Region &region, ValueRange arguments, ArrayRef<unsigned> slots,
                       Location loc) {
  SmallVector<Type> types = f.typesWithTangents(arguments, slots);
  SmallVector<Location> locations(types.size(), loc);
  Block *block = f.b.createBlock(&region, {}, types, locations);
  f.define(arguments, slots, block->getArguments());
}

static LogicalResult forwardWhile(Forwarder &f, Operation *op) {
  auto loop = cast<scf::WhileOp>(op);
  Location loc = op->getLoc();
  auto condition = loop.getConditionOp();
  // A value that the condition drops still needs its tangent at the start.
  SmallVector<unsigned> before =
      f.activeSlots(loop.getYieldOp().getOperands(), loop.getBeforeArguments());
  SmallVector<unsigned> after = f.activeSlots(loop.getAfterArguments(), loop.getResults());
  SmallVector<Value> starts = f.withTangents(loop.getInits(), before);
  auto made = f.b.create<scf::WhileOp>(loc, f.typesWithTangents(loop.getResults(), after), starts);
  made->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  {
    OpBuilder::InsertionGuard guard(f.b);
    openRegion(f, made.getBefore(), loop.getBeforeArguments(), before, loc);
    if (failed(f.forwardBlock(*loop.getBeforeBody())))
      return failure();
    f.b.create<scf::ConditionOp>(loc, f.primal(condition.getCondition()),
                                 f.withTangents(condition.getArgs(), after));
    openRegion(f, made.getAfter(), loop.getAfterArguments(), after, loc);
    if (failed(f.forwardBlock(*loop.getAfterBody())))
      return failure();
    f.b.create<scf::YieldOp>(loc, f.withTangents(loop.getYieldOp().getOperands(), before));
  }
  f.define(loop.getResults(), after, made.getResults());
  return success();
}

void addForwardWhileRule(ForwardTable &rules) { rules["scf.while"] = forwardWhile; }

} // namespace circ::autodiff
