//===- LowerParts.cpp - Parts to functions of the LLVM dialect ------------===//

#include "compiler/lowering/Lowering.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ {

/// Whether only the function itself and its return are not in the LLVM dialect.
static bool isLowered(func::FuncOp function) {
  if (function.isExternal() || !function.getBody().hasOneBlock() || function.getNumResults() != 0 ||
      !llvm::all_of(function.getArgumentTypes(), [](Type t) { return LLVM::isCompatibleType(t); }))
    return false;
  return llvm::all_of(function.getBody().front().without_terminator(),
                      [](Operation &op) { return isa<LLVM::LLVMDialect>(op.getDialect()); });
}

LLVM::LLVMFuncOp lowerPart(func::FuncOp part) {
  if (!isLowered(part))
    return nullptr;
  OpBuilder b(part.getContext());
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), part.getArgumentTypes());
  auto function = b.create<LLVM::LLVMFuncOp>(part.getLoc(), part.getName(), type);
  function.setSymVisibilityAttr(part.getSymVisibilityAttr());
  for (NamedAttribute attribute : part->getDiscardableAttrs())
    function->setAttr(attribute.getName(), attribute.getValue()); // some are the new op's own
  function.getBody().takeBody(part.getBody());
  Operation *terminator = function.getBody().front().getTerminator();
  b.setInsertionPoint(terminator);
  b.create<LLVM::ReturnOp>(terminator->getLoc(), ValueRange());
  terminator->erase();
  part.erase();
  return function;
}

} // namespace circ
