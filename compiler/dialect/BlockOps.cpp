//===- BlockOps.cpp - Verifiers of ops on blocks of iterations ------------===//

#include "compiler/dialect/CircOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ::ir {

LogicalResult CallBlocksOp::verify() {
  if (getJoined().size() != getMade().size())
    return emitOpError("needs to say of each result whether it is joined");
  int64_t dynamic = 0;
  for (Type type : getMade().getTypes()) {
    auto array = cast<RankedTensorType>(type);
    if (array.getRank() == 0)
      return emitOpError("has a result without dimensions");
    dynamic += llvm::count_if(array.getShape().drop_front(), ShapedType::isDynamic);
  }
  if (dynamic != static_cast<int64_t>(getSizes().size()))
    return emitOpError("needs one size for each dynamic dimension of its results but the first");
  return success();
}

/// The type that a call gives for a result.
static bool fits(Type given, RankedTensorType made, bool joined) {
  auto array = dyn_cast<RankedTensorType>(given);
  auto rest = made.getShape().drop_front();
  if (!array)
    return !joined && rest.empty() && given == made.getElementType();
  return array.getElementType() == made.getElementType() &&
         (joined ? array.getShape().drop_front() : array.getShape()) == rest;
}

LogicalResult CallBlocksOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getCalleeAttr());
  if (!callee)
    return emitOpError() << "calls '" << getCallee() << "', which is not a function";
  FunctionType type = callee.getFunctionType();
  Type i64 = IntegerType::get(getContext(), 64);
  SmallVector<Type> inputs{i64, i64};
  llvm::append_range(inputs, getValues().getTypes());
  if (type.getInputs() != ArrayRef(inputs))
    return emitOpError("passes other types than the callee takes");
  if (type.getNumResults() != getMade().size())
    return emitOpError("has another number of results than the callee");
  for (auto [given, made, joined] :
       llvm::zip_equal(type.getResults(), getMade().getTypes(), getJoined()))
    if (!fits(given, cast<RankedTensorType>(made), joined))
      return emitOpError() << "cannot make " << made << " of what the callee gives, " << given;
  return success();
}

} // namespace circ::ir
