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
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/CallGraph.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#include <optional>

using namespace llvm;

namespace circ {

/// Whether LLVM's passes have more to do at an instruction than at arithmetic on numbers: to put
/// memory into registers, to inline a math function on lanes.
static bool wantsPasses(const Instruction &instruction) {
  if (isa<AllocaInst>(instruction))
    return true;
  auto *call = dyn_cast<CallBase>(&instruction);
  const Function *callee = call ? call->getCalledFunction() : nullptr;
  return callee && callee->hasFnAttribute(Attribute::AlwaysInline) && !call->isNoInline();
}

/// Whether a function is one long block that only computes and moves numbers.
static bool isStraightLine(const Function &function, size_t length) {
  return function.size() == 1 && function.hasFnAttribute(Attribute::NoInline) &&
         function.front().size() >= length && none_of(function.front(), wantsPasses);
}

namespace {

/// The loops of a function, and how often they go round.
class Loops {
public:
  explicit Loops(Function &function)
      : libraryInfo(Triple(function.getParent()->getTargetTriple())), library(libraryInfo),
        assumptions(function), dominators(function), loops(dominators),
        evolution(function, library, assumptions, dominators, loops) {}

  /// How often a block runs in a call of the function, at most `often`.
  size_t runs(const BasicBlock *block) {
    size_t count = 1;
    for (Loop *loop = loops.getLoopFor(block); loop && count < often;
         loop = loop->getParentLoop()) {
      unsigned trips = evolution.getSmallConstantTripCount(loop); // 0: nobody knows
      count = trips == 0 ? often : std::min(often, count * trips);
    }
    return count;
  }

  /// So many runs of an instruction take as long as it takes to compile it well.
  static constexpr size_t often = 1000;

private:
  TargetLibraryInfoImpl libraryInfo;
  TargetLibraryInfo library;
  AssumptionCache assumptions;
  DominatorTree dominators;
  LoopInfo loops;
  ScalarEvolution evolution;
};

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

  /// Whether nothing in a function runs often.
  bool isSeldom(const Function &function) const { return most.lookup(&function) < often; }

private:
  static constexpr size_t often = Loops::often;

  void visit(Function &function, const CallGraphNode &node) {
    std::optional<Loops> loops;
    if (function.size() > 1)
      loops.emplace(function);
    size_t own = runs[&function];
    auto runsOf = [&](const BasicBlock *block) {
      return std::min(often, loops ? own * loops->runs(block) : own);
    };
    for (const BasicBlock &block : function)
      most[&function] = std::max(most[&function], runsOf(&block));
    for (const CallGraphNode::CallRecord &record : node)
      if (Function *callee = record.second->getFunction()) {
        auto *site = record.first ? dyn_cast_or_null<CallBase>(*record.first) : nullptr;
        size_t &count = runs[callee];
        count = std::min(often, count + (site ? runsOf(site->getParent()) : often));
      }
  }

  /// Calls of each function, and runs of what runs most often in it.
  DenseMap<const Function *, size_t> runs, most;
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
  if (module.getInstructionCount() <= options.longCodeLength)
    return found;
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
