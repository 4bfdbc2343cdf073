//===- TapeUses.cpp - Which ops of a lowered function use tapes -----------===//

#include "compiler/lowering/TapeUses.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace circ::lowering {

StringRef calleeOf(Operation &op) {
  auto call = dyn_cast<LLVM::CallOp>(op);
  return call && call.getCallee() ? *call.getCallee() : StringRef();
}

static bool usesTape(Operation &op) {
  StringRef name = calleeOf(op);
  return name.contains("_push") || name.contains("_pop");
}

static bool isTape(Value value, SmallPtrSetImpl<void *> &asked) {
  if (Operation *definition = value.getDefiningOp())
    return calleeOf(*definition).contains("_tape");
  if (!isa<LLVM::LLVMPointerType>(value.getType()) ||
      !asked.insert(value.getAsOpaquePointer()).second)
    return false;
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    auto call = dyn_cast<func::CallOp>(user);
    if (!call)
      return usesTape(*user) && use.getOperandNumber() == 0;
    auto module = user->getParentOfType<ModuleOp>();
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    return callee && !callee.isExternal() &&
           isTape(callee.getArgument(use.getOperandNumber()), asked);
  });
}

bool isTape(Value value) {
  SmallPtrSet<void *, 8> asked;
  return isTape(value, asked);
}

bool usesOuterTape(Operation *op) {
  auto isOuter = [&](Value tape) {
    Operation *definition = tape.getDefiningOp();
    return !(definition && op->isProperAncestor(definition)) && isTape(tape);
  };
  return op
      ->walk([&](Operation *inner) {
        bool uses = isa<func::CallOp>(inner) ? llvm::any_of(inner->getOperands(), isOuter)
                                             : usesTape(*inner) && isOuter(inner->getOperand(0));
        return uses ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

bool popsSizes(Block &block) {
  return block
      .walk([](LLVM::CallOp call) {
        return calleeOf(*call) == "circ_pop_size" ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

} // namespace circ::lowering
