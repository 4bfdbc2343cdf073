//===- BoundInlining.cpp - Functions that stay apart ----------------------===//

#include "compiler/codegen/BoundInlining.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/Analysis/CallGraph.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

#include <optional>

using namespace llvm;

namespace circ {

/// Instructions of a function with what may be inlined into it. From about ten
/// times this size on, code generation was seen to slow down.
static constexpr size_t largestFunction = 1000;
/// Smaller callees are left to LLVM's own estimate of cost and gain.
static constexpr size_t smallCallee = 200;

/// Loops of a function, found when somebody asks.
class FunctionLoops {
public:
  explicit FunctionLoops(Function &function) : function(function) {}
  bool contain(const Instruction *instruction) {
    if (!loops)
      loops.emplace(DominatorTree(function));
    return loops->getLoopFor(instruction->getParent()) != nullptr;
  }

private:
  Function &function;
  std::optional<LoopInfo> loops;
};

void boundInlining(Module &module) {
  CallGraph graph(module);
  DenseMap<Function *, size_t> sizes;
  // Callees come before callers.
  for (auto cycle = scc_begin(&graph); !cycle.isAtEnd(); ++cycle) {
    for (CallGraphNode *node : *cycle) {
      Function *function = node->getFunction();
      if (!function || function->isDeclaration())
        continue;
      size_t size = function->getInstructionCount();
      FunctionLoops loops(*function);
      for (const CallGraphNode::CallRecord &call : *node) {
        Function *callee = call.second->getFunction();
        // Members of the same cycle have no size yet.
        size_t grown = callee ? sizes.lookup(callee) : 0;
        if (grown == 0 || callee->hasFnAttribute(Attribute::NoInline))
          continue;
        // Math functions outside of loops: in long code, of which this may be a part, what runs
        // once need not stand there each time.
        auto *site = call.first ? dyn_cast_or_null<CallBase>(*call.first) : nullptr;
        if (callee->hasFnAttribute(Attribute::AlwaysInline) && site &&
            (size > largestFunction || function->hasFnAttribute(Attribute::NoInline)) &&
            site->getType()->isFloatingPointTy() && !loops.contain(site))
          site->addFnAttr(Attribute::NoInline);
        else if (grown < smallCallee || size + grown <= largestFunction)
          size += grown;
        else if (!callee->hasFnAttribute(Attribute::AlwaysInline))
          callee->addFnAttr(Attribute::NoInline);
      }
      sizes[function] = size;
    }
  }
}

} // namespace circ
