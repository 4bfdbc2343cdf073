//===- ResultPlaces.h - Which arrays are made where results go ------------===//
//
// Who calls a function may give memory for each array that it returns. This
// analysis finds the ops that make such an array, so that they make it there at
// once: updates and loops that work in place are followed back to where their
// memory comes from. An op qualifies when it runs at most once in a call, and
// several ops for one result when they are in different branches.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/lowering/BufferPlan.h"

#include <optional>

namespace circ::lowering {

class ResultPlaces {
public:
  ResultPlaces(mlir::func::FuncOp function, const BufferPlan &plan);

  /// The result of the function that begins as this array.
  std::optional<unsigned> resultOf(mlir::Value array) const {
    auto found = results.find(array);
    return found == results.end() ? std::nullopt : std::optional<unsigned>(found->second);
  }
  /// Whether a result is made in its place; if not, it is copied there.
  bool isMadeInPlace(unsigned result) const { return madeInPlace.contains(result); }

private:
  bool findOrigins(mlir::Value array, llvm::SmallVectorImpl<mlir::Value> &origins) const;

  const BufferPlan &plan;
  llvm::DenseMap<mlir::Value, unsigned> results;
  llvm::DenseSet<unsigned> madeInPlace;
};

} // namespace circ::lowering
