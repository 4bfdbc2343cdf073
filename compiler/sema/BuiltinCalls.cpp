//===- BuiltinCalls.cpp - Checks calls of built-ins -----------------------===//

#include "compiler/sema/Analyzer.h"
#include "compiler/sema/Builtins.h"

namespace circ::sema {

using ast::ScalarKind;

std::optional<int64_t> BodyAnalyzer::literal(const ast::Expr &expr) const {
  ast::ExprPtr folded = foldConstant(expr, items, this);
  if (!folded || !ast::as<ast::NumberExpr>(*folded).isInteger)
    return std::nullopt;
  return ast::as<ast::NumberExpr>(*folded).integer;
}

void BodyAnalyzer::builtinCall(ast::CallExpr &expr) {
  bool right = true;
  for (ast::Argument &argument : expr.arguments) {
    right &= value(argument.value);
    if (!argument.name.empty()) {
      diagnostics.report(DiagnosticId::BuiltinNamedArgument, argument.nameRange, {expr.callee});
      right = false;
    }
  }
  if (!right)
    return;
  // max(a) and the like reduce a whole array.
  if (isReduction(expr.callee) && expr.arguments.size() == 1) {
    ast::ExprPtr &array = expr.arguments[0].value;
    if (array->type().isScalar()) {
      diagnostics
          .report(DiagnosticId::NotAnArray, array->range,
                  {"the argument of '" + expr.callee + "'", describe(*array)})
          .withHint("a reduction takes an array or `for` clauses: `" + expr.callee +
                    "(a[i] for i)`");
      return;
    }
    if ((expr.callee == "argmax" || expr.callee == "argmin") && array->type().rank() != 1) {
      diagnostics.report(DiagnosticId::TypeMismatch, array->range, {"a vector", describe(*array)});
      return;
    }
    ast::Type type;
    if (reductionType(expr.callee, expr.range, array, type))
      expr.types = {type};
    return;
  }
  auto builtin = lookupBuiltin(expr.callee);
  unsigned count = expr.arguments.size();
  if (!builtin || count < builtin->minArguments || count > builtin->maxArguments) {
    std::string wanted = !builtin ? "one array"
                         : builtin->maxArguments > builtin->minArguments
                             ? "at least " + counted(builtin->minArguments, "argument")
                             : counted(builtin->minArguments, "argument");
    diagnostics.report(DiagnosticId::WrongArgumentCount, expr.range,
                       {expr.callee, wanted, std::to_string(count)});
    return;
  }
  switch (builtin->kind) {
  case BuiltinKind::Gate:
    return gateCall(expr, false);
  case BuiltinKind::IntegerGate:
    return gateCall(expr, true);
  case BuiltinKind::Predicate:
    gateCall(expr, false);
    if (!expr.types.empty())
      expr.types[0].scalar = ScalarKind::Bool;
    return;
  case BuiltinKind::Special:
    return specialCall(expr);
  }
}

/// All arguments take one scalar kind; arrays have one shape, scalars spread.
void BodyAnalyzer::gateCall(ast::CallExpr &expr, bool integers) {
  bool allIntegers = true;
  ast::Argument *leader = nullptr;
  for (ast::Argument &argument : expr.arguments) {
    const ast::Type &type = argument.value->type();
    if (type.scalar == ScalarKind::Bool || type.isStruct()) {
      diagnostics.report(DiagnosticId::OperandType, argument.value->range,
                         {expr.callee, toString(type)});
      return;
    }
    allIntegers &= type.scalar == ScalarKind::I64;
    bool literalArgument = argument.value->kind == ast::ExprKind::Number;
    if (type.isReal() && (!leader || leader->value->kind == ast::ExprKind::Number) &&
        (!leader || !literalArgument))
      leader = &argument;
  }
  ScalarKind kind = allIntegers && integers ? ScalarKind::I64
                    : leader                ? leader->value->type().scalar
                                            : ScalarKind::F64;
  ast::Type type{kind, {}};
  for (ast::Argument &argument : expr.arguments) {
    if (!coerce(argument.value, kind)) {
      diagnostics
          .report(DiagnosticId::LossyConversion, argument.value->range,
                  {describe(*argument.value), spelling(kind)})
          .withHint(std::string("write `") + spelling(kind) + "(...)` to convert");
      return;
    }
    const ast::Type &found = argument.value->type();
    if (found.isScalar())
      continue;
    if (type.isScalar()) {
      type.dims = found.dims;
      continue;
    }
    std::vector<ast::Dimension> dims;
    if (!joinShapes(argument.value->range, type, found, dims))
      return;
    type.dims = dims;
  }
  expr.types = {type};
}

bool BodyAnalyzer::arrayArgument(ast::CallExpr &expr, unsigned position, unsigned rank) {
  ast::ExprPtr &argument = expr.arguments[position].value;
  const ast::Type &type = argument->type();
  if (rank ? type.rank() == rank : type.rank() > 0)
    return true;
  diagnostics.report(DiagnosticId::OperandType, argument->range, {expr.callee, toString(type)})
      .withHint(rank == 1   ? "it takes a vector"
                : rank == 2 ? "it takes a matrix"
                            : "it takes an array");
  return false;
}

void BodyAnalyzer::specialCall(ast::CallExpr &expr) {
  const std::string &name = expr.callee;
  ast::ExprPtr &first = expr.arguments[0].value;
  ast::Type type = first->type();
  if (name != "len" && name != "dim" && name != "select")
    for (ast::Argument &argument : expr.arguments)
      if (argument.value->type().isStruct()) {
        diagnostics
            .report(DiagnosticId::OperandType, argument.value->range,
                    {name, describe(*argument.value)})
            .withHint("take a field of it");
        return;
      }
  auto number = [&](const char *what) {
    diagnostics.report(DiagnosticId::OperandType, expr.range, {name, what});
  };
  if (name == "int" || name == "f32" || name == "f64") {
    if (type.scalar == ScalarKind::Bool && name != "int")
      return number("bool");
    type.scalar = name == "int"   ? ScalarKind::I64
                  : name == "f32" ? ScalarKind::F32
                                  : ScalarKind::F64;
    expr.types = {type};
    return;
  }
  if (name == "stop") {
    expr.types = {type};
    return;
  }
  if (name == "len") {
    if (arrayArgument(expr, 0, 0))
      expr.types = {ast::Type::i64()};
    return;
  }
  if (name == "dim") {
    if (!arrayArgument(expr, 0, 0))
      return;
    auto k = literal(*expr.arguments[1].value);
    if (!k)
      diagnostics.report(DiagnosticId::LiteralArgument, expr.arguments[1].value->range,
                         {"the dimension", name});
    else if (*k < 0 || *k >= int64_t(type.rank()))
      diagnostics.report(DiagnosticId::NoSuchDimension, expr.arguments[1].value->range,
                         {std::to_string(*k), counted(type.rank(), "dimension")});
    else
      expr.types = {ast::Type::i64()};
    return;
  }
  if (name == "div") {
    for (ast::Argument &argument : expr.arguments)
      if (argument.value->type().scalar != ScalarKind::I64 || !argument.value->type().isScalar()) {
        diagnostics
            .report(DiagnosticId::NotAnInteger, argument.value->range,
                    {"an argument of 'div'", describe(*argument.value)})
            .withHint("`/` divides real numbers");
        return;
      }
    expr.types = {ast::Type::i64()};
    return;
  }
  if (name == "select") {
    ast::ExprPtr &a = expr.arguments[1].value, &b = expr.arguments[2].value;
    if (type.scalar != ScalarKind::Bool || !type.isScalar()) {
      diagnostics.report(DiagnosticId::ConditionType, first->range, {toString(type)});
      return;
    }
    std::vector<ast::Dimension> dims;
    ast::Type left = a->type(), right = b->type();
    if (!unify(a, b) || left.rank() != right.rank()) {
      diagnostics.report(DiagnosticId::BranchTypes, expr.range, {toString(left), toString(right)});
      return;
    }
    if (!joinShapes(expr.range, a->type(), b->type(), dims, {a.get(), b.get()}))
      return;
    // Which of two sizes it has is known when it runs.
    for (unsigned i = 0; i < dims.size(); ++i)
      if (!(left.dims[i] == right.dims[i]))
        dims[i] = items.freshOpaque();
    expr.types = {a->type().withDims(dims)};
    return;
  }
  arrayCall(expr);
}

void BodyAnalyzer::arrayCall(ast::CallExpr &expr) {
  const std::string &name = expr.callee;
  auto argument = [&](unsigned i) -> ast::ExprPtr & { return expr.arguments[i].value; };
  ast::Type type = argument(0)->type();
  // The trailing arguments of zeros, fill, reshape, iota and eye are sizes.
  std::vector<ast::Dimension> sizes;
  auto takeSizes = [&](unsigned from) {
    for (unsigned i = from; i < expr.arguments.size(); ++i) {
      if (!argument(i)->type().isScalar() || argument(i)->type().scalar != ScalarKind::I64) {
        Diagnostic &report = diagnostics.report(DiagnosticId::NotAnInteger, argument(i)->range,
                                                {"a size", describe(*argument(i))});
        if (argument(i)->type().isReal())
          report.withHint("`/` is real division: write `div(a, b)` for the integer quotient");
        return false;
      }
      sizes.push_back(sizeOf(*argument(i)));
      if (sizes.back().isConstant() && sizes.back().constantValue() < 0) {
        diagnostics.report(DiagnosticId::NegativeDimension, argument(i)->range,
                           {toString(sizes.back())});
        return false;
      }
    }
    return true;
  };
  auto real = [&](unsigned i) {
    if (argument(i)->type().scalar == ScalarKind::Bool)
      return diagnostics.report(DiagnosticId::OperandType, argument(i)->range,
                                {name, describe(*argument(i))}),
             false;
    if (!argument(i)->type().isReal())
      coerce(argument(i), ScalarKind::F64);
    return true;
  };
  if (name == "zeros") {
    if (takeSizes(0))
      expr.types = {{ScalarKind::F64, sizes}};
  } else if (name == "fill") {
    if (!type.isScalar())
      diagnostics.report(DiagnosticId::OperandType, argument(0)->range, {name, toString(type)});
    else if (takeSizes(1))
      expr.types = {{type.scalar, sizes}};
  } else if (name == "iota") {
    if (takeSizes(0))
      expr.types = {{ScalarKind::I64, sizes}};
  } else if (name == "eye") {
    if (takeSizes(0))
      expr.types = {{ScalarKind::F64, {sizes[0], sizes[0]}}};
  } else if (name == "linspace") {
    if (!type.isScalar() || !argument(1)->type().isScalar())
      diagnostics.report(DiagnosticId::OperandTypes, expr.range,
                         {name, toString(type), describe(*argument(1))});
    else if (real(0) && real(1) && takeSizes(2))
      expr.types = {{ScalarKind::F64, sizes}};
  } else if (name == "reshape") {
    if (arrayArgument(expr, 0, 0) && takeSizes(1))
      expr.types = {{type.scalar, sizes}};
  } else if (name == "transpose") {
    if (arrayArgument(expr, 0, 2))
      expr.types = {{type.scalar, {type.dims[1], type.dims[0]}}};
  } else if (name == "concat") {
    ast::Type joined = type;
    for (unsigned i = 0; i < expr.arguments.size(); ++i) {
      if (!arrayArgument(expr, i, type.rank() ? type.rank() : 1))
        return;
      if (!coerce(argument(i), type.scalar)) {
        diagnostics.report(DiagnosticId::ArrayElementTypes, argument(i)->range,
                           {toString(type), describe(*argument(i))});
        return;
      }
      if (i == 0)
        continue;
      ast::Type rest = type, other = argument(i)->type();
      joined.dims[0] = joined.dims[0] + other.dims[0];
      rest.dims.erase(rest.dims.begin());
      other.dims.erase(other.dims.begin());
      std::vector<ast::Dimension> dims;
      if (!joinShapes(argument(i)->range, rest, other, dims))
        return;
    }
    expr.types = {joined};
  } else if (name == "outer") {
    if (arrayArgument(expr, 0, 1) && arrayArgument(expr, 1, 1) && real(0) && real(1))
      expr.types = {{argument(0)->type().scalar, {type.dims[0], argument(1)->type().dims[0]}}};
  } else if (name == "dot") {
    std::vector<ast::Dimension> dims;
    if (arrayArgument(expr, 0, 1) && arrayArgument(expr, 1, 1) && real(0) && real(1) &&
        joinShapes(expr.range, argument(0)->type(), argument(1)->type(), dims,
                   {argument(0).get(), argument(1).get()}))
      expr.types = {{argument(0)->type().scalar, {}}};
  } else if (name == "diag") {
    if (type.rank() == 1)
      expr.types = {{type.scalar, {type.dims[0], type.dims[0]}}};
    else if (arrayArgument(expr, 0, 2) && joinShapes(expr.range, {type.scalar, {type.dims[0]}},
                                                     {type.scalar, {type.dims[1]}}, sizes))
      expr.types = {{type.scalar, sizes}};
  } else if (name == "trace") {
    if (arrayArgument(expr, 0, 2) && real(0) &&
        joinShapes(expr.range, {type.scalar, {type.dims[0]}}, {type.scalar, {type.dims[1]}}, sizes))
      expr.types = {{argument(0)->type().scalar, {}}};
  } else if (name == "norm") {
    if (arrayArgument(expr, 0, 0) && real(0))
      expr.types = {{argument(0)->type().scalar, {}}};
  } else if (name == "cumsum" || name == "softmax") {
    if (arrayArgument(expr, 0, 1) && real(0))
      expr.types = {argument(0)->type()};
  }
  if (name == "sort") {
    if (arrayArgument(expr, 0, 1) && type.scalar == ScalarKind::Bool)
      diagnostics.report(DiagnosticId::OperandType, argument(0)->range, {name, toString(type)});
    else if (type.rank() == 1)
      expr.types = {type};
  } else if (name == "solve" || name == "cholesky" || name == "logdet" || name == "inv") {
    linearCall(expr);
  }
  // outer and dot take one real type.
  if ((name == "outer" || name == "dot") && !expr.types.empty() &&
      !unify(argument(0), argument(1))) {
    diagnostics.report(DiagnosticId::OperandTypes, expr.range,
                       {name, toString(type), describe(*argument(1))});
    expr.types.clear();
  }
}

} // namespace circ::sema
