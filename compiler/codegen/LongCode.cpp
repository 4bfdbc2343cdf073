//===- LongCode.cpp - Long code that runs once ----------------------------===//
//
// The gradient of a thousand lines is ten thousand instructions, each of which runs
// once: LLVM takes a second for what then takes ten microseconds.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/LongCode.h"

#include "compiler/codegen/MoveFunctions.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/CallGraph.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace circ {

/// Whether a function is one long block that only computes and moves numbers.
static bool isStraightLine(const Function &function, size_t length) {
  if (function.size() != 1 || !function.hasFnAttribute(Attribute::NoInline))
    return false;
  const BasicBlock &block = function.front();
  return block.size() >= length &&
         none_of(block, [](const Instruction &i) { return isa<AllocaInst>(i); });
}

namespace {

/// How often functions run in a call of the program.
class Frequencies {
public:
  explicit Frequencies(Module &module) {
    CallGraph graph(module);
    std::vector<std::vector<CallGraphNode *>> cycles;
    for (auto cycle = scc_begin(&graph); !cycle.isAtEnd(); ++cycle) {
      cycles.push_back(*cycle);
      for (CallGraphNode *node : *cycle)
        if (Function *function = node->getFunction())
          runs[function] = cycle.hasCycle() || function->hasAddressTaken() ? often
                           : function->hasLocalLinkage()                   ? 0
                                                                           : 1;
    }
    // Callees come before callers, and are visited after them.
    for (const auto &cycle : reverse(cycles))
      for (CallGraphNode *node : cycle)
        if (node->getFunction() && !node->getFunction()->isDeclaration())
          visit(*node->getFunction(), *node);
  }

  /// Whether all that is in a function runs a few times at most.
  bool isSeldom(const Function &function) const {
    return runs.lookup(&function) < often && !holdsLoops.contains(&function);
  }

private:
  static constexpr size_t often = 10;

  void visit(Function &function, const CallGraphNode &node) {
    LoopInfo loops;
    if (function.size() > 1)
      loops.analyze(DominatorTree(function));
    if (!loops.empty())
      holdsLoops.insert(&function);
    size_t own = runs[&function];
    for (const CallGraphNode::CallRecord &record : node)
      if (Function *callee = record.second->getFunction()) {
        auto *site = record.first ? dyn_cast_or_null<CallBase>(*record.first) : nullptr;
        bool inLoop = !site || loops.getLoopFor(site->getParent());
        size_t &count = runs[callee];
        count = inLoop ? often : std::min(often, count + own);
      }
  }

  DenseMap<const Function *, size_t> runs;
  SmallPtrSet<const Function *, 16> holdsLoops;
};

} // namespace

/// All straight-line code that the lowering has cut into parts.
static SmallVector<Function *> straightLineParts(Module &module, const CodegenOptions &options) {
  SmallVector<Function *> found;
  for (Function &function : module)
    if (isStraightLine(function, options.partLength / 2))
      found.push_back(&function);
  return found;
}

/// All code that runs seldom, if it is long.
static SmallVector<Function *> seldomCode(Module &module, const CodegenOptions &options) {
  SmallVector<Function *> found;
  size_t length = 0;
  Frequencies frequencies(module);
  for (Function &function : module) {
    if (function.isDeclaration() || !frequencies.isSeldom(function) ||
        function.hasFnAttribute(Attribute::AlwaysInline))
      continue;
    found.push_back(&function);
    length += function.getInstructionCount();
  }
  if (length <= options.longCodeLength)
    found.clear();
  return found;
}

std::unique_ptr<Module> takeLongCode(Module &module, const CodegenOptions &options) {
  if (options.longCode == LongCode::Full)
    return nullptr;
  SmallVector<Function *> functions = options.longCode == LongCode::Less
                                          ? straightLineParts(module, options)
                                          : seldomCode(module, options);
  return functions.empty() ? nullptr : moveFunctions(module, functions);
}

} // namespace circ
