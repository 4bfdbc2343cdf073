//===- Pattern.h - Programs that tell which elements depend on which ------===//
//
// The dependence program of a function has a set, the bits of an i64, in the place
// of every real: the elements of the inputs that the real may depend on.
// Integers that follow from dimensions and integer inputs are computed as in
// the primal; those that hang on real data are unknown, and the program holds
// for whatever they may be:
//   a branch           both sides, and the union of what they give
//   a loop             again until the sets grow no more
//   an element         the union of all that the index may choose
//   an array's size    a located error
// Under a condition that is unknown an index may be wrong that never is in the
// primal; it then reads nothing and writes nothing.
// (Giering and Kaminski, "Automatic sparsity detection implemented as a
// source-to-source transformation", ICCS 2006.)
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/autodiff/DataDependence.h"
#include "compiler/autodiff/DenseJacobian.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace circ::autodiff {

/// Makes each function's dependence program once for each set of unknown
/// arguments.
class PatternFunctions {
public:
  PatternFunctions(mlir::func::FuncOp root, const llvm::BitVector &unknownArguments)
      : module(root->getParentOfType<mlir::ModuleOp>()), dependences(root, unknownArguments) {}

  /// `speculative`: the call may be one that the primal never makes.
  mlir::FailureOr<mlir::func::FuncOp>
  get(mlir::func::FuncOp function, const llvm::BitVector &unknownArguments, bool speculative);
  mlir::FailureOr<mlir::func::FuncOp> make(mlir::func::FuncOp function,
                                           const llvm::BitVector &unknownArguments,
                                           bool speculative, llvm::StringRef name);

  mlir::ModuleOp module;
  DataDependences dependences;
  /// Whether what is kept under a mark was seen known (1), unknown (2), or both:
  /// then the two ends of a tape would not agree.
  llvm::DenseMap<mlir::Attribute, unsigned> keptStates;
};

/// The type in the dependence program: integers in the place of reals.
mlir::Type patternType(mlir::Type primal);

/// The union of the elements of an array of sets; the set itself of a scalar.
mlir::Value uniteElements(mlir::OpBuilder &b, mlir::Location loc, mlir::Value sets);

/// Writes the dependence program of one function.
class PatternWriter {
public:
  PatternWriter(PatternFunctions &functions, mlir::func::FuncOp function,
                const DataDependence &dependence, mlir::OpBuilder &builder, bool speculative)
      : functions(functions), function(function), dependence(dependence), b(builder),
        speculative(speculative) {}

  /// Primal value to the set, the known integer, or something of the type of an
  /// unknown one.
  mlir::IRMapping values;

  /// Writes the ops of a block but its terminator.
  mlir::LogicalResult writeBlock(mlir::Block &block);
  llvm::SmallVector<mlir::Value> at(mlir::ValueRange range) const;
  mlir::Value at(mlir::Value value) const { return values.lookup(value); }

private:
  mlir::LogicalResult write(mlir::Operation *op);
  bool isUnknown(mlir::Value value) const { return dependence.isUnknown(value); }
  bool anyUnknown(mlir::ValueRange range) const {
    return llvm::any_of(range, [&](mlir::Value value) { return isUnknown(value); });
  }
  mlir::LogicalResult cannot(mlir::Operation *op, const llvm::Twine &what);

  // Values (PatternValues.cpp)
  mlir::LogicalResult writeValue(mlir::Operation *op);
  mlir::Value number(mlir::Location loc, int64_t value);
  /// Zero: no elements, or something in the place of an unknown integer.
  mlir::Value nothing(mlir::Location loc, mlir::Type type, llvm::ArrayRef<mlir::Value> sizes = {});
  mlir::Value unite(mlir::Location loc, mlir::Value left, mlir::Value right);
  mlir::Value inBounds(mlir::Location loc, mlir::Value array, mlir::ValueRange indices,
                       mlir::ValueRange known);
  /// `indices` with null where they are unknown.
  mlir::Value read(mlir::Location loc, mlir::Value array, mlir::ValueRange indices);
  mlir::Value write(mlir::Location loc, mlir::Value array, mlir::Value element,
                    mlir::ValueRange indices, bool keepOld);
  llvm::SmallVector<mlir::Value> knownOnly(mlir::ValueRange indices) const;
  void writeSelect(mlir::arith::SelectOp select);
  void writeDense(mlir::Operation *op);
  mlir::LogicalResult writeTape(mlir::Operation *op);
  mlir::LogicalResult noteKept(mlir::Operation *op, bool unknown);

  // What has regions or a callee (PatternRegions.cpp)
  mlir::LogicalResult writeIf(mlir::scf::IfOp branch);
  mlir::LogicalResult writeBothSides(mlir::scf::IfOp branch);
  mlir::LogicalResult writeFor(mlir::scf::ForOp loop);
  mlir::LogicalResult writeWhile(mlir::scf::WhileOp loop);
  /// Runs `step` on the sets until they grow no more; gives the last ones.
  using Step =
      llvm::function_ref<mlir::FailureOr<llvm::SmallVector<mlir::Value>>(mlir::ValueRange)>;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> writeUntilStable(mlir::Operation *loop,
                                                                   mlir::ValueRange primals,
                                                                   mlir::ValueRange starts,
                                                                   Step step);
  mlir::Value differ(mlir::Location loc, mlir::Value left, mlir::Value right);
  mlir::LogicalResult writeMap(ir::MapOp map);
  mlir::LogicalResult writeReduction(mlir::Operation *op);
  mlir::LogicalResult writeCall(mlir::func::CallOp call);

  PatternFunctions &functions;
  mlir::func::FuncOp function;
  const DataDependence &dependence;
  mlir::OpBuilder &b;
  /// Whether the code at the builder's place may be reached where the primal is not.
  bool speculative;
  /// The same because of a condition in this function.
  bool branched = false;
};

} // namespace circ::autodiff
