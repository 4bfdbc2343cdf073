//===- IndexProof.h - Indices that are polynomials ------------------------===//
#pragma once

#include "compiler/transforms/Polynomial.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace circ {

/// Proves that an index that is a polynomial in sizes and in the numbers of iterations,
/// as that into a packed triangle, is in bounds.
///
/// What is to be proven is that a polynomial is not negative. Of each number of an
/// iteration i below a bound b it is known that i is not negative and that b - 1 - i is
/// not. One of the two is used up by writing i as b - 1 - s, or b, where it is a
/// variable, as i + 1 + s, with a new variable s that is not negative. Where a choice of
/// these leaves a polynomial without a negative coefficient, it is proven. Where all bounds
/// are known and there are few iterations, each is looked at instead.
///
/// Numbers that wrapped around would prove nothing: all sizes in it must be below 2^28,
/// `limitedSizes`. It is tried only where the array's own size has their squares, so
/// that no array that fits a memory is beyond.
class IndexProof {
public:
  /// `boundOf` gives the number that a value is below because it counts iterations, or null.
  explicit IndexProof(llvm::function_ref<mlir::Value(mlir::Value)> boundOf) : boundOf(boundOf) {}

  static constexpr unsigned sizeBits = 28;

  /// Whether 0 <= index < size wherever both are computed.
  bool isInBounds(mlir::Value index, mlir::Value size);
  /// Sizes of arguments of the function that must be small for it.
  llvm::ArrayRef<mlir::Value> limitedSizes() const { return sizes; }

private:
  struct Iteration {
    unsigned variable;
    Polynomial bound;
  };

  /// Bits that a polynomial's values take at most.
  unsigned bitsOf(const Polynomial &p) const;

  Polynomial::Result polynomial(mlir::Value value, unsigned depth = 0);
  Polynomial::Result leaf(mlir::Value value);
  bool isNeverNegative(const Polynomial &p);
  bool isNeverNegative(const Polynomial &p, unsigned choices);
  bool isInBoundsEverywhere(const Polynomial &index, const Polynomial &size);

  llvm::function_ref<mlir::Value(mlir::Value)> boundOf;
  llvm::DenseMap<mlir::Value, unsigned> numbers;
  unsigned variables = 0;
  std::map<unsigned, unsigned> bits; ///< of the variables
  std::vector<Iteration> iterations;
  llvm::SmallVector<mlir::Value> sizes;
};

} // namespace circ
