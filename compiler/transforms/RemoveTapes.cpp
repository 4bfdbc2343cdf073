//===- RemoveTapes.cpp - Values passed by branches instead of tapes -------===//
//
// What one part of a function pushes and another pops goes from one to the other
// as a value where it is known which push belongs to a pop: both stand in
// straight code, or in the same sides of branches on the same condition.
//
//   scf.if %c { ... push %x }                %x = scf.if %c { yield %x } else { yield 0 }
//   ...                              =>      ...
//   scf.if %c { %y = pop ... }               scf.if %c { ... %x ... }
//
// No memory is left then, and iterations with such a body can go into lanes.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Transforms.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ {
namespace {

/// Whether a side without the value can fill in zeros for it.
bool hasZero(Type type) {
  auto array = dyn_cast<RankedTensorType>(type);
  return !array || (array.hasStaticShape() && array.getNumElements() <= StraightCode::mostElements);
}

Value zeroOf(OpBuilder &b, Location loc, Type type) {
  auto array = dyn_cast<RankedTensorType>(type);
  Value zero = b.create<arith::ConstantOp>(loc, b.getZeroAttr(getElementTypeOrSelf(type)));
  return array ? Value(b.create<ir::SplatOp>(loc, array, zero, ValueRange{})) : zero;
}

/// What lies on the tape at some place: a value that was pushed, or what the
/// sides of a branch have pushed.
struct Entry {
  ir::PushOp push;
  Value condition;
  std::vector<Entry> sides[2];
};

class TapeRemoval {
public:
  explicit TapeRemoval(ir::TapeNewOp tape) : tape(tape) {}

  bool run() {
    if (!collectUsers())
      return false;
    std::vector<Entry> stack;
    if (!follow(*tape->getBlock(), stack) || matches.size() != popCount)
      return false;
    for (auto [pop, push] : matches)
      pop.getResult().replaceAllUsesWith(valueAt(pop, push));
    for (Operation *user : llvm::make_early_inc_range(tape->getUsers()))
      user->erase();
    tape.erase();
    return true;
  }

private:
  /// False where the tape is used in loops or calls.
  bool collectUsers() {
    for (Operation *user : tape->getUsers()) {
      if (!isa<ir::PushOp, ir::PopOp, ir::TapeFreeOp>(user))
        return false;
      popCount += isa<ir::PopOp>(user);
      bool isNested = user->getBlock() != tape->getBlock();
      for (Operation *op = user; op->getBlock() != tape->getBlock();) {
        op = op->getParentOp();
        if (!isa<scf::IfOp>(op))
          return false;
        ops[op->getBlock()].insert(op);
      }
      ops[user->getBlock()].insert(user);
      if (auto push = dyn_cast<ir::PushOp>(user); push && isNested)
        if (!hasZero(push.getValue().getType()))
          return false;
    }
    return true;
  }

  /// The ops of a block that use the tape, or have its users in them, in order.
  SmallVector<Operation *> opsOf(Block &block) {
    SmallVector<Operation *> found = ops.lookup(&block).takeVector();
    llvm::sort(found, [](Operation *a, Operation *c) { return a->isBeforeInBlock(c); });
    return found;
  }

  /// A condition that came from the tape is the one that was pushed.
  Value origin(Value value) {
    while (ir::PushOp push = matches.lookup(value.getDefiningOp<ir::PopOp>()))
      value = push.getValue();
    return value;
  }

  bool follow(Block &block, std::vector<Entry> &stack) {
    for (Operation *op : opsOf(block)) {
      if (auto push = dyn_cast<ir::PushOp>(op)) {
        stack.push_back({push, Value(), {}});
      } else if (auto pop = dyn_cast<ir::PopOp>(op)) {
        if (stack.empty() || !stack.back().push ||
            stack.back().push.getValue().getType() != pop.getType())
          return false;
        matches.insert({pop, stack.back().push});
        stack.pop_back();
      } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
        if (!followBranch(branch, stack))
          return false;
      }
    }
    return true;
  }

  bool followBranch(scf::IfOp branch, std::vector<Entry> &stack) {
    Entry group{nullptr, origin(branch.getCondition()), {}};
    if (!stack.empty() && stack.back().condition == group.condition) {
      group = std::move(stack.back());
      stack.pop_back();
    }
    Block *blocks[2] = {branch.thenBlock(), branch.elseBlock()};
    for (unsigned side : {0, 1})
      if (blocks[side] && !follow(*blocks[side], group.sides[side]))
        return false;
    if (!group.sides[0].empty() || !group.sides[1].empty())
      stack.push_back(std::move(group));
    return true;
  }

  /// The value that was pushed, as a result of the branches around that are not
  /// around the pop.
  Value valueAt(ir::PopOp pop, ir::PushOp push) {
    Value value = push.getValue();
    for (Block *block = push->getBlock(); !block->findAncestorOpInBlock(*pop);) {
      auto branch = cast<scf::IfOp>(block->getParentOp());
      // What is made outside of the branch needs no way out.
      if (branch->isAncestor(value.getParentBlock()->getParentOp())) {
        branch = withResult(branch, block == branch.thenBlock(), value);
        value = branch.getResults().back();
      }
      block = branch->getBlock();
    }
    return value;
  }

  /// The branch with a value of one side as its last result.
  scf::IfOp withResult(scf::IfOp branch, bool isThen, Value value) {
    OpBuilder b(branch);
    Location loc = branch.getLoc();
    SmallVector<Type> types(branch.getResultTypes());
    types.push_back(value.getType());
    auto made = b.create<scf::IfOp>(loc, types, branch.getCondition(), /*withElseRegion=*/true);
    made->setDiscardableAttrs(branch->getDiscardableAttrDictionary());
    for (unsigned side : {0, 1}) {
      Region &from = branch->getRegion(side), &to = made->getRegion(side);
      if (!from.empty())
        to.takeBody(from);
      Block &block = to.front();
      b.setInsertionPointToEnd(&block);
      SmallVector<Value> ends;
      if (!block.empty() && isa<scf::YieldOp>(block.back())) {
        ends.assign(block.back().getOperands().begin(), block.back().getOperands().end());
        block.back().erase();
      }
      ends.push_back((side == 0) == isThen ? value : zeroOf(b, loc, value.getType()));
      b.create<scf::YieldOp>(loc, ends);
    }
    branch->replaceAllUsesWith(made.getResults().drop_back());
    branch.erase();
    return made;
  }

  ir::TapeNewOp tape;
  size_t popCount = 0;
  llvm::DenseMap<Block *, llvm::SetVector<Operation *>> ops;
  llvm::MapVector<ir::PopOp, ir::PushOp> matches;
};

struct RemoveTapes : PassWrapper<RemoveTapes, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RemoveTapes)
  StringRef getArgument() const final { return "remove-tapes"; }
  StringRef getDescription() const final {
    return "pass as values what is pushed and popped at known places";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }
  void runOnOperation() final {
    SmallVector<ir::TapeNewOp> tapes;
    getOperation().walk([&](ir::TapeNewOp tape) { tapes.push_back(tape); });
    for (ir::TapeNewOp tape : tapes)
      TapeRemoval(tape).run();
  }
};

} // namespace

std::unique_ptr<Pass> createRemoveTapesPass() { return std::make_unique<RemoveTapes>(); }

void registerRemoveTapesPass() { PassRegistration<RemoveTapes>(); }

} // namespace circ
