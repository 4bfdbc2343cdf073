//===- SplitFunctions.cpp - Large functions to functions of bounded size ---===//
//
// LLVM's passes take time that grows faster than linearly with the length of a
// function. Inner blocks are cut before outer ones, so that a loop with a
// long body weighs little in the block around it.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/BlockCutter.h"
#include "compiler/lowering/Lowering.h"

#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace circ {

/// Blocks of loops run often, and memory between their parts costs each time:
/// they are cut when they are longer by this factor.
static constexpr unsigned innerFactor = 10;

namespace {

class FunctionSplitter {
public:
  FunctionSplitter(func::FuncOp function, unsigned limit) : function(function), limit(limit) {}

  /// Cuts the blocks within `block`, then `block` if what is left is too long; the
  /// number of ops left.
  unsigned run(Block &block) {
    unsigned total = 0;
    for (Operation &op : block) {
      unsigned weight = lowering::isPinned(&op) ? 0 : 1;
      for (Region &region : op.getRegions())
        for (Block &nested : region)
          weight += run(nested);
      if (op.getNumRegions() != 0)
        weights[&op] = weight;
      total += weight;
    }
    unsigned length = &block == &function.getBody().front() ? limit : innerFactor * limit;
    if (total <= 2 * length)
      return total;
    unsigned made = lowering::BlockCutter(function, block, length, weights).run(parts);
    parts += made;
    return made + 1;
  }

private:
  func::FuncOp function;
  unsigned limit;
  unsigned parts = 0;
  DenseMap<Operation *, unsigned> weights; ///< of ops that hold others
};

struct SplitFunctions : PassWrapper<SplitFunctions, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SplitFunctions)
  SplitFunctions() = default;
  SplitFunctions(const SplitFunctions &other) : PassWrapper(other) {}

  Option<unsigned> limit{*this, "limit", llvm::cl::desc("ops in a part"), llvm::cl::init(300)};

  StringRef getArgument() const final { return "split-functions"; }
  StringRef getDescription() const final { return "long functions to parts of bounded length"; }
  void runOnOperation() final { splitFunctions(getOperation(), limit); }
};

} // namespace

void splitFunctions(ModuleOp module, unsigned limit) {
  for (auto function : llvm::to_vector(module.getOps<func::FuncOp>()))
    if (!function.isExternal())
      FunctionSplitter(function, limit).run(function.getBody().front());
}

void registerSplitFunctionsPass() { PassRegistration<SplitFunctions>(); }

} // namespace circ
