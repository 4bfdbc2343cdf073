//===- ParallelizeIterations.cpp - Blocks of iterations across cores ------===//
//
// A loop of independent iterations becomes calls of one function, each for a
// block of iterations:
//
//   %s = circ.reduce sum (%i) in (%n) { f(i) }
//
// becomes
//
//   %parts = circ.call_blocks @block %n by %size (...)
//   %s = circ.reduce sum (%b) in (%blocks) { %parts[%b] }
//   func @block(%first, %count, ...) { circ.reduce sum (%i) in (%count) { f(first + i) } }
//
// What iterations add to, each block has of its own, from zero; the sums are
// added block by block. Rows that iterations make or change are those of the
// block. How long blocks are follows from sizes alone, so that the same bits come
// out whatever runs where.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/LoopInBlocks.h"
#include "compiler/transforms/Transforms.h"
#include "compiler/transforms/WorkEstimate.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace circ {
namespace {

struct ParallelizeIterations : PassWrapper<ParallelizeIterations, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ParallelizeIterations)
  ParallelizeIterations(const VectorTarget &target, std::function<void(StringRef)> enter)
      : target(target), enter(std::move(enter)) {}

  StringRef getArgument() const final { return "parallelize-iterations"; }
  StringRef getDescription() const final { return "call a function for blocks of iterations"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, func::FuncDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (function.isExternal())
        continue;
      if (enter)
        enter(function.getName());
      blocks = 0;
      SmallVector<Operation *> loops;
      collect(function.getBody().front(), loops);
      double most = 0;
      for (Operation *loop : loops)
        most = std::max(most, usualWork(*loop));
      for (Operation *loop : loops)
        parallelize(function, loop, most);
    }
  }

  /// The outermost loops.
  static void collect(Block &block, SmallVectorImpl<Operation *> &loops) {
    for (Operation &op : block)
      if (isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp, scf::ForOp, scf::WhileOp>(op))
        loops.push_back(&op);
      else if (auto branch = dyn_cast<scf::IfOp>(op))
        for (Region &side : branch->getRegions())
          for (Block &inner : side)
            collect(inner, loops);
  }

  void parallelize(func::FuncOp function, Operation *loop, double most) {
    IterationBlocks analysis(loop);
    auto stays = [&](const Twine &reason) { loop->emitRemark() << "not across cores: " << reason; };
    if (analysis.obstacle())
      return stays(*analysis.obstacle());
    if (!isWorthBlocks(loop))
      return stays("its iterations are too little work");
    if (usualWork(*loop) < BlockCode::leastPart * most)
      return stays("other loops are nearly all of the work");
    loop->emitRemark() << "across cores: a function for blocks of iterations";
    for (ir::MapOp addition : inBlocks(function, analysis, loop))
      // Of long arrays the sums take time, too.
      if (addition.getBounds().size() > 1)
        inBlocks(function, IterationBlocks(addition), addition);
  }

  SmallVector<ir::MapOp> inBlocks(func::FuncOp function, const IterationBlocks &analysis,
                                  Operation *loop) {
    std::string name = (function.getName() + ".block." + Twine(blocks++)).str();
    return putInBlocks(loop, analysis, name, target);
  }

  VectorTarget target;
  std::function<void(StringRef)> enter;
  unsigned blocks = 0;
};

} // namespace

std::unique_ptr<Pass> createParallelizeIterationsPass(const VectorTarget &target,
                                                      std::function<void(llvm::StringRef)> enter) {
  return std::make_unique<ParallelizeIterations>(target, std::move(enter));
}

void registerParallelizeIterationsPass() {
  PassRegistration<ParallelizeIterations>([] { return createParallelizeIterationsPass({512}); });
}

} // namespace circ
