//===- HoistChecks.cpp - Checks of iterations ahead of their loop ---------===//
//
// A check that may fail keeps iterations out of SIMD lanes. Where all checks of
// a loop of independent iterations depend on indices and little else, they are
// made before the loop, and the loop has none:
//
//   %ok = circ.reduce all (%i) in (%n) { conditions }
//   if not %ok: for %i in 0..%n { checks }     // stops at the first that fails
//   the loop, without checks
//
// What is reported is the same: the first failing check of the first failing
// iteration. An element that may be read only after a check is read after it.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Effects.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ {
namespace {

class CheckHoister {
public:
  explicit CheckHoister(Operation *loop)
      : body(loop->getRegion(0).front()), loc(loop->getLoc()), b(loop) {
    if (auto map = dyn_cast<ir::MapOp>(loop))
      llvm::append_range(bounds, map.getBounds());
    else if (auto counted = dyn_cast<scf::ForOp>(loop))
      bounds.push_back(counted.getUpperBound());
    else
      bounds.push_back(loop->getOperand(0));
  }

  /// False, with nothing changed, if there are no checks or some must stay.
  bool run() {
    if (!collectChecks() || !collectSlice())
      return false;
    Value truth = b.create<arith::ConstantOp>(loc, b.getBoolAttr(true));
    Value failed = b.create<arith::XOrIOp>(loc, allHold({}), truth);
    auto branch = b.create<scf::IfOp>(loc, failed, /*withElseRegion=*/false);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      emitChecks({});
    }
    for (Operation *check : checks)
      check->erase();
    return true;
  }

private:
  bool collectChecks() {
    bool movable = true;
    body.walk([&](Operation *op) {
      if (isa<ir::CheckOp, ir::CheckIndexOp>(op)) {
        movable &= op->getBlock() == &body;
        checks.push_back(op);
      } else {
        movable &= !isCheck(op) && !happensInOrder(op) && !isa<func::CallOp, scf::WhileOp>(op);
      }
    });
    return movable && !checks.empty();
  }

  /// The checks and what they depend on, in order.
  bool collectSlice() {
    SmallVector<Operation *> work(checks);
    llvm::SmallDenseSet<Operation *> needed(checks.begin(), checks.end());
    while (!work.empty()) {
      for (Value operand : work.pop_back_val()->getOperands()) {
        if (auto argument = dyn_cast<BlockArgument>(operand)) {
          if (argument.getOwner() == &body && argument.getArgNumber() >= bounds.size())
            return false; // what the loop carries
          continue;
        }
        Operation *op = operand.getDefiningOp();
        if (op->getBlock() != &body || !needed.insert(op).second)
          continue;
        if (!isa<ir::DimOp, ir::ExtractOp>(op) && !isa<arith::ArithDialect>(op->getDialect()))
          return false;
        work.push_back(op);
      }
    }
    for (Operation &op : body)
      if (needed.contains(&op))
        slice.push_back(&op);
    return slice.size() <= mostOps;
  }

  /// Whether an op may only be reached when the checks before it hold.
  bool isGuarded(Operation *op) const {
    auto extract = dyn_cast<ir::ExtractOp>(op);
    return extract && llvm::any_of(checks, [&](Operation *check) {
             auto index = dyn_cast<ir::CheckIndexOp>(check);
             return !index || llvm::is_contained(extract.getIndices(), index.getIndex());
           });
  }

  IRMapping at(ValueRange indices) {
    IRMapping map;
    map.map(body.getArguments().take_front(indices.size()), indices);
    return map;
  }

  /// Whether the checks hold in all iterations that begin with `outer` indices.
  Value allHold(SmallVector<Value> outer) {
    if (outer.size() == bounds.size()) {
      IRMapping map = at(outer);
      return conditions(slice, map);
    }
    auto all =
        b.create<ir::ReduceOp>(loc, b.getI1Type(), ir::ReduceKind::All, bounds[outer.size()]);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(all.getBodyBlock());
    outer.push_back(all.getIndex());
    Value hold = allHold(outer);
    b.setInsertionPointToEnd(all.getBodyBlock());
    b.create<ir::YieldOp>(loc, hold);
    return all;
  }

  /// Whether the checks among `rest` hold.
  Value conditions(ArrayRef<Operation *> rest, IRMapping &map) {
    Value hold;
    for (; !rest.empty(); rest = rest.drop_front()) {
      Operation *op = rest.front();
      if (hold && isGuarded(op))
        break;
      Value condition;
      if (auto check = dyn_cast<ir::CheckOp>(op)) {
        condition = map.lookupOrDefault(check.getCondition());
      } else if (auto check = dyn_cast<ir::CheckIndexOp>(op)) {
        // One unsigned comparison does for both ends.
        condition = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ult,
                                            map.lookupOrDefault(check.getIndex()),
                                            map.lookupOrDefault(check.getSize()));
      } else {
        b.clone(*op, map);
        continue;
      }
      hold = hold ? Value(b.create<arith::AndIOp>(loc, hold, condition)) : condition;
    }
    if (rest.empty())
      return hold;
    auto branch = b.create<scf::IfOp>(loc, b.getI1Type(), hold, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(branch.thenBlock());
    b.create<scf::YieldOp>(loc, conditions(rest, map));
    b.setInsertionPointToEnd(branch.elseBlock());
    Value no = b.create<arith::ConstantOp>(loc, b.getBoolAttr(false));
    b.create<scf::YieldOp>(loc, no);
    return branch.getResult(0);
  }

  /// The checks of one iteration after the other.
  void emitChecks(SmallVector<Value> outer) {
    if (outer.size() == bounds.size()) {
      IRMapping map = at(outer);
      for (Operation *op : slice)
        b.clone(*op, map);
      return;
    }
    Value zero = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
    Value one = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
    auto each = b.create<scf::ForOp>(loc, zero, bounds[outer.size()], one);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(each.getBody());
    outer.push_back(each.getInductionVar());
    emitChecks(outer);
  }

  /// What is computed twice shall be small.
  static constexpr size_t mostOps = 64;

  Block &body;
  Location loc;
  OpBuilder b;
  SmallVector<Value> bounds;
  SmallVector<Operation *> checks, slice;
};

struct HoistChecks : PassWrapper<HoistChecks, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HoistChecks)
  StringRef getArgument() const final { return "hoist-checks"; }
  StringRef getDescription() const final {
    return "make the checks of iterations ahead of their loop";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    for (Block &block : getOperation().getBody())
      visit(block);
  }

  /// Loops that would go into lanes but for their checks; inner ones where an
  /// outer one does not.
  static void visit(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (isLaneCandidate(&op) && !LaneAnalysis(&op, LaneAnalysis::Checks::Ignored).obstacle() &&
          CheckHoister(&op).run())
        continue;
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          visit(inner);
    }
  }
};

} // namespace

std::unique_ptr<Pass> createHoistChecksPass() { return std::make_unique<HoistChecks>(); }

void registerHoistChecksPass() { PassRegistration<HoistChecks>(); }

} // namespace circ
