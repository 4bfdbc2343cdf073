//===- DataDependence.h - Which integers hang on real data ----------------===//
//
// An integer or boolean is unknown when it may differ between two calls that
// differ in real numbers only: a comparison of reals, a position that `argmax`
// found, what a branch on such a condition gives. What is known follows from
// dimensions and integer inputs alone.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace circ::autodiff {

class DataDependences;

/// The unknown values of one function.
class DataDependence {
public:
  /// Whether an integer or boolean, or an element of an array of them, is unknown.
  bool isUnknown(mlir::Value value) const { return unknown.contains(value); }
  /// Which results are unknown.
  llvm::BitVector unknownResults;

private:
  friend class DataDependences;
  bool dependsOnData(mlir::Value value) const;
  bool mark(mlir::Value value);
  bool visit(mlir::Operation *op, DataDependences &all);

  llvm::DenseSet<mlir::Value> unknown;
};

/// Those of all functions that one calls, each by the set of its unknown
/// arguments. What a tape holds is matched by the attribute `circ.kept`.
class DataDependences {
public:
  DataDependences(mlir::func::FuncOp root, const llvm::BitVector &unknownArguments);

  const DataDependence &of(mlir::func::FuncOp function, const llvm::BitVector &unknownArguments);
  /// Whether what a pop of an integer takes is unknown.
  bool isKeptUnknown(ir::PopOp pop) const;

private:
  friend class DataDependence;

  mlir::ModuleOp module;
  std::map<std::string, std::unique_ptr<DataDependence>> made;
  std::set<std::string> inProgress;
  /// Of a recursive call nothing is known but the types.
  DataDependence recursive;
  llvm::DenseSet<mlir::Attribute> unknownKept;
  bool grown = false; ///< `unknownKept` has more than when the round began.
};

/// The mark that a push of an integer shares with the pops that take its value;
/// copies of the ops share it too.
inline constexpr const char *keptMark = "circ.kept";
mlir::Attribute newKeptMark(mlir::MLIRContext *context);

} // namespace circ::autodiff
