//===- LowerPolls.cpp - Loops that can be interrupted ---------------------===//
//
// A loop around other loops asks in each iteration. An innermost loop stays
// free of calls, so that it becomes vector code: when it may be long, it is cut
// into pieces of 2^20 iterations, and each piece but the first asks.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/FunctionLowering.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ::lowering {

static constexpr int64_t pieceLength = int64_t(1) << 20;
/// Loops in lanes take several elements a step.
static constexpr int64_t longestStep = 1024;

static bool holdsLoopOrCall(scf::ForOp loop) {
  return loop.getBody()
      ->walk([](Operation *op) {
        return isa<scf::ForOp, scf::WhileOp, func::CallOp>(op) ? WalkResult::interrupt()
                                                               : WalkResult::advance();
      })
      .wasInterrupted();
}

static bool isShort(scf::ForOp loop) {
  APInt upper;
  return loop->hasAttr("circ.brief") ||
         (matchPattern(loop.getLowerBound(), m_Zero()) &&
          matchPattern(loop.getUpperBound(), m_ConstantInt(&upper)) &&
          upper.getSExtValue() <= pieceLength);
}

/// Says that a condition hardly ever holds: what registers hold is then saved where it
/// does, and not ahead of the loop around it.
static Value seldom(OpBuilder &b, Location loc, Value condition) {
  Value no = b.create<arith::ConstantOp>(loc, b.getBoolAttr(false));
  return b.create<LLVM::ExpectOp>(loc, condition, no);
}

/// for i in 0..n  becomes  for p in 0..n by length { for i in p..min(p + length, n) }
static void cut(scf::ForOp loop, int64_t step, llvm::function_ref<void(OpBuilder &)> poll) {
  Location loc = loop.getLoc();
  OpBuilder b(loop);
  Value length = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(step * pieceLength));
  auto pieces = b.create<scf::ForOp>(loc, loop.getLowerBound(), loop.getUpperBound(), length,
                                     loop.getInitArgs());
  if (!pieces.getBody()->empty())
    pieces.getBody()->getTerminator()->erase();
  b.setInsertionPointToEnd(pieces.getBody());
  Value begin = pieces.getInductionVar();
  Value later = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, begin, loop.getLowerBound());
  auto ask = b.create<scf::IfOp>(loc, seldom(b, loc, later), /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(ask.thenBlock());
    poll(b);
  }
  // begin < upper, so that the difference fits without a sign, and the sum does not overflow.
  Value rest = b.create<arith::SubIOp>(loc, loop.getUpperBound(), begin);
  Value count = b.create<arith::MinUIOp>(loc, rest, length);
  Value end = b.create<arith::AddIOp>(loc, begin, count);
  loop.getResults().replaceAllUsesWith(pieces.getResults());
  auto yield = b.create<scf::YieldOp>(loc, loop.getResults());
  loop->moveBefore(yield);
  loop.setLowerBound(begin);
  loop.setUpperBound(end);
  loop.getInitArgsMutable().assign(pieces.getRegionIterArgs());
}

void insertPolls(func::FuncOp function, ModuleState &state) {
  SmallVector<scf::ForOp> loops;
  function.walk([&](scf::ForOp loop) { loops.push_back(loop); });
  Value context = function.getArgument(0);
  for (scf::ForOp loop : loops) {
    // The flag is looked at in place: a call in each iteration would spill
    // every register.
    auto poll = [&](OpBuilder &b) {
      Value flag = state.interruptFlag(b, loop.getLoc());
      Value none = b.create<arith::ConstantOp>(loop.getLoc(), b.getI32IntegerAttr(0));
      Value asked = b.create<arith::CmpIOp>(loop.getLoc(), arith::CmpIPredicate::ne, flag, none);
      auto branch = b.create<scf::IfOp>(loop.getLoc(), seldom(b, loop.getLoc(), asked),
                                        /*withElseRegion=*/false);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      SmallVector<Value> arguments{context};
      llvm::append_range(arguments, state.place(b, loop.getLoc()));
      auto callee = state.function("circ_poll", LLVM::LLVMVoidType::get(b.getContext()),
                                   SmallVector<Type>(ValueRange(arguments).getTypes()));
      b.create<LLVM::CallOp>(loop.getLoc(), callee, arguments);
    };
    APInt step;
    bool plain =
        matchPattern(loop.getStep(), m_ConstantInt(&step)) && step.sgt(0) && step.sle(longestStep);
    if (holdsLoopOrCall(loop) || !plain) {
      OpBuilder b = OpBuilder::atBlockBegin(loop.getBody());
      poll(b);
    } else if (!isShort(loop)) {
      cut(loop, step.getSExtValue(), poll);
    }
  }
}

} // namespace circ::lowering
