//===- Reverser.h - The state of one reverse transformation ---------------===//
//
// The reverse transformation emits a forward sweep (a copy of the primal that
// keeps what the backward sweep needs) and then walks the primal's ops from
// last to first, turning adjoints of results into adjoints of operands.
//
// Every block of the primal that is being reversed has a scope, which says how
// the backward sweep gets at the block's primal values:
//   Joint       both sweeps are in one block: the forward value is used as is.
//   Recomputed  iterations are independent (map, reduce): the backward sweep
//               computes the values it needs again, next to their use.
//   Split       the sweeps are apart (loop bodies, branches, callees): something
//               stands for a value until the whole block is reversed and all
//               that it needs is known. Then a minimum cut says what is pushed on a
//               tape at the end of the forward block and popped at the start of the
//               backward block, and what is computed again (KeptValues.h).
// Values are kept on demand: what no rule asks for is never kept.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/autodiff/Activity.h"
#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

#include <memory>
#include <optional>

namespace circ::autodiff {

struct Scope {
  enum Kind { Joint, Recomputed, Split };
  Kind kind;
  /// Primal value to forward-sweep value (Joint and Split).
  mlir::IRMapping *forward = nullptr;
  /// Primal value to what the backward sweep may use (Recomputed and Split).
  mlir::IRMapping backward;
  /// Where values are pushed: before this block's terminator (Split).
  mlir::Block *forwardBlock = nullptr;
  /// Where values are popped: at this block's start (Recomputed and Split).
  mlir::Block *backwardBlock = nullptr;
  /// Values computed again are put before this op of the backward block.
  mlir::Operation *anchor = nullptr;
  /// The same tape as seen from the forward and from the backward sweep.
  mlir::Value forwardTape, backwardTape;
  /// What stands for primal values until `close` (Split).
  llvm::MapVector<mlir::Value, mlir::Operation *> pending;
};

/// What the forward sweep left for the reversal of one op.
struct Augmented {
  /// The tape of the nested Split scopes.
  mlir::Value forwardTape;
  /// Forward values that have no counterpart in the primal: the trip count of
  /// a `while`, the position of an extreme, the parts of a logsumexp.
  llvm::SmallVector<mlir::Value, 2> extras;
};

class Reverser;
class CalleeCache;

/// Values from outside that an op and its regions use.
llvm::SetVector<mlir::Value> usedFromOutside(mlir::Operation *op);

/// How one kind of op is reversed.
struct ReverseRule {
  /// Adds to the adjoints of the operands. Called only when some result has an
  /// adjoint. Fails after emitting a located error.
  mlir::LogicalResult (*reverse)(Reverser &, mlir::Operation *);
  /// Emits the op in the forward sweep when a plain copy does not do.
  mlir::LogicalResult (*augment)(Reverser &, mlir::Operation *, mlir::OpBuilder &,
                                 mlir::IRMapping &, mlir::Value tape) = nullptr;
};

/// Values from outside that an op and its regions use.
llvm::SetVector<mlir::Value> usedFromOutside(mlir::Operation *op);

/// The rule for an op, or null. Gates share one rule.
const ReverseRule *findReverseRule(mlir::Operation *op);

class Reverser {
public:
  Reverser(mlir::OpBuilder &builder, const Activity &activity, CalleeCache &callees)
      : b(builder), activity(activity), callees(callees) {}

  /// The builder of the backward sweep.
  mlir::OpBuilder &b;
  const Activity &activity;
  CalleeCache &callees;

  // The forward sweep -------------------------------------------------------

  /// Copies the ops of a primal block but its terminator. `tape` is null in a
  /// Joint scope, where each op that keeps values gets a tape of its own.
  mlir::LogicalResult emitForward(mlir::Block &primal, mlir::OpBuilder &builder,
                                  mlir::IRMapping &map, mlir::Value tape);
  /// Copies a primal body into a forward block and gives it a Split scope.
  mlir::LogicalResult emitSplitForward(mlir::Block &primal, mlir::Block &forward,
                                       mlir::IRMapping &map, mlir::Value tape);
  /// Whether the op has a forward form of its own and is reversed.
  bool needsAugment(mlir::Operation *op) const;
  /// The tape an op's nested scopes push on: the given one, or a new one.
  mlir::Value tapeFor(mlir::Operation *op, mlir::OpBuilder &builder, mlir::Value tape);

  // Primal values -----------------------------------------------------------

  /// The value of the primal for use at the builder's place.
  mlir::Value primal(mlir::Value value);
  /// Sees to it that an op of a Recomputed scope has its forward form, as
  /// reversing it supposes. Other scopes have it from the forward sweep.
  void ensureAugmented(mlir::Operation *op);
  /// A forward value of an op (`Augmented::extras`) for the backward sweep.
  mlir::Value extra(mlir::Operation *op, unsigned which = 0);
  /// The tape from which the backward sweep of an op pops.
  mlir::Value backwardTape(mlir::Operation *op);
  /// The size of a dimension of a primal array, without keeping the array.
  mlir::Value dimension(mlir::Value array, unsigned index, mlir::OpBuilder &builder);
  /// The sizes of the dynamic dimensions.
  llvm::SmallVector<mlir::Value> dynamicSizes(mlir::Value array, mlir::OpBuilder &builder);

  // Adjoints ----------------------------------------------------------------

  /// The adjoint so far, or null for zero.
  mlir::Value adjoint(mlir::Value value) const { return adjoints.lookup(value); }
  /// The same; the value's adjoint is spent.
  mlir::Value takeAdjoint(mlir::Value value);
  mlir::Value adjointOrZero(mlir::Value value);
  void setAdjoint(mlir::Value value, mlir::Value adjoint);
  /// Adds a contribution unless it is null or the value is not active.
  void addAdjoint(mlir::Value value, mlir::Value contribution);
  mlir::Value zeroLike(mlir::Value value);

  // Tapes of the primal -----------------------------------------------------
  //
  // A program that is itself a derivative pushes and pops. Run backwards, a
  // pop pushes the adjoint of its value and a push pops the adjoint of its
  // own, on an adjoint tape that stands for the primal one: what was last in,
  // first out is so backwards too.

  /// The adjoint tape of a tape of the primal.
  mlir::Value adjointTape(mlir::Value tape) const { return adjointTapes.lookup(tape); }
  void setAdjointTape(mlir::Value tape, mlir::Value adjoint) { adjointTapes[tape] = adjoint; }

  // The backward sweep ------------------------------------------------------

  /// Reverses the ops of a block from last to first.
  mlir::LogicalResult reverseBlock(mlir::Block &primal);
  /// Active values from outside that a region uses, in a fixed order.
  llvm::SmallVector<mlir::Value> activeCaptures(llvm::ArrayRef<mlir::Region *> regions);
  /// Gives a primal block a Recomputed scope whose backward code is put at the
  /// builder's place, and the values of the block's arguments.
  Scope &openRecomputed(mlir::Block &primal, mlir::ValueRange arguments);
  /// Starts the backward code of a Split scope at the builder's place.
  Scope &openSplit(mlir::Block &primal, mlir::Value backwardTape);
  /// Ends the backward code of a scope.
  void close(mlir::Block &primal);

  Scope &makeScope(mlir::Block &primal, Scope::Kind kind);
  Scope &scopeOf(mlir::Value value) { return *scopes.at(value.getParentBlock()); }
  Augmented &augmented(mlir::Operation *op) { return augmentedOps[op]; }

private:
  /// Whether an op has to be reversed even when no result has an adjoint,
  /// because pushes and pops must match.
  bool mustReverse(mlir::Operation *op, const Scope &scope) const;
  mlir::Value recompute(Scope &scope, mlir::Value value);
  mlir::Value keep(Scope &scope, mlir::Value forward);
  mlir::Value pend(Scope &scope, mlir::Value value);
  void resolvePending(Scope &scope, mlir::Block &primal);
  void computeAgain(Scope &scope, mlir::Operation *op);
  void resolveCaptures(mlir::Operation *op, mlir::IRMapping &map);
  mlir::Value dimensionOfValue(mlir::Value array, unsigned index, mlir::OpBuilder &builder);

  /// Computing a value again has failed, with an error.
  bool broken = false;

  struct ScopeTable {
    llvm::DenseMap<mlir::Block *, std::unique_ptr<Scope>> table;
    Scope *at(mlir::Block *block) {
      auto found = table.find(block);
      assert(found != table.end() && "primal value in a block that is not being reversed");
      return found->second.get();
    }
  } scopes;
  llvm::DenseMap<mlir::Operation *, Augmented> augmentedOps;
  llvm::DenseMap<mlir::Value, mlir::Value> adjoints;
  llvm::DenseMap<mlir::Value, mlir::Value> adjointTapes;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, mlir::Value> keptDimensions;
  llvm::DenseMap<std::pair<mlir::Operation *, unsigned>, mlir::Value> keptExtras;
};

} // namespace circ::autodiff
