//===- Linearity.cpp - Whether a function is provably linear --------------===//
//
// Values that depend on the arguments are linear in them when every op between
// is: sums and updates of linear values and zeros, products with one linear
// factor, and what only moves values. A comparison or an integer made of a
// linear value is in the way, and so is a constant that is added.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Linearity.h"

#include "compiler/autodiff/Activity.h"
#include "compiler/dialect/Gates.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace circ::autodiff {
namespace {

class LinearityCheck {
public:
  explicit LinearityCheck(StringRef what) : what(what) {}

  LogicalResult check(func::FuncOp function, const llvm::BitVector &arguments) {
    std::string key = function.getName().str() + ".";
    for (unsigned i = 0; i < arguments.size(); ++i)
      key += arguments[i] ? '1' : '0';
    if (!seen.insert(key).second)
      return success();
    llvm::BitVector all(function.getNumResults(), true);
    Activity activity(function, arguments, all);
    WalkResult result = function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (op == function || isLinear(op, activity))
        return WalkResult::advance();
      if (!reported)
        op->emitError() << what;
      reported = true;
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }

private:
  static bool isZero(Value value) {
    if (auto splat = value.getDefiningOp<ir::SplatOp>())
      return isZero(splat.getValue());
    return matchPattern(value, m_AnyZeroFloat());
  }

  /// Whether each of the values that ends in a linear place is linear or zero.
  static bool fits(const Activity &activity, ValueRange values, ValueRange places) {
    for (auto [value, place] : llvm::zip(values, places))
      if (activity.isVaried(place) && !activity.isVaried(value) && !isZero(value))
        return false;
    return true;
  }

  bool isLinear(Operation *op, const Activity &activity) {
    auto varied = [&](Value value) { return activity.isVaried(value); };
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return fits(activity, loop.getInitArgs(), loop.getResults()) &&
             fits(activity, loop.getYieldedValues(), loop.getResults());
    if (auto loop = dyn_cast<scf::WhileOp>(op))
      return fits(activity, loop.getInits(), loop.getResults()) &&
             fits(activity, loop.getYieldOp().getOperands(), loop.getResults());
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return !branch.getNumResults() ||
             (fits(activity, branch.thenYield().getOperands(), branch.getResults()) &&
              fits(activity, branch.elseYield().getOperands(), branch.getResults()));
    if (isa<ir::MapOp>(op))
      return true;
    if (auto reduce = dyn_cast<ir::ReduceOp>(op))
      return !varied(reduce.getYielded()) || reduce.getKind() == ir::ReduceKind::Sum;
    if (isa<func::ReturnOp>(op))
      return llvm::all_of(op->getOperands(), [&](Value value) {
        return !isRealType(value.getType()) || varied(value) || isZero(value);
      });
    unsigned count = llvm::count_if(op->getOperands(), varied);
    if (count == 0)
      return true;
    if (isa<ir::YieldOp, scf::YieldOp, scf::ConditionOp, ir::DimOp>(op))
      return true;
    if (isa<ir::AddOp, ir::SubOp, ir::AddArraysOp, ir::FromElementsOp>(op))
      return llvm::all_of(op->getOperands(), [&](Value v) { return varied(v) || isZero(v); });
    if (isa<ir::InsertOp, ir::AccumulateOp>(op))
      return llvm::all_of(op->getOperands().take_front(2),
                          [&](Value v) { return varied(v) || isZero(v); });
    if (isa<ir::NegOp, ir::ExtractOp, ir::SplatOp, arith::ExtFOp, arith::TruncFOp>(op))
      return true;
    if (isa<ir::MulOp, ir::ScaledOp, ir::MatmulOp>(op))
      return count == 1;
    if (isa<ir::DivOp, ir::DividedOp>(op))
      return !varied(op->getOperand(1));
    if (isa<ir::LuSolveOp, ir::TriangularSolveOp, ir::CholeskyAdjointOp>(op))
      return !varied(op->getOperand(0));
    if (auto select = dyn_cast<arith::SelectOp>(op))
      return llvm::all_of(ValueRange{select.getTrueValue(), select.getFalseValue()},
                          [&](Value v) { return varied(v) || isZero(v); });
    if (auto call = dyn_cast<func::CallOp>(op)) {
      auto callee = call->getParentOfType<ModuleOp>().lookupSymbol<func::FuncOp>(call.getCallee());
      llvm::BitVector arguments(call.getNumOperands());
      for (auto [i, operand] : llvm::enumerate(call.getOperands()))
        arguments[i] = varied(operand);
      return succeeded(check(callee, arguments));
    }
    return false;
  }

  StringRef what;
  llvm::StringSet<> seen;
  bool reported = false;
};

} // namespace

LogicalResult requireLinear(func::FuncOp function, const llvm::BitVector &arguments,
                            StringRef what) {
  return LinearityCheck(what).check(function, arguments);
}

} // namespace circ::autodiff
