//===- LowerLinear.cpp - Linear algebra and sorting to runtime calls ------===//

#include "compiler/lowering/FunctionLowering.h"

#include "runtime/circ_runtime.h"

using namespace mlir;

namespace circ::lowering {

/// The runtime's name of a function for an element type.
std::string FunctionLowering::runtimeName(StringRef name, Value array) const {
  return (name + (elementType(array).isF32() ? "f" : "")).str();
}

/// Every sum in order, as strict code wants it.
void FunctionLowering::matmulInOrder(ir::MatmulOp op, const Buffer &result, Value depth) {
  Value zero = constant(0), one = constant(1), left = op.getLeft(), right = op.getRight();
  OpBuilder::InsertionGuard guard(b);
  SmallVector<Value> at;
  for (Value size : result.sizes) {
    auto loop = b.create<scf::ForOp>(loc, zero, size, one);
    b.setInsertionPointToStart(loop.getBody());
    at.push_back(loop.getInductionVar());
  }
  Value start = b.create<arith::ConstantOp>(loc, cast<TypedAttr>(b.getZeroAttr(elementType(left))));
  auto sum = b.create<scf::ForOp>(
      loc, zero, depth, one, start, [&](OpBuilder &, Location, Value k, ValueRange state) {
        OpBuilder::InsertionGuard inner(b);
        b.setInsertionPointToEnd(state.front().getParentBlock());
        SmallVector<Value> i{at[0], k}, j{k, at[1]};
        if (op.getLeftTransposed())
          std::swap(i[0], i[1]);
        if (op.getRightTransposed())
          std::swap(j[0], j[1]);
        Value product = b.create<arith::MulFOp>(loc, load(left, buffer(left), i),
                                                load(right, buffer(right), j));
        b.create<scf::YieldOp>(loc,
                               b.create<arith::AddFOp>(loc, state.front(), product).getResult());
      });
  store(sum.getResult(0), op.getResult(), result, at);
}

/// Calls the runtime's function for the element type of `array`. With BLAS it is the
/// one that also takes a function of Fortran.
Value FunctionLowering::callLinear(StringRef name, StringRef fortran, Value array, Type result,
                                   ArrayRef<Value> arguments) {
  if (!options.blas)
    return callAtPlace(runtimeName(("circ_" + name).str(), array), result, arguments);
  std::string symbol = ((elementType(array).isF32() ? "s" : "d") + fortran + "_").str();
  auto function = state.function(symbol, LLVM::LLVMVoidType::get(b.getContext()), {});
  SmallVector<Value> all(arguments);
  all.push_back(b.create<LLVM::AddressOfOp>(loc, function));
  return callAtPlace(runtimeName(("circ_blas_" + name).str(), array), result, all);
}

void FunctionLowering::lowerMatmul(ir::MatmulOp op) {
  const Buffer left = buffer(op.getLeft()), right = buffer(op.getRight());
  bool l = op.getLeftTransposed(), r = op.getRightTransposed();
  Value rows = left.sizes[l], columns = right.sizes[!r], depth = left.sizes[!l];
  Buffer result = allocate(op.getResult(), {rows, columns});
  if (options.strict)
    matmulInOrder(op, result, depth);
  else
    callLinear("matmul", "gemm", op.getLeft(), Type(),
               {context, rows, columns, depth, left.pointer, constant(l), right.pointer,
                constant(r), result.pointer});
  buffers[op.getResult()] = result;
}

/// The number of columns of a right side; a vector has one.
Value FunctionLowering::columnsOf(const Buffer &right) {
  return right.sizes.size() == 2 ? right.sizes[1] : constant(1);
}

void FunctionLowering::lowerLinear(Operation *op) {
  if (auto product = dyn_cast<ir::MatmulOp>(op))
    return lowerMatmul(product);
  const Buffer matrix = buffer(op->getOperand(0));
  Value size = matrix.sizes.front(), array = op->getOperand(0);
  auto made = [&](Value result, ArrayRef<Value> sizes) -> const Buffer & {
    return buffers[result] = allocate(result, sizes);
  };
  /// The runtime says -1 where all is well, else where it is not.
  auto requireNone = [&](Value position, StringRef message) {
    Value right = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, position, constant(0));
    require(right, CIRC_DOMAIN, message, position);
  };
  if (auto lu = dyn_cast<ir::LuOp>(op)) {
    Value packed = made(lu.getPacked(), matrix.sizes).pointer;
    Value pivots = made(lu.getPivots(), size).pointer;
    callLinear("lu", "getrf", array, Type(), {context, size, matrix.pointer, packed, pivots});
  } else if (auto solve = dyn_cast<ir::LuSolveOp>(op)) {
    const Buffer right = buffer(solve.getRight());
    Value result = made(solve.getResult(), right.sizes).pointer;
    Value zeroPivot =
        callLinear("lu_solve", "getrs", array, b.getI64Type(),
                   {context, size, columnsOf(right), buffer(solve.getPacked()).pointer,
                    buffer(solve.getPivots()).pointer, constant(solve.getTransposed()),
                    right.pointer, result});
    requireNone(zeroPivot, "the matrix is singular: pivot {0} of its factorisation is zero");
  } else if (auto logdet = dyn_cast<ir::LuLogDetOp>(op)) {
    scalars[logdet] = call(runtimeName("circ_lu_logdet", array), logdet.getType(),
                           {size, buffer(logdet.getPacked()).pointer});
  } else if (auto cholesky = dyn_cast<ir::CholeskyOp>(op)) {
    Value result = made(cholesky.getResult(), matrix.sizes).pointer;
    Value badRow = callLinear("cholesky", "potrf", array, b.getI64Type(),
                              {context, size, matrix.pointer, result});
    requireNone(badRow,
                "the matrix is not positive definite: the pivot of row {0} is not positive");
  } else if (auto adjoint = dyn_cast<ir::CholeskyAdjointOp>(op)) {
    Value seed = buffer(adjoint.getSeed()).pointer;
    Value result = made(adjoint.getResult(), matrix.sizes).pointer;
    callAtPlace(runtimeName("circ_cholesky_adjoint", array), Type(),
                {context, size, matrix.pointer, seed, result});
  } else if (auto solve = dyn_cast<ir::TriangularSolveOp>(op)) {
    const Buffer right = buffer(solve.getRight());
    Value result = made(solve.getResult(), right.sizes).pointer;
    callLinear("triangular_solve", "trsm", array, Type(),
               {context, size, columnsOf(right), matrix.pointer, constant(solve.getTransposed()),
                right.pointer, result});
  } else {
    auto sort = cast<ir::SortOrderOp>(op);
    Value order = made(sort.getOrder(), size).pointer;
    StringRef name = elementType(array).isInteger(64) ? "circ_sort_order_i64" : "circ_sort_order";
    callAtPlace(runtimeName(name, array), Type(), {context, size, matrix.pointer, order});
  }
}

} // namespace circ::lowering
