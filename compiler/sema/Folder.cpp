//===- Folder.cpp - Computes constants at compile time --------------------===//

#include "compiler/sema/Folder.h"

#include "compiler/sema/Builtins.h"
#include "runtime/circ_math.h"

#include <algorithm>
#include <cmath>

namespace circ::sema {

using ast::BinaryOp;
using ast::ExprKind;
using ast::ScalarKind;

/// The value of a gate, by the gate table; absent where it has none.
static std::optional<double> gateValue(const std::string &name, const std::vector<double> &values) {
  double x = values[0], y = values.size() > 1 ? values[1] : 0,
         z = values.size() > 2 ? values[2] : 0;
  (void)y, (void)z;
#define GATE_VALUE(Name, Arity, ...)                                                               \
  if (name == Name && values.size() == Arity)                                                      \
    return __VA_ARGS__;
#include "compiler/dialect/GateNames.inc"
#undef GATE_VALUE
  return std::nullopt;
}

Folded Folder::fold(const ast::Expr &e) {
  Folded value = compute(e);
  if (!value)
    return std::nullopt;
  // Where the type is known already, literals have taken it.
  if (!e.types.empty() && e.type().isReal())
    value->kind = e.type().scalar;
  if (value->kind == ScalarKind::F32)
    value->real = double(float(value->real));
  return value;
}

Folded Folder::compute(const ast::Expr &e) {
  switch (e.kind) {
  case ExprKind::Number: {
    const auto &number = ast::as<ast::NumberExpr>(e);
    Scalar value =
        number.isInteger ? Scalar::ofInteger(number.integer) : Scalar::ofReal(number.real);
    value.typed = number.isTyped;
    return value;
  }
  case ExprKind::Bool:
    return Scalar::ofTruth(ast::as<ast::BoolExpr>(e).value);
  case ExprKind::Name: {
    const auto &use = ast::as<ast::NameExpr>(e);
    if (use.variable || (scope && scope->lookup(use.name)))
      return std::nullopt;
    if (const ast::Expr *value = items.constant(use.name))
      return fold(*value);
    if (use.name == "pi")
      return Scalar::ofReal(M_PI);
    if (use.name == "inf")
      return Scalar::ofReal(INFINITY);
    if (use.name == "nan")
      return Scalar::ofReal(NAN);
    return std::nullopt;
  }
  case ExprKind::Unary:
    return unary(ast::as<ast::UnaryExpr>(e));
  case ExprKind::Binary:
    return binary(ast::as<ast::BinaryExpr>(e));
  case ExprKind::Call:
    return call(ast::as<ast::CallExpr>(e));
  case ExprKind::Index:
    if (const ast::Expr *element = part(e))
      return fold(*element);
    return std::nullopt;
  case ExprKind::Convert:
    return fold(*ast::as<ast::ConvertExpr>(e).operand);
  case ExprKind::If: {
    const auto &choice = ast::as<ast::IfExpr>(e);
    Folded condition = fold(*choice.condition);
    if (!condition || condition->kind != ScalarKind::Bool)
      return std::nullopt;
    return fold(condition->truth ? *choice.thenValue : *choice.elseValue);
  }
  case ExprKind::Block: {
    const auto &block = ast::as<ast::BlockExpr>(e);
    return block.statements.empty() ? fold(*block.value) : std::nullopt;
  }
  default:
    return std::nullopt;
  }
}

Folded Folder::unary(const ast::UnaryExpr &e) {
  Folded operand = fold(*e.operand);
  if (!operand || (operand->kind == ScalarKind::Bool) != (e.op == ast::UnaryOp::Not))
    return std::nullopt;
  operand->truth = !operand->truth;
  operand->integer = int64_t(0 - uint64_t(operand->integer));
  operand->real = -operand->real;
  return operand;
}

Folded Folder::integers(BinaryOp op, int64_t a, int64_t b) {
  int64_t result = 0;
  bool overflow = op == BinaryOp::Add        ? __builtin_add_overflow(a, b, &result)
                  : op == BinaryOp::Subtract ? __builtin_sub_overflow(a, b, &result)
                                             : __builtin_mul_overflow(a, b, &result);
  return overflow ? std::nullopt : Folded(Scalar::ofInteger(result));
}

/// a / b rounded down; absent where there is none.
static std::optional<int64_t> flooredQuotient(int64_t a, int64_t b) {
  if (b == 0 || (a == INT64_MIN && b == -1))
    return std::nullopt;
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

Folded Folder::binary(const ast::BinaryExpr &e) {
  Folded left = fold(*e.left), right = fold(*e.right);
  if (!left || !right)
    return std::nullopt;
  const Scalar &a = *left, &b = *right;
  bool bools = a.kind == ScalarKind::Bool && b.kind == ScalarKind::Bool;
  if (bools) {
    switch (e.op) {
    case BinaryOp::And:
      return Scalar::ofTruth(a.truth && b.truth);
    case BinaryOp::Or:
      return Scalar::ofTruth(a.truth || b.truth);
    case BinaryOp::Equal:
      return Scalar::ofTruth(a.truth == b.truth);
    case BinaryOp::NotEqual:
      return Scalar::ofTruth(a.truth != b.truth);
    default:
      return std::nullopt;
    }
  }
  if (a.kind == ScalarKind::Bool || b.kind == ScalarKind::Bool)
    return std::nullopt;
  bool integer = a.kind == ScalarKind::I64 && b.kind == ScalarKind::I64;
  auto compared = [&](auto x, auto y) -> Folded {
    switch (e.op) {
    case BinaryOp::Equal:
      return Scalar::ofTruth(x == y);
    case BinaryOp::NotEqual:
      return Scalar::ofTruth(x != y);
    case BinaryOp::Less:
      return Scalar::ofTruth(x < y);
    case BinaryOp::LessEqual:
      return Scalar::ofTruth(x <= y);
    case BinaryOp::Greater:
      return Scalar::ofTruth(x > y);
    default:
      return Scalar::ofTruth(x >= y);
    }
  };
  if (e.op >= BinaryOp::Equal && e.op <= BinaryOp::GreaterEqual)
    return integer ? compared(a.integer, b.integer) : compared(a.real, b.real);
  Folded result;
  switch (e.op) {
  case BinaryOp::Add:
  case BinaryOp::Subtract:
  case BinaryOp::Multiply:
    if (integer)
      result = integers(e.op, a.integer, b.integer);
    else
      result = Scalar::ofReal(e.op == BinaryOp::Add        ? a.real + b.real
                              : e.op == BinaryOp::Subtract ? a.real - b.real
                                                           : a.real * b.real);
    break;
  case BinaryOp::Divide:
    result = Scalar::ofReal(a.real / b.real);
    break;
  case BinaryOp::Remainder:
    if (!integer)
      result = Scalar::ofReal(circ_rem(a.real, b.real));
    else if (auto quotient = flooredQuotient(a.integer, b.integer))
      result = Scalar::ofInteger(a.integer - *quotient * b.integer);
    break;
  case BinaryOp::Power:
    result = Scalar::ofReal(b.kind == ScalarKind::I64 ? circ_powi(a.real, b.integer)
                                                      : std::pow(a.real, b.real));
    break;
  default:
    break;
  }
  if (result) {
    result->typed = a.typed || b.typed;
    if (result->kind == ScalarKind::F64 &&
        ((a.typed && a.kind == ScalarKind::F32) || (b.typed && b.kind == ScalarKind::F32)))
      result->kind = ScalarKind::F32;
  }
  return result;
}

Folded Folder::call(const ast::CallExpr &e) {
  if (e.circuit || items.otherItem(e.callee) != "built-in function" || e.arguments.empty())
    return std::nullopt;
  const std::string &name = e.callee;
  const ast::Expr &first = *e.arguments[0].value;
  if (name == "len" || name == "dim") {
    Folded k = name == "len" ? Folded(Scalar::ofInteger(0)) : fold(*e.arguments.back().value);
    bool known = k && !first.types.empty() && k->integer >= 0 && k->integer < first.type().rank() &&
                 first.type().dims[size_t(k->integer)].isConstant();
    return known ? Folded(Scalar::ofInteger(first.type().dims[size_t(k->integer)].constantValue()))
                 : std::nullopt;
  }
  std::vector<Scalar> values;
  std::vector<double> reals;
  bool integer = true, typed = false;
  for (const ast::Argument &argument : e.arguments) {
    Folded value = fold(*argument.value);
    if (!value)
      return std::nullopt;
    integer &= value->kind == ScalarKind::I64;
    typed |= value->typed;
    values.push_back(*value);
    reals.push_back(value->real);
  }
  auto number = [&](double value, ScalarKind kind) { return Scalar{kind, 0, value, false, true}; };
  if (name == "select" && values.size() == 3)
    return values[0].truth ? values[1] : values[2];
  if (name == "f64" || name == "f32")
    return number(name == "f64" ? reals[0] : double(float(reals[0])),
                  name == "f64" ? ScalarKind::F64 : ScalarKind::F32);
  if (name == "int") {
    if (values[0].kind == ScalarKind::Bool)
      return Scalar::ofInteger(values[0].truth);
    if (integer)
      return values[0];
    double whole = std::trunc(reals[0]);
    if (!(whole >= -0x1p63 && whole < 0x1p63))
      return std::nullopt;
    return Scalar::ofInteger(int64_t(whole));
  }
  if (name == "isnan")
    return Scalar::ofTruth(std::isnan(reals[0]));
  if (name == "isfinite")
    return Scalar::ofTruth(std::isfinite(reals[0]));
  if (name == "div" && values.size() == 2) {
    auto quotient = flooredQuotient(values[0].integer, values[1].integer);
    return integer && quotient ? Folded(Scalar::ofInteger(*quotient)) : std::nullopt;
  }
  if (integer && lookupBuiltin(name)->kind == BuiltinKind::IntegerGate) {
    int64_t x = values[0].integer, y = values.back().integer;
    if (name == "min" || name == "max")
      return Scalar::ofInteger(name == "min" ? std::min(x, y) : std::max(x, y));
    if (name == "clamp")
      return Scalar::ofInteger(std::min(std::max(x, values[1].integer), y));
    if (name == "sign")
      return Scalar::ofInteger((x > 0) - (x < 0));
    return Scalar::ofInteger(x < 0 ? int64_t(0 - uint64_t(x)) : x);
  }
  std::optional<double> value = gateValue(name, reals);
  if (!value)
    return std::nullopt;
  Scalar result = Scalar::ofReal(*value);
  result.typed = typed;
  return result;
}

/// The array, or the element of one, that an expression names; null if none.
const ast::Expr *Folder::part(const ast::Expr &e) {
  if (e.kind == ExprKind::Name) {
    const auto &use = ast::as<ast::NameExpr>(e);
    bool isVariable = use.variable || (scope && scope->lookup(use.name));
    return isVariable ? nullptr : items.constant(use.name);
  }
  if (e.kind != ExprKind::Index)
    return &e;
  const ast::Expr *at = part(*ast::as<ast::IndexExpr>(e).base);
  for (const ast::Subscript &subscript : ast::as<ast::IndexExpr>(e).subscripts) {
    if (!at || at->kind != ExprKind::Array || subscript.isSlice)
      return nullptr;
    const auto &elements = ast::as<ast::ArrayExpr>(*at).elements;
    Folded index = fold(*subscript.index);
    if (!index || index->kind != ScalarKind::I64 || index->integer < 0 ||
        size_t(index->integer) >= elements.size())
      return nullptr;
    at = elements[size_t(index->integer)].get();
  }
  return at;
}

ast::ExprPtr makeExpr(const Scalar &value, SourceRange range) {
  if (value.kind == ScalarKind::Bool) {
    auto truth = std::make_unique<ast::BoolExpr>();
    truth->value = value.truth;
    truth->range = range;
    truth->types = {ast::Type::boolean()};
    return truth;
  }
  auto number = std::make_unique<ast::NumberExpr>();
  number->isInteger = value.kind == ScalarKind::I64;
  number->integer = value.integer;
  number->real = value.real;
  number->isTyped = value.typed;
  number->range = range;
  number->types = {{value.kind, {}}};
  return number;
}

} // namespace circ::sema
