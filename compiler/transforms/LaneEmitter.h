//===- LaneEmitter.h - The body of a loop in SIMD lanes -------------------===//
#pragma once

#include "compiler/transforms/LaneAnalysis.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace circ {

/// Emits one block of iterations: what differs between them as vectors, the
/// rest once.
class LaneEmitter {
public:
  /// What lanes do where there are fewer iterations than lanes.
  enum class Tail {
    None,    ///< there are as many
    Repeats, ///< they repeat the last iteration and add nothing to what is shared
    IsMasked ///< they access no memory
  };

  /// The iterations `base`, `base + 1`, ... below `bound`.
  LaneEmitter(mlir::OpBuilder &b, const LaneAnalysis &analysis, unsigned lanes, mlir::Value base,
              mlir::Value bound, Tail tail, mlir::Location loc);

  /// Values from outside and of enclosing loops stand for themselves unless set.
  void set(mlir::Value original, mlir::Value emitted);
  /// Puts rows of shared arrays that inner loops read in lanes ahead.
  void pack();
  void emitBlock(mlir::Block &block);

  /// The value in lanes.
  mlir::Value inLanes(mlir::Value original);
  /// The one value for all lanes.
  mlir::Value same(mlir::Value original) { return uniform.lookupOrDefault(original); }
  /// As an index: one for all lanes or one a lane.
  mlir::Value index(mlir::Value original);
  /// The lanes' own value, and `otherwise` in lanes beyond the end.
  mlir::Value whereActive(mlir::Value value, mlir::Value otherwise);
  /// The iteration of the first lane.
  mlir::Value base;
  /// Which lanes are iterations; null when all are.
  mlir::Value active;

  mlir::Type laneType(mlir::Type type) const;

private:
  void emit(mlir::Operation *op);
  void emitMap(ir::MapOp op);
  void emitReduce(mlir::Operation *op);
  void emitFor(mlir::scf::ForOp op);
  void emitIf(mlir::scf::IfOp op);
  void emitMasked(mlir::scf::IfOp op);
  void emitInsert(ir::InsertOp op);
  void emitShared(mlir::Operation *op);
  mlir::Value extract(ir::ExtractOp op);
  mlir::Value packed(mlir::Value array, mlir::Value row);
  mlir::Value arrayInLanes(mlir::Value original);
  llvm::SmallVector<mlir::Value> sameAll(mlir::ValueRange values);

  mlir::OpBuilder &b;
  const LaneAnalysis &analysis;
  unsigned lanes;
  /// Whether some of the lanes are off, whose places in memory may be none.
  bool masked = false;
  mlir::IRMapping uniform;
  llvm::DenseMap<mlir::Value, mlir::Value> vectors;
  /// Of consecutive indices, that of the first lane.
  llvm::DenseMap<mlir::Value, mlir::Value> firsts;
  /// Rows of shared arrays, put in lanes once a block, and which row it is.
  llvm::DenseMap<mlir::Value, std::pair<mlir::Value, mlir::Value>> packs;
};

/// Emits loops over all elements of an array of these sizes, which carry
/// `state`; `body` gets the indices and the state and gives the next state.
mlir::Value forEachElement(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange sizes,
                           mlir::Value state,
                           llvm::function_ref<mlir::Value(mlir::ValueRange, mlir::Value)> body);

/// The sizes of all dimensions of an array.
llvm::SmallVector<mlir::Value> allSizes(mlir::OpBuilder &b, mlir::Location loc, mlir::Value array);

} // namespace circ
