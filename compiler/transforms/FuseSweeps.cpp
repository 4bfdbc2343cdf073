//===- FuseSweeps.cpp - Value and gradient of iterations in one loop ------===//
//
// A sum over independent iterations and the loop that carries their adjoints
// both compute what the iterations compute. The sum's body moves into the loop,
// where what is equal is computed once:
//
//   %s = circ.reduce sum (%i) in (%n) { f(i) }
//   %g = scf.for %i in 0..%n { ... f(i) ... } {circ.independent}
//
// becomes one loop that carries the sum, too. What uses the sum and stands
// between the two moves behind the loop. Nothing that can fail changes its place
// among others that can.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/BodyMerge.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ {
namespace {

/// Tells whether ops can raise run-time errors or do what can be seen outside.
class Fallibility {
public:
  bool mayFail(Operation *op) {
    return op
        ->walk([&](Operation *inner) {
          return mayFailItself(inner) ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

private:
  bool mayFailItself(Operation *op) {
    if (isa<ir::FloorDivOp, ir::FloorModOp>(op)) {
      APInt divisor;
      return !matchPattern(op->getOperand(1), m_ConstantInt(&divisor)) || divisor.isZero() ||
             divisor.isAllOnes();
    }
    if (auto call = dyn_cast<func::CallOp>(op)) {
      auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, call.getCalleeAttr());
      if (!callee || callee.isExternal() || !visiting.insert(callee).second)
        return true;
      bool fails = mayFail(callee);
      visiting.erase(callee);
      return fails;
    }
    // The ops of the dialect that are not pure are checks, prints and tapes; a
    // `while` may have no end.
    if (isa<scf::WhileOp>(op))
      return true;
    return op->getNumRegions() == 0 && isa<ir::CircDialect>(op->getDialect()) && !isPure(op);
  }

  llvm::DenseSet<Operation *> visiting;
};

class Fusion {
public:
  Fusion(ir::ReduceOp sum, scf::ForOp loop) : sum(sum), loop(loop) {}

  /// The loop that carries the sum, too; nothing if that cannot be.
  scf::ForOp run() {
    if (!collectUsers())
      return nullptr;
    BodyMerge merge(*sum.getBodyBlock(), loop);
    if (!merge.run())
      return nullptr;
    return carry(merge.term());
  }

  /// Whether an op that used the sum has moved behind the loop.
  bool hasMoved(Operation *op) const { return llvm::is_contained(moved, op); }

private:
  /// The ops between the two that use the sum: they must be able to move.
  bool collectUsers() {
    Fallibility fallibility;
    bool bodyMayFail = fallibility.mayFail(sum);
    llvm::SetVector<Operation *> dependent;
    auto depends = [&](Operation *op) {
      return op
          ->walk([&](Operation *inner) {
            for (Value operand : inner->getOperands())
              if (operand == sum.getResult() ||
                  (operand.getDefiningOp() && dependent.contains(operand.getDefiningOp())))
                return WalkResult::interrupt();
            return WalkResult::advance();
          })
          .wasInterrupted();
    };
    for (Operation *op = sum->getNextNode(); op != loop; op = op->getNextNode()) {
      bool follows = depends(op);
      if (follows)
        dependent.insert(op);
      if ((follows || bodyMayFail) && fallibility.mayFail(op))
        return false;
    }
    moved.assign(dependent.begin(), dependent.end());
    return !depends(loop);
  }

  /// The loop carries the sum; what uses it comes after the loop.
  scf::ForOp carry(Value term) {
    IRRewriter rewriter(loop);
    Location loc = sum.getLoc();
    Value zero = rewriter.create<arith::ConstantOp>(loc, rewriter.getFloatAttr(sum.getType(), 0.0));
    auto attributes = loop->getDiscardableAttrDictionary();
    auto fused = cast<scf::ForOp>(
        *cast<LoopLikeOpInterface>(loop.getOperation())
             .replaceWithAdditionalYields(
                 rewriter, zero, /*replaceInitOperandUsesInLoop=*/false,
                 [&](OpBuilder &b, Location, ArrayRef<BlockArgument> carried) {
                   return SmallVector<Value>{b.create<ir::AddOp>(loc, carried.front(), term)};
                 }));
    fused->setDiscardableAttrs(attributes);
    Operation *last = fused;
    for (Operation *op : moved) {
      op->moveAfter(last);
      last = op;
    }
    sum.getResult().replaceAllUsesWith(fused.getResults().back());
    sum.erase();
    return fused;
  }

  ir::ReduceOp sum;
  scf::ForOp loop;
  SmallVector<Operation *> moved;
};

struct FuseSweeps : PassWrapper<FuseSweeps, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseSweeps)
  StringRef getArgument() const final { return "fuse-sweeps"; }
  StringRef getDescription() const final {
    return "compute sums in the loops that carry their iterations' adjoints";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }
  void runOnOperation() final {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        fuse(function.getBody().front());
  }

  /// How many ops of a block a sum may stand before its loop. Sum and sweep of a
  /// term stand close; looking on from each sum to the end of a long function
  /// would take time that grows with the square of its length.
  static constexpr unsigned reach = 1000;

  static void fuse(Block &block) {
    SmallVector<std::pair<ir::ReduceOp, unsigned>> sums; // with their places
    unsigned place = 0;
    for (Operation *op = &block.front(); op; op = op->getNextNode(), ++place) {
      if (auto reduce = dyn_cast<ir::ReduceOp>(op))
        if (reduce.getKind() == ir::ReduceKind::Sum && isa<FloatType>(reduce.getType()))
          sums.push_back({reduce, place});
      auto loop = dyn_cast<scf::ForOp>(op);
      if (!loop || !loop->hasAttr("circ.independent") ||
          !matchPattern(loop.getLowerBound(), m_Zero()) || !matchPattern(loop.getStep(), m_One()))
        continue;
      llvm::erase_if(sums, [&](auto &sum) { return sum.second + reach < place; });
      op = fuseInto(loop, sums);
    }
  }

  /// The loop with all sums before it that it can carry; they leave the list.
  static scf::ForOp fuseInto(scf::ForOp loop,
                             SmallVectorImpl<std::pair<ir::ReduceOp, unsigned>> &sums) {
    for (unsigned k = 0; k < sums.size();) {
      ir::ReduceOp sum = sums[k].first;
      Fusion fusion(sum, loop);
      scf::ForOp fused = sum.getBound() == loop.getUpperBound() ? fusion.run() : scf::ForOp();
      if (!fused) {
        ++k;
        continue;
      }
      loop = fused;
      // What used the sum stands behind the loop now, and is met again.
      sums.erase(sums.begin() + k);
      llvm::erase_if(sums, [&](auto &other) { return fusion.hasMoved(other.first); });
    }
    return loop;
  }
};

} // namespace

std::unique_ptr<Pass> createFuseSweepsPass() { return std::make_unique<FuseSweeps>(); }

void registerFuseSweepsPass() { PassRegistration<FuseSweeps>(); }

} // namespace circ
