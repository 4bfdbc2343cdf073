//===- InlineCalls.cpp - Called circuits in place of their calls ----------===//
//
// A circuit that is small or called at one place takes the place of its calls:
// a loop of independent iterations can go into lanes only where all that its
// body does is seen. Callees come first, so that a chain of calls vanishes. A
// function on a cycle of calls stays.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Transforms.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace circ {
namespace {

struct InlineCalls : PassWrapper<InlineCalls, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InlineCalls)
  StringRef getArgument() const final { return "inline-calls"; }
  StringRef getDescription() const final {
    return "put small circuits, and those called once, in place of their calls";
  }

  void runOnOperation() final {
    callCounts.clear();
    sizes.clear();
    states.clear();
    SymbolTable table(getOperation());
    symbols = &table;
    getOperation().walk([&](func::CallOp call) { ++callCounts[calleeOf(call)]; });
    // Functions vanish on the way.
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      visitAfterCallees(function);
  }

private:
  enum class State { New, Open, Finished };

  /// A function, its calls as they stood, and the call that is looked at next.
  struct Frame {
    func::FuncOp function;
    SmallVector<func::CallOp, 0> calls;
    size_t next = 0;
  };

  func::FuncOp calleeOf(func::CallOp call) {
    return symbols->lookup<func::FuncOp>(call.getCallee());
  }

  /// Depth first with a stack of its own: chains of calls are as long as
  /// programs are.
  void visitAfterCallees(func::FuncOp root) {
    SmallVector<Frame> stack;
    auto open = [&](func::FuncOp function) {
      State &state = states[function];
      if (state != State::New || function.isExternal())
        return;
      state = State::Open;
      stack.push_back({function, {}, 0});
      function.walk([&](func::CallOp call) { stack.back().calls.push_back(call); });
    };
    open(root);
    while (!stack.empty()) {
      Frame &frame = stack.back();
      if (frame.next < frame.calls.size()) {
        open(calleeOf(frame.calls[frame.next++]));
        continue;
      }
      inlineCalls(frame.function, frame.calls);
      states[frame.function] = State::Finished;
      stack.pop_back();
    }
  }

  void inlineCalls(func::FuncOp function, ArrayRef<func::CallOp> calls) {
    int64_t size = countOps(function);
    for (func::CallOp call : calls) {
      func::FuncOp callee = calleeOf(call);
      // One that is not finished has led here: a cycle.
      if (states.lookup(callee) != State::Finished || callee->hasAttr("circ.recursive") ||
          !llvm::hasSingleElement(callee.getBody()))
        continue;
      int64_t added = sizes.lookup(callee);
      int64_t count = callCounts.lookup(callee);
      bool move = count == 1 && callee.isPrivate();
      int64_t largest = std::max(StraightCode::smallCallee, StraightCode::allCopies / count);
      if ((added > largest && !move) || size + added > StraightCode::largestFunction)
        continue;
      if (move)
        moveTo(call, callee, added > size);
      else
        copyTo(call, callee);
      size += added;
    }
    sizes[function] = size;
  }

  /// The only call. What is shorter moves to the other, so that a long chain of functions costs
  /// no more than its ops.
  void moveTo(func::CallOp call, func::FuncOp callee, bool calleeIsLonger) {
    Block &body = callee.getBody().front(), &around = *call->getBlock();
    Operation *end = body.getTerminator();
    for (auto [argument, operand] : llvm::zip_equal(body.getArguments(), call.getOperands()))
      argument.replaceAllUsesWith(operand);
    call->replaceAllUsesWith(end->getOperands());
    end->erase();
    if (calleeIsLonger && isa<func::FuncOp>(around.getParentOp())) {
      body.eraseArguments(0, body.getNumArguments());
      for (BlockArgument argument : around.getArguments())
        argument.replaceAllUsesWith(body.addArgument(argument.getType(), argument.getLoc()));
      body.getOperations().splice(body.begin(), around.getOperations(), around.begin(),
                                  call->getIterator());
      call.erase();
      body.getOperations().splice(body.end(), around.getOperations());
      body.moveBefore(&around);
      around.erase();
    } else {
      around.getOperations().splice(call->getIterator(), body.getOperations());
      call.erase();
    }
    symbols->erase(callee);
  }

  void copyTo(func::CallOp call, func::FuncOp callee) {
    Block &body = callee.getBody().front();
    OpBuilder b(call);
    IRMapping map;
    map.map(body.getArguments(), call.getOperands());
    for (Operation &op : body.without_terminator())
      b.clone(op, map);
    for (auto [result, returned] :
         llvm::zip_equal(call.getResults(), body.getTerminator()->getOperands()))
      result.replaceAllUsesWith(map.lookupOrDefault(returned));
    call.erase();
  }

  SymbolTable *symbols = nullptr;
  llvm::DenseMap<func::FuncOp, int64_t> callCounts, sizes;
  /// Open while what a function calls is visited.
  llvm::DenseMap<func::FuncOp, State> states;
};

} // namespace

std::unique_ptr<Pass> createInlineCallsPass() { return std::make_unique<InlineCalls>(); }

void registerInlineCallsPass() { PassRegistration<InlineCalls>(); }

} // namespace circ
