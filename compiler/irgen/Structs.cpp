//===- Structs.cpp - Struct values as lists of leaves ---------------------===//
//
// A struct value is one MLIR value for each leaf of its type; operations and
// functions see numbers and arrays only.
//
//===----------------------------------------------------------------------===//

#include "compiler/ast/Walk.h"
#include "compiler/irgen/FunctionGenerator.h"

using namespace mlir;

namespace circ::irgen {

using ast::ExprKind;

std::vector<const ast::Variable *> FunctionGenerator::storage(const ast::Variable &variable) {
  if (variable.leaves.empty())
    return {&variable};
  std::vector<const ast::Variable *> leaves;
  for (const auto &leaf : variable.leaves)
    leaves.push_back(leaf.get());
  return leaves;
}

FunctionGenerator::Values FunctionGenerator::structure(const ast::Expr &e) {
  Location loc = location(e.range);
  switch (e.kind) {
  case ExprKind::Name: {
    Values values;
    for (const ast::Variable *leaf : storage(*ast::as<ast::NameExpr>(e).variable))
      values.push_back(env.lookup(leaf));
    return values;
  }
  case ExprKind::Index:
  case ExprKind::Field:
    return access(e);
  case ExprKind::If:
    return choice(ast::as<ast::IfExpr>(e));
  case ExprKind::Block:
    return block(ast::as<ast::BlockExpr>(e));
  case ExprKind::Array:
    return arrayLiteral(ast::as<ast::ArrayExpr>(e));
  case ExprKind::Comprehension:
    return comprehension(ast::as<ast::ComprehensionExpr>(e));
  case ExprKind::Struct: {
    Values values;
    for (const ast::Argument &field : ast::as<ast::StructExpr>(e).fields)
      llvm::append_range(values, exprs(*field.value));
    for (auto [value, leaf] : llvm::zip(values, leavesOf(e.type())))
      value = adapt(loc, value, mlirType(b.getContext(), leaf.type));
    return values;
  }
  case ExprKind::Unary: {
    Values values = exprs(*ast::as<ast::UnaryExpr>(e).operand);
    for (auto [value, leaf] : llvm::zip(values, leavesOf(e.type())))
      value = negated(loc, value, leaf.type.scalar);
    return values;
  }
  case ExprKind::Binary:
    return structBinary(ast::as<ast::BinaryExpr>(e));
  case ExprKind::Call: {
    const auto &select = ast::as<ast::CallExpr>(e).arguments;
    Value condition = expr(*select[0].value);
    return chosen(loc, condition, *select[1].value, *select[2].value, e.type());
  }
  default:
    break;
  }
  Values values;
  for (const ast::Leaf &leaf : leavesOf(e.type()))
    values.push_back(unsupported(loc, "this expression", mlirType(b.getContext(), leaf.type)));
  return values;
}

static bool printsIn(const ast::StmtList &list, std::set<const ast::Circuit *> &seen);

bool FunctionGenerator::callsPrint(const ast::Expr &expr, std::set<const ast::Circuit *> &seen) {
  bool found = false;
  ast::walk(expr, [&](const ast::Expr &e) {
    const ast::Circuit *callee =
        e.kind == ExprKind::Call ? ast::as<ast::CallExpr>(e).circuit : nullptr;
    found |= callee && seen.insert(callee).second && printsIn(callee->body, seen);
  });
  return found;
}

/// Whether statements print, in the circuits that they call too.
static bool printsIn(const ast::StmtList &list, std::set<const ast::Circuit *> &seen) {
  auto calls = [&](const ast::ExprPtr &e) { return e && FunctionGenerator::callsPrint(*e, seen); };
  for (const ast::StmtPtr &stmt : list) {
    bool found = stmt->kind == ast::StmtKind::Print;
    if (stmt->kind == ast::StmtKind::Let)
      found = calls(ast::as<ast::LetStmt>(*stmt).value);
    else if (stmt->kind == ast::StmtKind::Assign)
      found = calls(ast::as<ast::AssignStmt>(*stmt).value);
    else if (stmt->kind == ast::StmtKind::Return)
      found = calls(ast::as<ast::ReturnStmt>(*stmt).value);
    else if (stmt->kind == ast::StmtKind::Assert)
      found = calls(ast::as<ast::AssertStmt>(*stmt).condition);
    else if (stmt->kind == ast::StmtKind::For)
      found = printsIn(ast::as<ast::ForStmt>(*stmt).body, seen);
    else if (stmt->kind == ast::StmtKind::While)
      found = calls(ast::as<ast::WhileStmt>(*stmt).condition) ||
              printsIn(ast::as<ast::WhileStmt>(*stmt).body, seen);
    else if (stmt->kind == ast::StmtKind::If)
      found = calls(ast::as<ast::IfStmt>(*stmt).condition) ||
              printsIn(ast::as<ast::IfStmt>(*stmt).thenBody, seen) ||
              printsIn(ast::as<ast::IfStmt>(*stmt).elseBody, seen);
    if (found)
      return true;
  }
  return false;
}

/// The indices of all elements of an array of static shape, in order.
static std::vector<SmallVector<int64_t>> allIndices(ArrayRef<int64_t> shape) {
  std::vector<SmallVector<int64_t>> all{{}};
  for (int64_t size : shape) {
    std::vector<SmallVector<int64_t>> longer;
    for (const SmallVector<int64_t> &indices : all)
      for (int64_t i = 0; i < size; ++i) {
        longer.push_back(indices);
        longer.back().push_back(i);
      }
    all = std::move(longer);
  }
  return all;
}

/// A comprehension whose body is a struct, computed once an iteration: one map
/// for each kind of scalar gives all elements of that kind in a row, and the
/// leaves are taken out of its rows.
FunctionGenerator::Values FunctionGenerator::packedComprehension(const ast::ComprehensionExpr &e,
                                                                 ArrayRef<ClauseRange> ranges) {
  Location loc = location(e.range);
  std::vector<ast::Leaf> rows = leavesOf(e.body->type()), stacked = leavesOf(e.type());
  Values made(rows.size());
  size_t clauses = e.clauses.size();
  bool outer = quiet;
  for (size_t lead = 0; lead < rows.size(); ++lead) {
    if (made[lead])
      continue;
    ast::ScalarKind kind = rows[lead].type.scalar;
    std::vector<std::pair<size_t, int64_t>> packed; // leaves and where they begin
    int64_t width = 0;
    auto shapeOf = [&](size_t leaf) {
      SmallVector<int64_t> shape;
      for (const ast::Dimension &dim : rows[leaf].type.dims)
        shape.push_back(dim.constantValue());
      return shape;
    };
    for (size_t leaf = lead; leaf < rows.size(); ++leaf)
      if (rows[leaf].type.scalar == kind) {
        packed.push_back({leaf, width});
        width += int64_t(allIndices(shapeOf(leaf)).size());
      }
    std::vector<ast::Dimension> dims(e.type().dims.begin(), e.type().dims.begin() + clauses);
    dims.push_back(ast::Dimension::constant(width));
    auto type = cast<RankedTensorType>(mlirType(b.getContext(), {kind, dims}));
    Values bounds;
    for (size_t c = 0; c < clauses; ++c)
      bounds.push_back(type.isDynamicDim(c) ? ranges[c].trip : integer(loc, type.getDimSize(c)));
    auto op = b.create<ir::MapOp>(loc, type, bounds);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(op.getBodyBlock());
      for (size_t c = 0; c < clauses; ++c)
        bindClause(e.clauses[c], ranges[c], op.getIndices()[c], loc);
      Values values = exprs(*e.body), elements;
      for (auto [leaf, start] : packed)
        for (const SmallVector<int64_t> &indices : allIndices(shapeOf(leaf))) {
          Values at;
          for (int64_t index : indices)
            at.push_back(integer(loc, index));
          elements.push_back(at.empty() ? values[leaf] : extract(loc, values[leaf], at));
        }
      auto row = RankedTensorType::get({width}, type.getElementType());
      b.create<ir::YieldOp>(loc, b.create<ir::FromElementsOp>(loc, row, elements).getResult());
    }
    quiet = true;
    for (auto [leaf, start] : packed) {
      auto leafType = cast<RankedTensorType>(mlirType(b.getContext(), stacked[leaf].type));
      SmallVector<int64_t> shape = shapeOf(leaf);
      Values sizes = bounds;
      for (int64_t size : shape)
        sizes.push_back(integer(loc, size));
      made[leaf] = map(loc, leafType, sizes, [&, start = start](ValueRange at) {
        Value position = integer(loc, 0);
        for (size_t k = 0; k < shape.size(); ++k) {
          position = b.create<arith::MulIOp>(loc, position, integer(loc, shape[k]));
          position = b.create<arith::AddIOp>(loc, position, at[clauses + k]);
        }
        Values indices(at.begin(), at.begin() + clauses);
        indices.push_back(b.create<arith::AddIOp>(loc, position, integer(loc, start)));
        return extract(loc, op, indices);
      });
    }
  }
  quiet = outer;
  return made;
}

/// A sum or difference of structs, or a struct and a number.
FunctionGenerator::Values FunctionGenerator::structBinary(const ast::BinaryExpr &e) {
  Location loc = location(e.opRange);
  Values left = exprs(*e.left), right = exprs(*e.right), made;
  std::vector<ast::Leaf> first = leavesOf(e.left->type()), second = leavesOf(e.right->type());
  for (auto [i, leaf] : llvm::enumerate(leavesOf(e.type()))) {
    bool both = e.left->type().isStruct() && e.right->type().isStruct();
    if (both && leaf.type.rank() > 0)
      requireShape(loc, first[i].type, left[i], second[i].type, right[i]);
    Value x = e.left->type().isStruct() ? left[i] : left[0];
    Value y = e.right->type().isStruct() ? right[i] : right[0];
    made.push_back(elementwise(loc, leaf.type.scalar, {x, y}, [&](ArrayRef<Value> v) {
      return arithmetic(loc, e.op, v[0], v[1]);
    }));
  }
  return made;
}

} // namespace circ::irgen
