//===- BoundInlining.cpp - Functions that stay apart ----------------------===//

#include "compiler/codegen/BoundInlining.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/Analysis/CallGraph.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace circ {

/// Instructions of a function with what may be inlined into it. From about ten
/// times this size on, code generation was seen to slow down.
static constexpr size_t largestFunction = 1000;
/// Smaller callees are left to LLVM's own estimate of cost and gain.
static constexpr size_t smallCallee = 200;

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
      for (const CallGraphNode::CallRecord &call : *node) {
        Function *callee = call.second->getFunction();
        // Members of the same cycle have no size yet.
        size_t grown = callee ? sizes.lookup(callee) : 0;
        if (grown == 0 || callee->hasFnAttribute(Attribute::NoInline))
          continue;
        if (grown < smallCallee || size + grown <= largestFunction)
          size += grown;
        else if (!callee->hasFnAttribute(Attribute::AlwaysInline))
          callee->addFnAttr(Attribute::NoInline);
      }
      sizes[function] = size;
    }
  }
}

} // namespace circ
