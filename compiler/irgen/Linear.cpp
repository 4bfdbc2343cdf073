//===- Linear.cpp - Products, linear algebra, sorting ---------------------===//

#include "compiler/irgen/FunctionGenerator.h"

using namespace mlir;

namespace circ::irgen {

using ast::BinaryOp;
using ast::ScalarKind;

/// Whether two of the three sizes of a product of matrices are known and small:
/// then its iterations are better part of the loops around them.
static bool isSmallProduct(Value left, Value right) {
  constexpr int64_t small = 8;
  auto a = cast<RankedTensorType>(left.getType()), c = cast<RankedTensorType>(right.getType());
  auto isSmall = [](int64_t x, int64_t y) {
    return (!ShapedType::isDynamic(x) && x <= small) || (!ShapedType::isDynamic(y) && y <= small);
  };
  return isSmall(a.getDimSize(0), a.getDimSize(0)) + isSmall(a.getDimSize(1), c.getDimSize(0)) +
             isSmall(c.getDimSize(1), c.getDimSize(1)) >=
         2;
}

Value FunctionGenerator::matmul(const ast::BinaryExpr &e) {
  Location loc = location(e.opRange);
  Value left = expr(*e.left), right = expr(*e.right);
  Values a = sizes(loc, left), c = sizes(loc, right);
  if (!(e.left->type().dims.back() == e.right->type().dims.front()))
    requireSize(loc, a.back(), c.front(),
                "`@` of a left side with {0} columns and a right side with {1} rows");
  Type element = mlirType(b.getContext(), {e.type().scalar, {}});
  auto product = [&](Values row, Values column) {
    return reduceOver(loc, ir::ReduceKind::Sum, element, a.back(), [&](Value k) {
      Values i = row, j{k};
      i.push_back(k);
      j.append(column.begin(), column.end());
      return arithmetic(loc, BinaryOp::Multiply, extract(loc, left, i), extract(loc, right, j));
    });
  };
  bool rows = a.size() == 2, columns = c.size() == 2;
  if (rows && columns && !isSmallProduct(left, right))
    return b.create<ir::MatmulOp>(loc, mlirType(b.getContext(), e.type()), left, false, right,
                                  false);
  if (!rows && !columns)
    return product({}, {});
  Values bounds;
  if (rows)
    bounds.push_back(a[0]);
  if (columns)
    bounds.push_back(c[1]);
  return map(loc, cast<RankedTensorType>(mlirType(b.getContext(), e.type())), bounds,
             [&](ValueRange at) {
               Values row, column;
               if (rows)
                 row.push_back(at[0]);
               if (columns)
                 column.push_back(at.back());
               return product(row, column);
             });
}

/// solve, inv, logdet and cholesky: of the factors of the matrix.
Value FunctionGenerator::linearBuiltin(const ast::CallExpr &e, ArrayRef<Value> v) {
  Location loc = location(e.range);
  const std::string &name = e.callee;
  Value matrix = v[0];
  Values n = sizes(loc, matrix);
  const ast::Type &type = e.arguments[0].value->type();
  if (!(type.dims[0] == type.dims[1]))
    requireSize(loc, n[0], n[1], "'" + name + "' takes a square matrix, this one is {0} x {1}");
  if (name == "cholesky")
    return b.create<ir::CholeskyOp>(loc, matrix.getType(), matrix);
  auto factors = b.create<ir::LuOp>(loc, matrix);
  if (name == "logdet")
    return b.create<ir::LuLogDetOp>(loc, mlirType(b.getContext(), e.type()), matrix,
                                    factors.getPacked(), factors.getPivots());
  Value right;
  if (name == "solve") {
    right = v[1];
    if (!(type.dims[0] == e.arguments[1].value->type().dims[0]))
      requireSize(loc, n[0], sizes(loc, right)[0],
                  "'solve' of a matrix with {0} rows and a right side with {1}");
  } else {
    ScalarKind kind = type.scalar;
    right = map(loc, cast<RankedTensorType>(matrix.getType()), n, [&](ValueRange at) -> Value {
      Value same = compare(loc, BinaryOp::Equal, at[0], at[1]);
      return b.create<arith::SelectOp>(loc, same, number(loc, kind, 1), number(loc, kind, 0));
    });
  }
  return b.create<ir::LuSolveOp>(loc, matrix, factors.getPacked(), factors.getPivots(), right,
                                 false);
}

/// sort: the elements in the order of the permutation that sorts them.
Value FunctionGenerator::sorted(const ast::CallExpr &e, Value array) {
  Location loc = location(e.range);
  Value order = b.create<ir::SortOrderOp>(loc, array);
  return map(loc, cast<RankedTensorType>(array.getType()), sizes(loc, array),
             [&](ValueRange at) { return extract(loc, array, extract(loc, order, at)); });
}

} // namespace circ::irgen
