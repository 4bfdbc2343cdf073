//===- ReverseIf.cpp - Branches -------------------------------------------===//
//
// The backward branch runs under the same condition, so that what was not
// taken contributes nothing. Its scopes are Split when the branch holds a
// sequential construct, else the branch's values are computed again under the
// guard.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Rules.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace circ::autodiff {

/// Whether computing a branch again would be dear or impossible.
static bool holdsSequentialCode(Operation *op) {
  return op
      ->walk([](Operation *inner) {
        return isa<scf::ForOp, scf::WhileOp, func::CallOp, ir::PopOp, ir::PushOp, ir::TapeNewOp>(
                   inner)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

static LogicalResult augmentIf(Reverser &r, Operation *op, OpBuilder &builder, IRMapping &map,
                               Value tape) {
  auto branch = cast<scf::IfOp>(op);
  if (!holdsSequentialCode(op)) {
    builder.clone(*op, map);
    return success();
  }
  Value ownTape = r.tapeFor(op, builder, tape);
  auto copy = builder.create<scf::IfOp>(op->getLoc(), op->getResultTypes(),
                                        map.lookup(branch.getCondition()), /*withElse=*/true);
  for (auto [from, to] : {std::pair{branch.thenBlock(), copy.thenBlock()},
                          std::pair{branch.elseBlock(), copy.elseBlock()}}) {
    if (!to->empty())
      to->clear();
    if (failed(r.emitSplitForward(*from, *to, map, ownTape)))
      return failure();
    OpBuilder::atBlockEnd(to).clone(*from->getTerminator(), map);
  }
  map.map(op->getResults(), copy->getResults());
  return success();
}

static LogicalResult reverseIf(Reverser &r, Operation *op) {
  auto branch = cast<scf::IfOp>(op);
  Location loc = op->getLoc();
  bool split = holdsSequentialCode(op);
  if (split)
    r.ensureAugmented(op);
  Value tape = split ? r.backwardTape(op) : Value();
  Value condition = r.primal(branch.getCondition());
  SmallVector<Value> seeds;
  for (Value result : op->getResults())
    seeds.push_back(r.takeAdjoint(result));
  // An adjoint that is still zero stays so in the branches, until they add.
  // A value yielded as it is counts among what the branches use.
  SmallVector<Value> captures =
      r.activeCaptures({&branch.getThenRegion(), &branch.getElseRegion()});
  if (captures.empty() && !usesOuterTape(op))
    return success();
  SmallVector<Value> starts;
  SmallVector<Type> types;
  for (Value capture : captures) {
    starts.push_back(r.adjoint(capture));
    types.push_back(capture.getType());
  }
  auto backward = r.b.create<scf::IfOp>(loc, types, condition, /*withElse=*/true);
  for (auto [from, to] : {std::pair{branch.thenBlock(), backward.thenBlock()},
                          std::pair{branch.elseBlock(), backward.elseBlock()}}) {
    OpBuilder::InsertionGuard guard(r.b);
    if (!to->empty())
      to->clear();
    r.b.setInsertionPointToEnd(to);
    if (split)
      r.openSplit(*from, tape);
    else
      r.openRecomputed(*from, {});
    for (auto [capture, start] : llvm::zip_equal(captures, starts))
      r.setAdjoint(capture, start);
    for (auto [yielded, seed] : llvm::zip_equal(from->getTerminator()->getOperands(), seeds))
      r.addAdjoint(yielded, seed);
    if (failed(r.reverseBlock(*from)))
      return failure();
    SmallVector<Value> ends;
    for (Value capture : captures)
      ends.push_back(r.adjointOrZero(capture));
    r.b.create<scf::YieldOp>(loc, ends);
    r.close(*from);
  }
  for (auto [capture, end] : llvm::zip_equal(captures, backward.getResults()))
    r.setAdjoint(capture, end);
  return success();
}

void addIfRule(RuleTable &rules) { rules["scf.if"] = {reverseIf, augmentIf}; }

} // namespace circ::autodiff
