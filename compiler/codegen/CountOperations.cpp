//===- CountOperations.cpp - How many operations a program does -----------===//

#include "compiler/codegen/CountOperations.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace circ {

static uint64_t elements(Type *type) {
  auto *vector = dyn_cast<FixedVectorType>(type);
  return vector ? vector->getNumElements() : 1;
}

/// The operations of a call of an intrinsic.
static uint64_t operationsOf(const IntrinsicInst &call) {
  switch (call.getIntrinsicID()) {
  case Intrinsic::fma:
  case Intrinsic::fmuladd:
    return 2 * elements(call.getType());
  case Intrinsic::vector_reduce_fadd:
  case Intrinsic::vector_reduce_fmul:
    return elements(call.getArgOperand(1)->getType());
  case Intrinsic::sqrt:
  case Intrinsic::sin:
  case Intrinsic::cos:
  case Intrinsic::tan:
  case Intrinsic::exp:
  case Intrinsic::exp2:
  case Intrinsic::log:
  case Intrinsic::log2:
  case Intrinsic::log10:
  case Intrinsic::pow:
  case Intrinsic::powi:
    return elements(call.getType());
  default:
    return 0;
  }
}

static uint64_t operationsOf(const Instruction &instruction) {
  switch (instruction.getOpcode()) {
  case Instruction::FAdd:
  case Instruction::FSub:
  case Instruction::FMul:
  case Instruction::FDiv:
  case Instruction::FRem:
    return elements(instruction.getType());
  case Instruction::Call:
    break;
  default:
    return 0;
  }
  if (const auto *intrinsic = dyn_cast<IntrinsicInst>(&instruction))
    return operationsOf(*intrinsic);
  const Function *callee = cast<CallInst>(instruction).getCalledFunction();
  return callee && callee->isDeclaration() && callee->getReturnType()->isFPOrFPVectorTy();
}

static bool isProduct(StringRef name) {
  return name == "circ_matmul" || name == "circ_matmulf" || name == "circ_blas_matmul" ||
         name == "circ_blas_matmulf";
}

void countOperations(Module &module) {
  auto *type = IntegerType::getInt64Ty(module.getContext());
  auto *counter =
      new GlobalVariable(module, type, /*isConstant=*/false, GlobalValue::ExternalLinkage,
                         ConstantInt::get(type, 0), operationCounter);
  auto add = [&](IRBuilder<> &b, Value *count) {
    b.CreateStore(b.CreateAdd(b.CreateLoad(type, counter), count), counter);
  };
  for (Function &function : module)
    for (BasicBlock &block : function) {
      uint64_t count = 0;
      SmallVector<CallInst *> products;
      for (Instruction &instruction : block) {
        count += operationsOf(instruction);
        auto *call = dyn_cast<CallInst>(&instruction);
        const Function *callee = call ? call->getCalledFunction() : nullptr;
        if (callee && isProduct(callee->getName()))
          products.push_back(call);
      }
      if (count) {
        IRBuilder<> b(&block, block.getFirstInsertionPt());
        add(b, b.getInt64(count));
      }
      for (CallInst *call : products) {
        IRBuilder<> b(call);
        Value *size = b.CreateMul(call->getArgOperand(1), call->getArgOperand(2));
        add(b, b.CreateShl(b.CreateMul(size, call->getArgOperand(3)), 1));
      }
    }
}

} // namespace circ
