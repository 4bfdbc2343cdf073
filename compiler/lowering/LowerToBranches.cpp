//===- LowerToBranches.cpp - Structured control flow to branches ----------===//
//
// From the last op to the first: what follows an op moves to a block of its
// own, and by then that is only what lies before the next structured op. MLIR's
// conversion goes from the first to the last and moves the whole rest of the
// function each time, which is quadratic in the number of branches.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ {

/// Moves the blocks of a region before `after`; the first and the last of them.
static std::pair<Block *, Block *> inlineBefore(Region &region, Block *after) {
  Block *first = &region.front(), *last = &region.back();
  after->getParent()->getBlocks().splice(after->getIterator(), region.getBlocks());
  return {first, last};
}

/// Ends a region's last block by a branch, instead of its yield.
static void branchFrom(Block *last, Block *target, ValueRange leading = {}) {
  Operation *yield = last->getTerminator();
  SmallVector<Value> operands(leading);
  llvm::append_range(operands, yield->getOperands());
  OpBuilder(yield).create<cf::BranchOp>(yield->getLoc(), target, operands);
  yield->erase();
}

static void lower(scf::ForOp op, Block *after) {
  Location loc = op.getLoc();
  auto [body, last] = inlineBefore(op.getRegion(), after);
  // The header takes over the arguments of the body.
  auto *header = new Block;
  header->insertBefore(body);
  for (BlockArgument argument : body->getArguments())
    argument.replaceAllUsesWith(header->addArgument(argument.getType(), argument.getLoc()));
  body->eraseArguments(0, body->getNumArguments());
  OpBuilder b(op);
  SmallVector<Value> starts{op.getLowerBound()};
  llvm::append_range(starts, op.getInitArgs());
  b.create<cf::BranchOp>(loc, header, starts);
  b.setInsertionPointToEnd(header);
  Value index = header->getArgument(0);
  Value more = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, index, op.getUpperBound());
  b.create<cf::CondBranchOp>(loc, more, body, ValueRange{}, after, ValueRange{});
  b.setInsertionPoint(last->getTerminator());
  Value next = b.create<arith::AddIOp>(loc, index, op.getStep());
  branchFrom(last, header, next);
  op.replaceAllUsesWith(header->getArguments().drop_front());
}

static void lower(scf::IfOp op, Block *after) {
  Location loc = op.getLoc();
  for (Value result : op.getResults())
    result.replaceAllUsesWith(after->addArgument(result.getType(), loc));
  Block *targets[2] = {after, after};
  for (unsigned i : {0, 1}) {
    Region &region = op->getRegion(i);
    if (region.empty())
      continue;
    auto [first, last] = inlineBefore(region, after);
    branchFrom(last, after);
    targets[i] = first;
  }
  OpBuilder(op).create<cf::CondBranchOp>(loc, op.getCondition(), targets[0], ValueRange{},
                                         targets[1], ValueRange{});
}

static void lower(scf::WhileOp op, Block *after) {
  Location loc = op.getLoc();
  auto [before, beforeLast] = inlineBefore(op.getBefore(), after);
  auto [body, bodyLast] = inlineBefore(op.getAfter(), after);
  OpBuilder(op).create<cf::BranchOp>(loc, before, op.getInits());
  auto condition = cast<scf::ConditionOp>(beforeLast->getTerminator());
  op.replaceAllUsesWith(condition.getArgs());
  OpBuilder(condition).create<cf::CondBranchOp>(loc, condition.getCondition(), body,
                                                condition.getArgs(), after, ValueRange{});
  condition.erase();
  branchFrom(bodyLast, before);
}

void lowerToBranches(func::FuncOp function) {
  SmallVector<Operation *> structured;
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<scf::ForOp, scf::IfOp, scf::WhileOp>(op))
      structured.push_back(op);
  });
  for (Operation *op : llvm::reverse(structured)) {
    Block *after = op->getBlock()->splitBlock(std::next(op->getIterator()));
    if (auto loop = dyn_cast<scf::ForOp>(op))
      lower(loop, after);
    else if (auto branch = dyn_cast<scf::IfOp>(op))
      lower(branch, after);
    else
      lower(cast<scf::WhileOp>(op), after);
    op->erase();
  }
}

} // namespace circ
