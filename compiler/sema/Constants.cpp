//===- Constants.cpp - Constant items and defaults ------------------------===//

#include "compiler/sema/Folder.h"

namespace circ::sema {

using ast::ExprKind;
using ast::ScalarKind;

namespace {

/// The value of an analysed expression: scalars, and arrays and structs of
/// them. Null with the part that has no value in `culprit`.
ast::ExprPtr foldValue(const ast::Expr &e, Folder &folder, bool typed, const ast::Expr *&culprit) {
  if (e.kind == ExprKind::Array) {
    auto made = std::make_unique<ast::ArrayExpr>();
    made->range = e.range;
    made->types = e.types;
    for (const ast::ExprPtr &element : ast::as<ast::ArrayExpr>(e).elements) {
      made->elements.push_back(foldValue(*element, folder, typed, culprit));
      if (!made->elements.back())
        return nullptr;
    }
    return made;
  }
  if (e.kind == ExprKind::Struct) {
    const auto &value = ast::as<ast::StructExpr>(e);
    auto made = std::make_unique<ast::StructExpr>();
    made->range = e.range;
    made->types = e.types;
    made->name = value.name;
    made->nameRange = value.nameRange;
    for (const ast::Argument &field : value.fields) {
      made->fields.push_back(
          {field.name, field.nameRange, foldValue(*field.value, folder, true, culprit)});
      if (!made->fields.back().value)
        return nullptr;
    }
    return made;
  }
  if (e.kind == ExprKind::Convert && e.type().rank() > 0) {
    auto made = foldValue(*ast::as<ast::ConvertExpr>(e).operand, folder, typed, culprit);
    return made;
  }
  Folded value = folder.fold(e);
  if (!value) {
    culprit = &e;
    return nullptr;
  }
  value->typed |= typed;
  return makeExpr(*value, e.range);
}

/// The first part of an expression that cannot be in a constant.
const ast::Expr *foreignPart(const ast::Expr &e, ModuleAnalyzer &items, const BodyAnalyzer *scope) {
  auto first = [&](std::initializer_list<const ast::ExprPtr *> parts) -> const ast::Expr * {
    for (const ast::ExprPtr *part : parts)
      if (*part)
        if (const ast::Expr *found = foreignPart(**part, items, scope))
          return found;
    return nullptr;
  };
  switch (e.kind) {
  case ExprKind::Name: {
    const std::string &name = ast::as<ast::NameExpr>(e).name;
    return scope && scope->lookup(name) && !items.constant(name) ? &e : nullptr;
  }
  case ExprKind::Unary:
    return first({&ast::as<ast::UnaryExpr>(e).operand});
  case ExprKind::Binary:
    return first({&ast::as<ast::BinaryExpr>(e).left, &ast::as<ast::BinaryExpr>(e).right});
  case ExprKind::If: {
    const auto &choice = ast::as<ast::IfExpr>(e);
    return first({&choice.condition, &choice.thenValue, &choice.elseValue});
  }
  case ExprKind::Block: {
    const auto &block = ast::as<ast::BlockExpr>(e);
    return block.statements.empty() ? first({&block.value}) : &e;
  }
  case ExprKind::Index:
    return first({&ast::as<ast::IndexExpr>(e).base});
  case ExprKind::Array:
    for (const ast::ExprPtr &element : ast::as<ast::ArrayExpr>(e).elements)
      if (const ast::Expr *found = first({&element}))
        return found;
    return nullptr;
  case ExprKind::Struct:
    for (const ast::Argument &field : ast::as<ast::StructExpr>(e).fields)
      if (const ast::Expr *found = first({&field.value}))
        return found;
    return nullptr;
  case ExprKind::Call: {
    const auto &call = ast::as<ast::CallExpr>(e);
    std::string what = items.otherItem(call.callee);
    if (what == "circuit" || what == "gate")
      return &e;
    for (const ast::Argument &argument : call.arguments)
      if (const ast::Expr *found = first({&argument.value}))
        return found;
    return nullptr;
  }
  case ExprKind::Comprehension:
  case ExprKind::Reduction:
  case ExprKind::Derivative:
  case ExprKind::Tuple:
    return &e;
  default:
    return nullptr;
  }
}

} // namespace

ast::ExprPtr foldConstant(const ast::Expr &expr, ModuleAnalyzer &items, const BodyAnalyzer *scope) {
  Folded value = Folder(items, scope).fold(expr);
  return value && value->kind != ScalarKind::Bool ? makeExpr(*value, expr.range) : nullptr;
}

ast::ExprPtr copyConstant(const ast::Expr &value, SourceRange range) {
  ast::ExprPtr copy;
  if (value.kind == ExprKind::Number) {
    const auto &number = ast::as<ast::NumberExpr>(value);
    auto made = std::make_unique<ast::NumberExpr>();
    made->isInteger = number.isInteger;
    made->integer = number.integer;
    made->real = number.real;
    made->isTyped = number.isTyped;
    copy = std::move(made);
  } else if (value.kind == ExprKind::Bool) {
    auto made = std::make_unique<ast::BoolExpr>();
    made->value = ast::as<ast::BoolExpr>(value).value;
    copy = std::move(made);
  } else if (value.kind == ExprKind::Array) {
    auto made = std::make_unique<ast::ArrayExpr>();
    for (const ast::ExprPtr &element : ast::as<ast::ArrayExpr>(value).elements)
      made->elements.push_back(copyConstant(*element, range));
    copy = std::move(made);
  } else {
    auto made = std::make_unique<ast::StructExpr>();
    made->name = ast::as<ast::StructExpr>(value).name;
    for (const ast::Argument &field : ast::as<ast::StructExpr>(value).fields)
      made->fields.push_back({field.name, range, copyConstant(*field.value, range)});
    copy = std::move(made);
  }
  copy->range = range;
  copy->types = value.types;
  return copy;
}

bool BodyAnalyzer::constant(ast::ExprPtr &expr, ast::TypeSyntax *stated) {
  push();
  ast::Type type;
  bool typed = stated && resolveType(*stated, type);
  bool right = value(expr) && (!stated || typed);
  if (right && typed)
    right = checkType(expr, type, DiagnosticId::TypeMismatch, {});
  scopes.clear();
  return right;
}

bool ModuleAnalyzer::makeConstant(ast::ExprPtr &expr, ast::TypeSyntax *stated,
                                  const std::string &what, const BodyAnalyzer *scope) {
  if (const ast::Expr *foreign = foreignPart(*expr, *this, scope)) {
    diagnostics.report(DiagnosticId::ConstantNotConstant, foreign->range, {what});
    return false;
  }
  ast::Circuit none;
  if (!BodyAnalyzer(*this, none).constant(expr, stated))
    return false;
  Folder folder(*this, nullptr);
  const ast::Expr *culprit = nullptr;
  ast::ExprPtr value = foldValue(*expr, folder, stated != nullptr, culprit);
  if (!value) {
    bool number = culprit->kind == ExprKind::Binary || culprit->kind == ExprKind::Call ||
                  culprit->kind == ExprKind::Index;
    if (number && culprit->type().isScalar())
      diagnostics.report(DiagnosticId::ConstantNoValue, culprit->range, {what});
    else
      diagnostics.report(DiagnosticId::ConstantNotConstant, culprit->range, {what});
    return false;
  }
  expr = std::move(value);
  return true;
}

const ast::Expr *ModuleAnalyzer::constant(const std::string &name) {
  for (ast::ConstItem &item : module.constants) {
    if (item.name != name)
      continue;
    auto [state, isNew] = constantStates.insert({&item, State::InProgress});
    if (!isNew && state->second == State::InProgress) {
      diagnostics.report(DiagnosticId::ConstantCycle, item.nameRange, {name});
      state->second = State::Failed;
    }
    if (isNew) {
      ast::TypeSyntax *type = item.type ? &*item.type : nullptr;
      bool right = makeConstant(item.value, type, "the value of '" + name + "'");
      State &now = constantStates[&item];
      now = right && now == State::InProgress ? State::Done : State::Failed;
    }
    return constantStates[&item] == State::Done ? item.value.get() : nullptr;
  }
  return nullptr;
}

} // namespace circ::sema
