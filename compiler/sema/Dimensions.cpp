//===- Dimensions.cpp - Types as written, sizes as polynomials ------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

using ast::Dimension;

/// Whether a polynomial with integer coefficients is a multiple of `divisor`
/// whatever its symbols are: true when it is for all their residues.
static bool alwaysDivisible(const Dimension &d, int64_t divisor) {
  if (d.divisor != 1 || divisor <= 0)
    return false;
  std::set<ast::DimensionSymbol> symbols;
  for (const auto &[monomial, coefficient] : d.terms)
    symbols.insert(monomial.begin(), monomial.end());
  double cases = 1;
  for (size_t i = 0; i < symbols.size(); ++i)
    cases *= double(divisor);
  if (cases > 4096)
    return false;
  std::map<ast::DimensionSymbol, int64_t> residues;
  for (auto symbol : symbols)
    residues[symbol] = 0;
  for (;;) {
    int64_t sum = 0;
    for (const auto &[monomial, coefficient] : d.terms) {
      int64_t term = coefficient % divisor;
      for (auto symbol : monomial)
        term = term * residues[symbol] % divisor;
      sum = (sum + term) % divisor;
    }
    if (sum != 0)
      return false;
    auto it = residues.begin();
    while (it != residues.end() && ++it->second == divisor)
      (it++)->second = 0;
    if (it == residues.end())
      return true;
  }
}

static Dimension divided(const Dimension &d, int64_t divisor) {
  Dimension inverse;
  inverse.terms[{}] = 1;
  inverse.divisor = divisor;
  return d * inverse;
}

/// Beyond this a size is not followed symbolically, so that nothing overflows.
static constexpr size_t largestPolynomial = 64;

static std::optional<Dimension> limited(std::optional<Dimension> d) {
  if (!d || d->terms.size() > largestPolynomial)
    return std::nullopt;
  for (const auto &[monomial, coefficient] : d->terms)
    if (monomial.size() > 8 || coefficient > (int64_t(1) << 40) ||
        coefficient < -(int64_t(1) << 40))
      return monomial.empty() && d->terms.size() == 1 ? d : std::nullopt;
  return d;
}

static std::optional<Dimension> combine(ast::BinaryOp op, const std::optional<Dimension> &a,
                                        const std::optional<Dimension> &b) {
  if (!limited(a) || !limited(b))
    return std::nullopt;
  auto large = [](const Dimension &d) {
    for (const auto &[monomial, coefficient] : d.terms)
      if (coefficient > (int64_t(1) << 30) || coefficient < -(int64_t(1) << 30))
        return true;
    return d.divisor > (1 << 20);
  };
  if (large(*a) || large(*b))
    return std::nullopt;
  switch (op) {
  case ast::BinaryOp::Add:
    return *a + *b;
  case ast::BinaryOp::Subtract:
    return *a - *b;
  case ast::BinaryOp::Multiply:
    return limited(*a * *b);
  default:
    return std::nullopt;
  }
}

std::optional<Dimension> BodyAnalyzer::valueAsDimension(const ast::Expr &expr) const {
  switch (expr.kind) {
  case ast::ExprKind::Number:
    return Dimension::constant(ast::as<ast::NumberExpr>(expr).integer);
  case ast::ExprKind::Name: {
    const ast::Variable *variable = ast::as<ast::NameExpr>(expr).variable;
    if (!variable || variable->kind == ast::Variable::Kind::Var)
      return std::nullopt;
    auto found = known.find(variable);
    return found != known.end() ? found->second : Dimension::symbol({variable, 0});
  }
  case ast::ExprKind::Unary: {
    auto inner = valueAsDimension(*ast::as<ast::UnaryExpr>(expr).operand);
    return combine(ast::BinaryOp::Subtract, Dimension::constant(0), inner);
  }
  case ast::ExprKind::Binary: {
    const auto &binary = ast::as<ast::BinaryExpr>(expr);
    return combine(binary.op, valueAsDimension(*binary.left), valueAsDimension(*binary.right));
  }
  case ast::ExprKind::Call: {
    const auto &call = ast::as<ast::CallExpr>(expr);
    if (call.circuit || call.arguments.empty() || call.arguments[0].value->types.empty())
      return std::nullopt;
    const ast::Type &type = call.arguments[0].value->type();
    if (call.callee == "len" && type.rank() > 0)
      return type.dims[0];
    if (call.callee == "dim" && call.arguments.size() == 2)
      if (auto k = literal(*call.arguments[1].value); k && *k >= 0 && *k < int64_t(type.rank()))
        return type.dims[*k];
    if (call.callee == "div" && call.arguments.size() == 2) {
      auto by = literal(*call.arguments[1].value);
      auto number = valueAsDimension(*call.arguments[0].value);
      // The floored quotient is the exact one only where nothing remains.
      if (by && number && limited(number) && alwaysDivisible(*number, *by))
        return divided(*number, *by);
    }
    return std::nullopt;
  }
  default:
    return std::nullopt;
  }
}

Dimension BodyAnalyzer::sizeOf(const ast::Expr &expr) {
  auto d = valueAsDimension(expr);
  return d ? *d : items.freshOpaque();
}

std::optional<Dimension> BodyAnalyzer::typeDimension(const ast::Expr &expr) {
  if (ast::ExprPtr folded = foldConstant(expr, items, this))
    if (ast::as<ast::NumberExpr>(*folded).isInteger && expr.kind != ast::ExprKind::Name)
      return Dimension::constant(ast::as<ast::NumberExpr>(*folded).integer);
  if (expr.kind == ast::ExprKind::Name) {
    const std::string &name = ast::as<ast::NameExpr>(expr).name;
    ast::Variable *variable = lookup(name);
    if (variable && !variable->type.isScalar() && !variable->poisoned) {
      diagnostics.report(DiagnosticId::ScalarDims, expr.range);
      return std::nullopt;
    }
    if (!variable) {
      ast::ExprPtr constant = foldConstant(expr, items);
      if (constant && ast::as<ast::NumberExpr>(*constant).isInteger)
        return Dimension::constant(ast::as<ast::NumberExpr>(*constant).integer);
      if (const ast::Expr *value = items.constant(name)) {
        diagnostics.report(DiagnosticId::NotAnInteger, expr.range,
                           {"a dimension", describe(*value)});
        return std::nullopt;
      }
      Diagnostic &report = diagnostics.report(DiagnosticId::UnknownDimension, expr.range, {name});
      report.withHint("a dimension is bound where a parameter uses its name plainly: `x: f64[" +
                      name + "]`");
      return std::nullopt;
    }
    variable->used = true;
    if (variable->poisoned)
      return std::nullopt;
    if (variable->type.scalar != ast::ScalarKind::I64) {
      diagnostics
          .report(DiagnosticId::NotAnInteger, expr.range, {"a dimension", toString(variable->type)})
          .note(DiagnosticId::DeclaredHere, variable->range, {name, toString(variable->type)});
      return std::nullopt;
    }
    if (variable->kind == ast::Variable::Kind::Var) {
      diagnostics.report(DiagnosticId::ScalarDims, expr.range)
          .withHint("'" + name + "' can change; use a `let`");
      return std::nullopt;
    }
    auto found = known.find(variable);
    return found != known.end() ? found->second : Dimension::symbol({variable, 0});
  }
  if (expr.kind == ast::ExprKind::Binary) {
    const auto &binary = ast::as<ast::BinaryExpr>(expr);
    auto left = typeDimension(*binary.left), right = typeDimension(*binary.right);
    if (!left || !right)
      return std::nullopt;
    if (binary.op == ast::BinaryOp::Divide && right->isConstant() && right->constantValue() > 0)
      return divided(*left, right->constantValue());
    if (auto d = combine(binary.op, left, right))
      return d;
  }
  if (expr.kind == ast::ExprKind::Call) {
    const auto &call = ast::as<ast::CallExpr>(expr);
    if (call.callee == "div" && call.arguments.size() == 2) {
      auto left = typeDimension(*call.arguments[0].value);
      auto by = literal(*call.arguments[1].value);
      if (left && by && alwaysDivisible(*left, *by))
        return divided(*left, *by);
      if (!left)
        return std::nullopt;
    }
  }
  diagnostics.report(DiagnosticId::ScalarDims, expr.range)
      .withHint("compute it with `let` before and use the name");
  return std::nullopt;
}

std::optional<ast::ScalarKind> scalarKind(const std::string &name) {
  static const std::map<std::string, ast::ScalarKind> scalars = {{"f64", ast::ScalarKind::F64},
                                                                 {"f32", ast::ScalarKind::F32},
                                                                 {"i64", ast::ScalarKind::I64},
                                                                 {"bool", ast::ScalarKind::Bool}};
  auto found = scalars.find(name);
  return found == scalars.end() ? std::nullopt : std::optional(found->second);
}

void reportUnknownType(ModuleAnalyzer &items, const ast::TypeSyntax &syntax) {
  static const std::map<std::string, std::string> elsewhere = {
      {"float", "f64"},   {"double", "f64"}, {"real", "f64"},    {"int", "i64"},
      {"integer", "i64"}, {"i32", "i64"},    {"boolean", "bool"}};
  std::vector<std::string> names = {"f64", "f32", "i64", "bool"};
  for (const ast::StructItem &item : items.module.structs)
    names.push_back(item.name);
  Diagnostic &report =
      items.diagnostics.report(DiagnosticId::UnknownType, syntax.range, {syntax.name});
  if (auto other = elsewhere.find(syntax.name); other != elsewhere.end())
    report.withHint("write `" + other->second + "`");
  else if (auto close = closestName(syntax.name, names))
    report.withHint("did you mean `" + *close + "`?");
  else
    report.withHint("the types are f64, f32, i64, bool and the structs of the file");
}

bool BodyAnalyzer::resolveType(ast::TypeSyntax &syntax, ast::Type &type) {
  if (auto kind = scalarKind(syntax.name)) {
    type = {*kind, {}};
  } else if (const ast::StructItem *structure = items.structure(syntax.name)) {
    type = {ast::ScalarKind::Struct, {}, structure};
  } else {
    if (items.otherItem(syntax.name) != "struct") // reported where the struct is
      reportUnknownType(items, syntax);
    return false;
  }
  bool right = true;
  for (ast::ExprPtr &dim : syntax.dims) {
    auto d = typeDimension(*dim);
    if (d && d->isConstant() && d->constantValue() < 0) {
      diagnostics.report(DiagnosticId::NegativeDimension, dim->range,
                         {std::to_string(d->constantValue())});
      d.reset();
    }
    right &= d.has_value();
    type.dims.push_back(d ? *d : items.freshOpaque());
  }
  return right;
}

bool BodyAnalyzer::joinShapes(SourceRange range, const ast::Type &a, const ast::Type &b,
                              std::vector<Dimension> &dims,
                              std::initializer_list<const ast::Expr *> sides) {
  bool agree = a.rank() == b.rank();
  for (unsigned i = 0; agree && i < a.rank(); ++i) {
    Dimension difference = a.dims[i] - b.dims[i];
    agree = difference.terms.empty() ||
            !(difference.terms.size() == 1 && difference.terms.begin()->first.empty());
    dims.push_back(b.dims[i].isConstant() ? b.dims[i] : a.dims[i]);
  }
  if (agree)
    return true;
  Diagnostic &report =
      diagnostics.report(DiagnosticId::ShapeMismatch, range, {toString(a), toString(b)});
  const ast::Variable *noted = nullptr;
  for (const ast::Expr *side : sides) {
    const ast::Variable *variable =
        side->kind == ast::ExprKind::Name ? ast::as<ast::NameExpr>(*side).variable : nullptr;
    if (!variable) {
      report.note(DiagnosticId::ShapeIsHere, side->range, {toString(side->type())});
    } else if (variable != noted) {
      noted = variable;
      report.note(DiagnosticId::DeclaredHere, variable->range,
                  {variable->name, toString(variable->type)});
    }
  }
  return false;
}

void BodyAnalyzer::closeOver(ast::Type &type, const std::set<const ast::Variable *> &hidden) {
  for (Dimension &d : type.dims)
    for (const auto &[monomial, coefficient] : d.terms) {
      bool escapes = false;
      for (const ast::DimensionSymbol &symbol : monomial)
        escapes |= symbol.variable && hidden.count(symbol.variable);
      if (escapes) {
        d = items.freshOpaque();
        break;
      }
    }
}

} // namespace circ::sema
