//===- ForwardIf.cpp - Branches -------------------------------------------===//
//
// Each branch gives its tangents beside its values, so that what was not taken
// contributes nothing.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ForwardRules.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult forwardIf(Forwarder &f, Operation *op) {
  auto branch = cast<scf::IfOp>(op);
  Location loc = op->getLoc();
  SmallVector<unsigned> slots = f.activeSlots({}, branch.getResults());
  auto made = f.b.create<scf::IfOp>(loc, f.typesWithTangents(branch.getResults(), slots),
                                    f.primal(branch.getCondition()), branch.elseBlock() != nullptr);
  made->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  for (auto [from, to] : {std::pair{branch.thenBlock(), made.thenBlock()},
                          std::pair{branch.elseBlock(), made.elseBlock()}}) {
    if (!from)
      continue;
    OpBuilder::InsertionGuard guard(f.b);
    to->clear();
    f.b.setInsertionPointToEnd(to);
    if (failed(f.forwardBlock(*from)))
      return failure();
    f.b.create<scf::YieldOp>(loc, f.withTangents(from->getTerminator()->getOperands(), slots));
  }
  f.define(branch.getResults(), slots, made.getResults());
  return success();
}

void addForwardIfRule(ForwardTable &rules) { rules["scf.if"] = forwardIf; }

} // namespace circ::autodiff
