//===- KeepTerms.cpp - Terms of a reduction kept for its gradient ---------===//
//
// The gradient of a logsumexp weighs each term by its share of the sum, so that
// all terms are computed before the first is reversed, and then again. Where a
// term takes loops to compute, it is kept:
//
//   %m, %s = circ.exp_sum (%i) in (%n) { f(i) }
//   scf.for %i in 0..%n { ... f(i) ... } {circ.independent}
//
// becomes
//
//   %t = circ.map (%i) in (%n) { f(i) }
//   %m, %s = circ.exp_sum (%i) in (%n) { %t[%i] }
//   scf.for %i in 0..%n { ... %t[%i] ... } {circ.independent}
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/BodyMerge.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ {
namespace {

bool holdsLoop(Block &block) {
  return llvm::any_of(block, [](Operation &op) { return op.getNumRegions() != 0; });
}

void keep(ir::ExpSumOp sum, BodyMerge &merge, scf::ForOp loop) {
  Location loc = sum.getLoc();
  Type element = sum.getSum().getType();
  OpBuilder b(sum);
  auto terms = b.create<ir::MapOp>(loc, RankedTensorType::get({ShapedType::kDynamic}, element),
                                   sum.getBound());
  sum.getIndex().replaceAllUsesWith(terms.getIndices().front());
  terms.getBodyBlock()->getOperations().splice(terms.getBodyBlock()->end(),
                                               sum.getBodyBlock()->getOperations());
  auto read = [&](Block &block, Value index) -> Value {
    OpBuilder in = OpBuilder::atBlockBegin(&block);
    return in.create<ir::ExtractOp>(loc, element, terms.getResult(), index);
  };
  Value term = read(*sum.getBodyBlock(), sum.getIndex());
  OpBuilder::atBlockEnd(sum.getBodyBlock()).create<ir::YieldOp>(loc, term);
  Value copied = merge.term();
  copied.replaceAllUsesWith(read(*loop.getBody(), loop.getInductionVar()));
  merge.eraseUnused();
}

struct KeepTerms : PassWrapper<KeepTerms, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(KeepTerms)
  StringRef getArgument() const final { return "keep-terms"; }
  StringRef getDescription() const final {
    return "keep the terms of a logsumexp that its gradient needs again";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect>();
  }
  void runOnOperation() final {
    getOperation().walk([](ir::ExpSumOp sum) {
      // A term from outside of the body costs nothing.
      if (holdsLoop(*sum.getBodyBlock()) && sum.getYielded().getParentBlock() == sum.getBodyBlock())
        visit(sum);
    });
  }

  static void visit(ir::ExpSumOp sum) {
    for (Operation *op = sum->getNextNode(); op; op = op->getNextNode()) {
      auto loop = dyn_cast<scf::ForOp>(op);
      if (!loop || !loop->hasAttr("circ.independent") || loop.getUpperBound() != sum.getBound() ||
          !matchPattern(loop.getLowerBound(), m_Zero()) || !matchPattern(loop.getStep(), m_One()))
        continue;
      BodyMerge merge(*sum.getBodyBlock(), loop);
      if (!merge.run())
        continue;
      keep(sum, merge, loop);
      return;
    }
  }
};

} // namespace

std::unique_ptr<Pass> createKeepTermsPass() { return std::make_unique<KeepTerms>(); }

void registerKeepTermsPass() { PassRegistration<KeepTerms>(); }

} // namespace circ
