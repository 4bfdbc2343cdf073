//===- HoistInvariants.cpp - What directions have in common ---------------===//
//
// The directions of a Jacobian each compute again what the tangents of a map's
// iterations need of its values. Where that takes a loop and does not depend on
// the direction, it is computed once and kept:
//
//   for %k in directions { circ.map (%i) { f(i) ... g(i, k) } }
//
// becomes
//
//   %kept = circ.map (%i) { f(i) }
//   for %k in directions { circ.map (%i) { %kept[%i] ... g(i, k) } }
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Effects.h"
#include "compiler/transforms/SmallArrays.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ {
namespace {

class InvariantHoister {
public:
  InvariantHoister(scf::ForOp directions, ir::MapOp map)
      : directions(directions), map(map), body(*map.getBodyBlock()) {}

  void run() {
    if (!llvm::all_of(map.getBounds(), [&](Value bound) { return isOutside(bound); }))
      return;
    for (Operation &op : body.without_terminator())
      if (isInvariant(&op))
        invariant.insert(&op);
    for (Operation *op : invariant.takeVector())
      if (isa<ir::MapOp, ir::ReduceOp>(op) && isSmall(op->getResult(0).getType()))
        keep(op);
  }

private:
  bool isOutside(Value value) const {
    return !directions->isAncestor(value.getParentBlock()->getParentOp());
  }

  /// Whether an op does nothing but compute, from what does not depend on the
  /// direction.
  bool isInvariant(Operation *op) {
    bool known = true;
    op->walk([&](Operation *inner) {
      known &= !isCheck(inner) && !happensInOrder(inner) && !isa<func::CallOp, scf::WhileOp>(inner);
      for (Value operand : inner->getOperands()) {
        Operation *definition = operand.getDefiningOp();
        bool inside = op->isProperAncestor(operand.getParentBlock()->getParentOp()) ||
                      operand.getParentBlock()->getParentOp() == op;
        bool index = llvm::is_contained(body.getArguments(), operand);
        known &=
            inside || index || isOutside(operand) || (definition && invariant.contains(definition));
      }
    });
    return known;
  }

  static bool isSmall(Type type) {
    auto array = dyn_cast<RankedTensorType>(type);
    return !array || (array.hasStaticShape() && array.getNumElements() > 0 &&
                      array.getNumElements() <= StraightCode::mostElements);
  }

  /// Copies an op and what it needs of the body.
  void copy(Operation *op, OpBuilder &b, IRMapping &copies) {
    llvm::SetVector<Operation *> needed;
    SmallVector<Operation *> work{op};
    while (!work.empty()) {
      Operation *next = work.pop_back_val();
      if (!needed.insert(next))
        continue;
      next->walk([&](Operation *inner) {
        for (Value operand : inner->getOperands())
          if (Operation *definition = operand.getDefiningOp();
              definition && definition->getBlock() == &body)
            work.push_back(definition);
      });
    }
    for (Operation &original : body)
      if (needed.contains(&original))
        b.clone(original, copies);
  }

  void keep(Operation *op) {
    Location loc = op->getLoc();
    Value result = op->getResult(0);
    auto inner = dyn_cast<RankedTensorType>(result.getType());
    auto type = cast<RankedTensorType>(map.getType());
    SmallVector<int64_t> shape(type.getShape().take_front(map.getBounds().size()));
    if (inner)
      llvm::append_range(shape, inner.getShape());
    OpBuilder b(directions);
    auto kept = b.create<ir::MapOp>(
        loc, RankedTensorType::get(shape, getElementTypeOrSelf(result.getType())), map.getBounds());
    b.setInsertionPointToEnd(kept.getBodyBlock());
    IRMapping copies;
    copies.map(body.getArguments(), kept.getIndices());
    copy(op, b, copies);
    b.create<ir::YieldOp>(loc, copies.lookup(result));
    b.setInsertionPoint(op);
    auto read = [&](ArrayRef<Value> place) -> Value {
      SmallVector<Value> indices(map.getIndices().begin(), map.getIndices().end());
      llvm::append_range(indices, place);
      return b.create<ir::ExtractOp>(loc, getElementTypeOrSelf(result.getType()), kept, indices);
    };
    if (!inner) {
      result.replaceAllUsesWith(read({}));
      return;
    }
    SmallVector<Value> elements;
    forEachIndex(inner.getShape(), [&](ArrayRef<int64_t> at) {
      elements.push_back(read(constantIndices(b, loc, at)));
    });
    result.replaceAllUsesWith(b.create<ir::FromElementsOp>(loc, inner, elements));
  }

  scf::ForOp directions;
  ir::MapOp map;
  Block &body;
  llvm::SetVector<Operation *> invariant;
};

struct HoistInvariants : PassWrapper<HoistInvariants, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HoistInvariants)
  StringRef getArgument() const final { return "hoist-invariants"; }
  StringRef getDescription() const final {
    return "compute once what the directions of a Jacobian have in common";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect>();
  }
  void runOnOperation() final {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (loop->hasAttr("circ.directions"))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      for (ir::MapOp map : llvm::to_vector(loop.getBody()->getOps<ir::MapOp>()))
        InvariantHoister(loop, map).run();
  }
};

} // namespace

std::unique_ptr<Pass> createHoistInvariantsPass() { return std::make_unique<HoistInvariants>(); }

void registerHoistInvariantsPass() { PassRegistration<HoistInvariants>(); }

} // namespace circ
