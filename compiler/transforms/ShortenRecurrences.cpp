//===- ShortenRecurrences.cpp - Less to wait for from step to step --------===//
//
// Iterations that carry numbers wait for one another along the longest chain of
// operations from a carried number to the next one. Where the chain is of sums and
// products, it need not go through all of them: factors that are there early are
// multiplied with one another, beside the chain, and what comes last joins a sum last.
//
//   %p = mul %r, %a                      %c = sub %r, (mul %s, %q)     early
//   %t = mul %a, %s                      %d = mul %h, %c               early
//   %u = mul %t, %q                 =>   %n = add %b, (mul %d, %a)     one step after %a
//   %v = sub %p, %u
//   %n = add %b, (mul %h, %v)
//
// So does a step of a reversed loop, which is linear in the adjoints that it
// carries: entries of its Jacobian wait for nothing but values that were kept. How far
// sums are multiplied out is tried: every level of it makes the chain shorter and the
// work more, and the one with the shortest time of an iteration stays.
//
// The values differ by rounding; --strict does without. Loops that measure their rounding,
// as compensated sums do, stay as they are.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/LinearTerms.h"
#include "compiler/transforms/Recurrence.h"
#include "compiler/transforms/Transforms.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ {
namespace {

/// How far a sum goes into those that use it.
struct Reach {
  unsigned uses;  ///< of it on the chain, at most
  unsigned terms; ///< of the sum that becomes of it, at most
};

class Rewriting {
public:
  Rewriting(scf::ForOp loop, Reach reach) : loop(loop), reach(reach), recurrence(loop) {}

  void run() {
    for (Operation &op : loop.getBody()->without_terminator())
      if (op.getNumResults() != 0 && isOnChain(op.getResult(0)))
        visit(op);
    emit();
  }

private:
  bool isOnChain(Value value) const { return recurrence.isOnChain(value); }

  unsigned usesOnChain(Value value) const {
    return llvm::count_if(value.getUsers(), [&](Operation *user) {
      return user->getNumResults() == 0 || isOnChain(user->getResult(0));
    });
  }

  /// The forms that a number may take part in a sum with: as it is, or as what it is the
  /// sum of.
  SmallVector<LinearForm, 2> choicesOf(Value value) {
    if (!isOnChain(value))
      return {terms.early(value)};
    auto found = forms.find(value);
    if (found == forms.end())
      return {LinearTerms::late(value)};
    const LinearForm &form = found->second;
    // A multiple of one number adds to its other multiples.
    if (form.size() == 1 && form.front().late.size() == 1)
      return {form};
    if (form.size() == 1 || usesOnChain(value) <= reach.uses)
      return {LinearTerms::late(value), form};
    return {LinearTerms::late(value)};
  }

  /// Takes the form that is there first; of equals the one with less work.
  void choose(Value value, ArrayRef<LinearForm> candidates) {
    const LinearForm *best = nullptr;
    double bestTime = 0;
    for (const LinearForm &form : candidates) {
      bool isTooMuch = form.size() > reach.terms || llvm::any_of(form, [](const LinearTerm &term) {
                         return term.late.size() > 3;
                       });
      if (best && isTooMuch)
        continue;
      double time = terms.timeOf(form, times);
      if (!best || std::make_pair(time, form.size()) < std::make_pair(bestTime, best->size())) {
        best = &form;
        bestTime = time;
      }
    }
    times[value] = bestTime;
    forms[value] = *best;
  }

  void visit(Operation &op) {
    Value value = op.getResult(0);
    SmallVector<LinearForm> candidates;
    if (isa<ir::AddOp, ir::SubOp>(op)) {
      for (const LinearForm &a : choicesOf(op.getOperand(0)))
        for (const LinearForm &b : choicesOf(op.getOperand(1)))
          candidates.push_back(terms.sum(a, isa<ir::SubOp>(op) ? LinearTerms::negated(b) : b));
    } else if (isa<ir::NegOp>(op)) {
      for (const LinearForm &a : choicesOf(op.getOperand(0)))
        candidates.push_back(LinearTerms::negated(a));
    } else if (isa<ir::MulOp>(op)) {
      for (const LinearForm &a : choicesOf(op.getOperand(0)))
        for (const LinearForm &b : choicesOf(op.getOperand(1))) {
          // Of late factors sums stay sums.
          bool isLate = !a.front().late.empty() && !b.front().late.empty();
          if (isLate && (a.size() > 1 || b.size() > 1))
            continue;
          candidates.push_back(b.size() == 1 ? terms.product(a, b.front())
                                             : terms.product(b, a.front()));
        }
    } else {
      double time = 0;
      forEachUsed(&op, [&](Value used) { time = std::max(time, times.lookup(used)); });
      for (Value result : op.getResults())
        times[result] = time + latencyOf(&op);
      return;
    }
    choose(value, candidates);
  }

  /// Makes the sums that others or the next iteration need.
  void emit() {
    llvm::SetVector<Value> needed;
    auto need = [&](Value value) {
      if (isOnChain(value))
        needed.insert(value);
    };
    for (unsigned place : recurrence.places())
      need(loop.getBody()->getTerminator()->getOperand(place));
    for (unsigned i = 0; i < needed.size(); ++i) {
      auto found = forms.find(needed[i]);
      if (found != forms.end()) {
        for (const LinearTerm &term : found->second)
          llvm::for_each(term.late, need);
      } else if (Operation *op = needed[i].getDefiningOp()) {
        forEachUsed(op, need);
      }
    }
    llvm::DenseMap<Value, Value> replaced;
    for (Operation &op : llvm::make_early_inc_range(loop.getBody()->without_terminator())) {
      if (op.getNumResults() != 1 || !needed.contains(op.getResult(0)))
        continue;
      auto found = forms.find(op.getResult(0));
      if (found == forms.end())
        continue;
      Value value = terms.emit(found->second, op.getResult(0), times, replaced);
      replaced[op.getResult(0)] = value;
    }
    for (auto [old, value] : replaced)
      old.replaceAllUsesWith(value);
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*loop.getBody())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  scf::ForOp loop;
  Reach reach;
  Recurrence recurrence;
  LinearTerms terms;
  llvm::DenseMap<Value, LinearForm> forms; ///< what numbers of the chain are the sum of
  llvm::DenseMap<Value, double> times;     ///< when they are there
};

/// Whether an op may run where the loop runs no iteration.
bool isSafeAhead(Operation *op) {
  if (isa<ir::GateOpInterface>(op) || matchPattern(op, m_Constant()))
    return isMemoryEffectFree(op);
  auto extract = dyn_cast<ir::ExtractOp>(op);
  if (!extract)
    return false;
  auto type = cast<RankedTensorType>(extract.getArray().getType());
  for (auto [index, size] : llvm::zip(extract.getIndices(), type.getShape())) {
    APInt known;
    if (ShapedType::isDynamic(size) || !matchPattern(index, m_ConstantInt(&known)) ||
        known.uge(size))
      return false;
  }
  return true;
}

/// Whether it is a loop of straight code.
bool isSmall(scf::ForOp loop) {
  return countOps(loop) <= RecurrenceCode::mostOps &&
         !loop.getBody()
              ->walk([](Operation *op) {
                return op->getNumRegions() != 0 && !isa<scf::IfOp>(op) ? WalkResult::interrupt()
                                                                       : WalkResult::advance();
              })
              .wasInterrupted();
}

void visit(scf::ForOp loop) {
  if (!isSmall(loop) || measuresRounding(*loop.getBody()))
    return;
  Recurrence recurrence(loop);
  bool isOfNumbers = !recurrence.places().empty();
  for (unsigned place : recurrence.places())
    isOfNumbers &= isa<FloatType>(loop.getRegionIterArg(place).getType());
  if (!isOfNumbers)
    return;
  // What all iterations have in common waits for nothing.
  moveLoopInvariantCode(
      loop.getLoopRegions(),
      [&](Value value, Region *) { return loop.isDefinedOutsideOfLoop(value); },
      [](Operation *op, Region *) { return isSafeAhead(op); },
      [&](Operation *op, Region *) { op->moveBefore(loop); });
  scf::ForOp best = loop;
  double bestTime = (1 - RecurrenceCode::leastGain) * Recurrence(loop).time().total();
  for (Reach reach : {Reach{1, 4}, Reach{2, 4}, Reach{4, 4}, Reach{1000, 8}}) {
    OpBuilder b(loop);
    auto copy = cast<scf::ForOp>(b.clone(*loop));
    Rewriting(copy, reach).run();
    double time = Recurrence(copy).time().total();
    scf::ForOp worse = time < bestTime ? best : copy;
    if (time < bestTime) {
      best = copy;
      bestTime = time;
    }
    if (worse != loop)
      worse.erase();
  }
  if (best == loop)
    return;
  loop.replaceAllUsesWith(best.getResults());
  loop.erase();
}

struct ShortenRecurrences : PassWrapper<ShortenRecurrences, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ShortenRecurrences)
  StringRef getArgument() const final { return "shorten-recurrences"; }
  StringRef getDescription() const final {
    return "rewrite the sums of products that iterations of a loop wait for, so that they wait "
           "less";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect>();
  }
  void runOnOperation() final {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      visit(loop);
  }
};

} // namespace

std::unique_ptr<Pass> createShortenRecurrencesPass() {
  return std::make_unique<ShortenRecurrences>();
}

void registerShortenRecurrencesPass() { PassRegistration<ShortenRecurrences>(); }

} // namespace circ
