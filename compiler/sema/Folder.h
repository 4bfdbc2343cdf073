//===- Folder.h - Computes constants at compile time ----------------------===//
#pragma once

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

/// A number or truth value. An i64 is also a real number, as a literal is.
struct Scalar {
  ast::ScalarKind kind = ast::ScalarKind::I64;
  int64_t integer = 0;
  double real = 0;
  bool truth = false;
  bool typed = false;

  static Scalar ofInteger(int64_t value) { return {ast::ScalarKind::I64, value, double(value)}; }
  static Scalar ofReal(double value) { return {ast::ScalarKind::F64, 0, value}; }
  static Scalar ofTruth(bool value) { return {ast::ScalarKind::Bool, 0, 0, value}; }
};
using Folded = std::optional<Scalar>;

/// Computes scalars as a body would: in the type that an expression has, or,
/// before it is analysed, in that of its literals.
class Folder {
public:
  Folder(ModuleAnalyzer &items, const BodyAnalyzer *scope) : items(items), scope(scope) {}

  /// The value of an expression; absent when it is not made of numbers and
  /// constants, or has none.
  Folded fold(const ast::Expr &e);

private:
  Folded compute(const ast::Expr &e);
  Folded unary(const ast::UnaryExpr &e);
  Folded binary(const ast::BinaryExpr &e);
  Folded integers(ast::BinaryOp op, int64_t a, int64_t b);
  Folded call(const ast::CallExpr &e);
  const ast::Expr *part(const ast::Expr &e);

  ModuleAnalyzer &items;
  const BodyAnalyzer *scope;
};

/// The literal of a value, with its type.
ast::ExprPtr makeExpr(const Scalar &value, SourceRange range);

} // namespace circ::sema
