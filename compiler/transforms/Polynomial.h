//===- Polynomial.h - Polynomials in sizes and indices --------------------===//
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace circ {

/// A polynomial with rational coefficients in variables that are numbered. What grows
/// beyond small degrees and coefficients is not represented.
class Polynomial {
public:
  using Result = std::optional<Polynomial>;

  static Polynomial constant(int64_t value);
  static Polynomial variable(unsigned number);

  Result plus(const Polynomial &other, int64_t factor = 1) const;
  Result times(const Polynomial &other) const;
  /// The quotient, if it is an integer for all integer values of the variables.
  Result dividedBy(int64_t divisor) const;
  /// With other polynomials in the place of variables; null keeps a variable.
  Result substituted(llvm::function_ref<const Polynomial *(unsigned)> replacement) const;

  /// The value, which is an integer, at integers below 2^20.
  int64_t at(llvm::function_ref<int64_t(unsigned)> valueOf) const;

  /// Whether a coefficient is negative.
  bool hasNegative() const;
  bool hasSquareOf(unsigned variable) const;
  std::vector<unsigned> variables() const;
  unsigned degree() const;
  /// A bound of the absolute value as a power of two, from such bounds of the variables.
  unsigned bits(llvm::function_ref<unsigned(unsigned)> bitsOf) const;
  /// The variable and the constant of `variable + constant`.
  std::optional<std::pair<unsigned, int64_t>> asShiftedVariable() const;

private:
  using Monomial = std::vector<unsigned>; // sorted

  Polynomial reduced() const;
  bool add(Monomial monomial, int64_t numerator);
  bool isMultipleOf(int64_t divisor) const;

  std::map<Monomial, int64_t> terms; ///< numerators, not zero
  int64_t denominator = 1;
};

} // namespace circ
