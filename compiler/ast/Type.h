//===- Type.h - Types of circ values and symbolic dimensions --------------===//
//
// Plain data. A type is a scalar kind or a struct, and a list of symbolic
// dimensions; a circuit with several results has one type for each result.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace circ::ast {

/// What an element is. `Struct` stands for any struct: `Type::structure` tells
/// which.
enum class ScalarKind { F64, F32, I64, Bool, Struct };

/// "f64", "f32", "i64", "bool" or "struct".
const char *spelling(ScalarKind kind);
inline bool isReal(ScalarKind kind) { return kind == ScalarKind::F64 || kind == ScalarKind::F32; }

struct Variable;
struct StructItem;

/// A symbol that a dimension is made of: an immutable `i64` variable (a bound
/// dimension name, a `let`, a parameter, a loop variable), or, with `opaque`
/// not zero, a size that is known only when the program runs.
struct DimensionSymbol {
  const Variable *variable = nullptr;
  unsigned opaque = 0;
  bool operator<(const DimensionSymbol &o) const {
    return variable != o.variable ? variable < o.variable : opaque < o.opaque;
  }
  bool operator==(const DimensionSymbol &o) const {
    return variable == o.variable && opaque == o.opaque;
  }
};

/// A dimension as a polynomial over symbols divided by a positive integer:
/// (sum of coefficient * product of symbols) / divisor. Two dimensions are
/// provably equal when their normal forms are equal, and provably different
/// when the difference is a non-zero constant. A division that is not of this
/// form becomes an opaque symbol.
struct Dimension {
  using Monomial = std::vector<DimensionSymbol>; // sorted, with repetition
  std::map<Monomial, int64_t> terms;
  int64_t divisor = 1;

  static Dimension constant(int64_t value);
  static Dimension symbol(DimensionSymbol symbol);
  bool isConstant() const;
  /// The value of a constant dimension.
  int64_t constantValue() const;
  bool operator==(const Dimension &o) const { return divisor == o.divisor && terms == o.terms; }
};

Dimension operator+(const Dimension &a, const Dimension &b);
Dimension operator-(const Dimension &a, const Dimension &b);
Dimension operator*(const Dimension &a, const Dimension &b);
/// Replaces variables by dimensions (those absent stay).
Dimension substitute(const Dimension &d, const std::map<const Variable *, Dimension> &by);

/// The type of one value: `f64`, `i64[n]`, `f64[k, d * (d + 1) / 2]`, `Camera`,
/// `Camera[n]`.
struct Type {
  ScalarKind scalar = ScalarKind::F64;
  std::vector<Dimension> dims;
  const StructItem *structure = nullptr; ///< of ScalarKind::Struct

  unsigned rank() const { return static_cast<unsigned>(dims.size()); }
  /// One number or truth value: no array, no struct.
  bool isScalar() const { return dims.empty() && !structure; }
  bool isStruct() const { return structure != nullptr; }
  bool isReal() const { return ast::isReal(scalar); }
  static Type f64() { return {ScalarKind::F64, {}}; }
  static Type i64() { return {ScalarKind::I64, {}}; }
  static Type boolean() { return {ScalarKind::Bool, {}}; }
  /// The same element with other dimensions.
  Type withDims(std::vector<Dimension> other) const {
    return {scalar, std::move(other), structure};
  }
};

/// "f64[n, 3]", with the names of the symbols ("?" for opaque ones).
std::string toString(const Type &type);
std::string toString(const Dimension &dimension);

} // namespace circ::ast
