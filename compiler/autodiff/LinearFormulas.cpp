//===- LinearFormulas.cpp - What the matrix rules are made of -------------===//

#include "compiler/autodiff/LinearFormulas.h"

#include "compiler/dialect/Gates.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace circ::autodiff {

static Value integer(OpBuilder &b, Location loc, int64_t value) {
  return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
}

static Value real(OpBuilder &b, Location loc, Type type, double value) {
  return b.create<arith::ConstantOp>(loc, b.getFloatAttr(getElementTypeOrSelf(type), value));
}

Value sizeOf(OpBuilder &b, Location loc, Value array, unsigned dimension) {
  auto type = cast<RankedTensorType>(array.getType());
  if (type.isDynamicDim(dimension))
    return b.create<ir::DimOp>(loc, array, dimension);
  return integer(b, loc, type.getDimSize(dimension));
}

static SmallVector<Value> sizesOf(OpBuilder &b, Location loc, Value array) {
  SmallVector<Value> sizes;
  for (unsigned k = 0; k < cast<RankedTensorType>(array.getType()).getRank(); ++k)
    sizes.push_back(sizeOf(b, loc, array, k));
  return sizes;
}

Value mapElements(OpBuilder &b, Location loc, Type type, ArrayRef<Value> sizes,
                  llvm::function_ref<Value(ValueRange)> body) {
  SmallVector<Value> bounds;
  for (auto [k, size] : llvm::enumerate(cast<RankedTensorType>(type).getShape()))
    bounds.push_back(ShapedType::isDynamic(size) ? sizes[k] : integer(b, loc, size));
  auto map = b.create<ir::MapOp>(loc, type, bounds);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(map.getBodyBlock());
  SmallVector<Value> at(map.getIndices().begin(), map.getIndices().end());
  b.create<ir::YieldOp>(loc, body(at));
  return map;
}

static Value element(OpBuilder &b, Location loc, Value array, ValueRange at) {
  return b.create<ir::ExtractOp>(loc, getElementTypeOrSelf(array.getType()), array, at);
}

Value scaled(OpBuilder &b, Location loc, Value array, Value factor) {
  return mapElements(b, loc, array.getType(), sizesOf(b, loc, array), [&](ValueRange at) -> Value {
    return b.create<ir::MulOp>(loc, element(b, loc, array, at), factor);
  });
}

Value negated(OpBuilder &b, Location loc, Value array) {
  return mapElements(b, loc, array.getType(), sizesOf(b, loc, array), [&](ValueRange at) -> Value {
    return b.create<ir::NegOp>(loc, element(b, loc, array, at));
  });
}

Value difference(OpBuilder &b, Location loc, Value left, Value right) {
  return mapElements(b, loc, left.getType(), sizesOf(b, loc, left), [&](ValueRange at) -> Value {
    return b.create<ir::SubOp>(loc, element(b, loc, left, at), element(b, loc, right, at));
  });
}

Value differenceOfTwice(OpBuilder &b, Location loc, Value left, Value right) {
  Type type = left.getType();
  return mapElements(b, loc, type, sizesOf(b, loc, left), [&](ValueRange at) -> Value {
    Value twice = b.create<ir::MulOp>(loc, element(b, loc, right, at), real(b, loc, type, 2));
    return b.create<ir::SubOp>(loc, element(b, loc, left, at), twice);
  });
}

Value product(OpBuilder &b, Location loc, Value matrix, bool transposed, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getRank() == 2)
    return b.create<ir::MatmulOp>(loc, type, matrix, transposed, x, false);
  return mapElements(b, loc, type, sizeOf(b, loc, matrix, transposed), [&](ValueRange at) -> Value {
    auto sum = b.create<ir::ReduceOp>(loc, type.getElementType(), ir::ReduceKind::Sum,
                                      sizeOf(b, loc, x, 0));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(sum.getBodyBlock());
    SmallVector<Value> place{at.front(), sum.getIndex()};
    if (transposed)
      std::swap(place[0], place[1]);
    Value term = b.create<ir::MulOp>(loc, element(b, loc, matrix, place),
                                     element(b, loc, x, sum.getIndex()));
    b.create<ir::YieldOp>(loc, term);
    return sum;
  });
}

Value outerProduct(OpBuilder &b, Location loc, Type type, Value x, Value y) {
  if (cast<RankedTensorType>(x.getType()).getRank() == 2)
    return b.create<ir::MatmulOp>(loc, type, x, false, y, true);
  return mapElements(
      b, loc, type, {sizeOf(b, loc, x, 0), sizeOf(b, loc, y, 0)}, [&](ValueRange at) -> Value {
        return b.create<ir::MulOp>(loc, element(b, loc, x, at[0]), element(b, loc, y, at[1]));
      });
}

Value innerProduct(OpBuilder &b, Location loc, Value x, Value y) {
  Type type = getElementTypeOrSelf(x.getType());
  auto sum = [&](Value bound, llvm::function_ref<Value(Value)> term) -> Value {
    auto reduce = b.create<ir::ReduceOp>(loc, type, ir::ReduceKind::Sum, bound);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(reduce.getBodyBlock());
    b.create<ir::YieldOp>(loc, term(reduce.getIndex()));
    return reduce;
  };
  Value rows = sizeOf(b, loc, x, 0), columns = sizeOf(b, loc, x, 1);
  return sum(rows, [&](Value i) {
    return sum(columns, [&](Value j) -> Value {
      SmallVector<Value> at{i, j};
      return b.create<ir::MulOp>(loc, element(b, loc, x, at), element(b, loc, y, at));
    });
  });
}

Value lowerTriangle(OpBuilder &b, Location loc, Value matrix, double diagonalFactor) {
  Type type = matrix.getType();
  return mapElements(b, loc, type, sizesOf(b, loc, matrix), [&](ValueRange at) -> Value {
    Value here = element(b, loc, matrix, at);
    Value below = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sgt, at[0], at[1]);
    Value on = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, at[0], at[1]);
    Value diagonal = here;
    if (diagonalFactor != 1)
      diagonal = b.create<ir::MulOp>(loc, here, real(b, loc, type, diagonalFactor));
    Value rest = b.create<arith::SelectOp>(loc, on, diagonal, real(b, loc, type, 0));
    return b.create<arith::SelectOp>(loc, below, here, rest);
  });
}

Value symmetricPart(OpBuilder &b, Location loc, Value matrix) {
  Type type = matrix.getType();
  return mapElements(b, loc, type, sizesOf(b, loc, matrix), [&](ValueRange at) -> Value {
    SmallVector<Value> other{at[1], at[0]};
    Value sum =
        b.create<ir::AddOp>(loc, element(b, loc, matrix, at), element(b, loc, matrix, other));
    return b.create<ir::MulOp>(loc, sum, real(b, loc, type, 0.5));
  });
}

Value transposed(OpBuilder &b, Location loc, Value matrix) {
  auto type = cast<RankedTensorType>(matrix.getType());
  auto swapped =
      RankedTensorType::get({type.getDimSize(1), type.getDimSize(0)}, type.getElementType());
  return mapElements(b, loc, swapped, {sizeOf(b, loc, matrix, 1), sizeOf(b, loc, matrix, 0)},
                     [&](ValueRange at) {
                       SmallVector<Value> place{at[1], at[0]};
                       return element(b, loc, matrix, place);
                     });
}

CholeskyTangent choleskyTangent(OpBuilder &b, Location loc, Value l, Value change) {
  auto solve = [&](Value right) -> Value {
    return b.create<ir::TriangularSolveOp>(loc, l, right, /*transposed=*/false);
  };
  CholeskyTangent made;
  made.half = solve(change);
  made.middle = lowerTriangle(b, loc, solve(transposed(b, loc, made.half)), 0.5);
  made.result = product(b, loc, l, /*transposed=*/false, made.middle);
  return made;
}

Value identityLike(OpBuilder &b, Location loc, Value matrix) {
  Type type = matrix.getType();
  return mapElements(b, loc, type, sizesOf(b, loc, matrix), [&](ValueRange at) -> Value {
    Value on = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, at[0], at[1]);
    return b.create<arith::SelectOp>(loc, on, real(b, loc, type, 1), real(b, loc, type, 0));
  });
}

} // namespace circ::autodiff
