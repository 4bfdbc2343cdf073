//===- DenseJacobian.cpp - Derivatives made of directions -----------------===//

#include "compiler/autodiff/DenseJacobian.h"

#include "compiler/autodiff/Autodiff.h"
#include "compiler/autodiff/TangentCallees.h"
#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace circ {
namespace autodiff {

/// The sizes of all dimensions of an array.
static SmallVector<Value> sizesOf(OpBuilder &b, Location loc, Value array) {
  SmallVector<Value> sizes;
  for (unsigned i = 0; i < cast<RankedTensorType>(array.getType()).getRank(); ++i)
    sizes.push_back(b.create<ir::DimOp>(loc, array, i));
  return sizes;
}

Value unitLike(OpBuilder &b, Location loc, Value like, ValueRange indices) {
  Type element = getElementTypeOrSelf(like.getType());
  Value one = b.create<arith::ConstantOp>(loc, b.getFloatAttr(element, 1.0));
  auto type = dyn_cast<RankedTensorType>(like.getType());
  if (!type)
    return one;
  SmallVector<Value> sizes;
  for (unsigned i = 0; i < type.getRank(); ++i)
    if (type.isDynamicDim(i))
      sizes.push_back(b.create<ir::DimOp>(loc, like, i));
  Value zero = b.create<arith::ConstantOp>(loc, b.getFloatAttr(element, 0.0));
  Value zeros = b.create<ir::SplatOp>(loc, type, zero, sizes);
  return b.create<ir::InsertOp>(loc, type, one, zeros, indices);
}

Value mapOverDirections(OpBuilder &b, Location loc, Value like,
                        llvm::function_ref<Value(Value)> emitDirection) {
  auto type = dyn_cast<RankedTensorType>(like.getType());
  if (!type)
    return emitDirection(unitLike(b, loc, like, {}));
  // What a direction gives is a scalar here.
  auto map = b.create<ir::MapOp>(loc, type, sizesOf(b, loc, like));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(map.getBodyBlock());
  b.create<ir::YieldOp>(loc, emitDirection(unitLike(b, loc, like, map.getIndices())));
  return map;
}

} // namespace autodiff

FailureOr<Gradient> buildForwardGradient(const GradientRequest &request) {
  func::FuncOp primal = request.function;
  FunctionType type = primal.getFunctionType();
  Location loc = primal.getLoc();
  if (!isa<FloatType>(type.getResult(request.result)))
    return primal.emitError("the differentiated result must be a real scalar");
  SmallVector<Type> results(type.getResults());
  for (unsigned argument : request.withRespectTo)
    results.push_back(type.getInput(argument));
  // The tangents of the real results follow all results.
  unsigned position = type.getNumResults();
  for (unsigned i = 0; i < request.result; ++i)
    position += isa<FloatType>(getElementTypeOrSelf(type.getResult(i)));

  auto module = primal->getParentOfType<ModuleOp>();
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  auto gradient =
      b.create<func::FuncOp>(loc, request.name, b.getFunctionType(type.getInputs(), results));
  gradient.setPrivate();
  for (unsigned i = 0; i < type.getNumInputs(); ++i)
    if (DictionaryAttr attributes = primal.getArgAttrDict(i))
      gradient.setArgAttrs(i, attributes);
  b.setInsertionPointToEnd(gradient.addEntryBlock());
  SmallVector<Value> values;
  llvm::append_range(values,
                     b.create<func::CallOp>(loc, primal, gradient.getArguments()).getResults());
  autodiff::TangentCallees callees(module);
  for (unsigned argument : request.withRespectTo) {
    llvm::BitVector active(type.getNumInputs());
    active.set(argument);
    FailureOr<func::FuncOp> tangent = callees.get(primal, active);
    if (failed(tangent))
      return failure();
    values.push_back(autodiff::mapOverDirections(
        b, loc, gradient.getArgument(argument), [&](Value unit) -> Value {
          SmallVector<Value> operands(gradient.getArguments());
          operands.push_back(unit);
          Value partial = b.create<func::CallOp>(loc, *tangent, operands).getResult(position);
          // A derivative has the type of what it is with respect to.
          Type wanted = getElementTypeOrSelf(unit.getType());
          if (partial.getType() == wanted)
            return partial;
          if (wanted.getIntOrFloatBitWidth() < partial.getType().getIntOrFloatBitWidth())
            return b.create<arith::TruncFOp>(loc, wanted, partial);
          return b.create<arith::ExtFOp>(loc, wanted, partial);
        }));
  }
  b.create<func::ReturnOp>(loc, values);
  return Gradient{gradient, {}};
}

} // namespace circ
