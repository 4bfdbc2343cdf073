//===- Entry.cpp - The uniform entry of a compiled circuit ----------------===//

#include "compiler/codegen/Entry.h"

#include "compiler/codegen/Slots.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace circ {

void addPackedEntry(Module &module, const EntrySpec &entry) {
  LLVMContext &context = module.getContext();
  Function *callee = module.getFunction("circ." + entry.function);
  auto *pointer = PointerType::get(context, 0);
  auto *type = FunctionType::get(Type::getVoidTy(context), {pointer, pointer}, false);
  auto *function = Function::Create(type, GlobalValue::ExternalLinkage, entry.symbol, module);
  IRBuilder<> b(BasicBlock::Create(context, "entry", function));
  unsigned next = 0;
  auto slot = [&] {
    Value *address = b.CreateConstInBoundsGEP1_64(pointer, function->getArg(1), next++);
    return b.CreateLoad(pointer, address);
  };
  SmallVector<Value *> arguments{function->getArg(0)};
  for (const ValueSpec &parameter : entry.parameters) {
    Value *first = slot();
    if (parameter.rank != 0) {
      arguments.push_back(first);
      for (int64_t size : parameter.staticSizes) {
        Value *where = slot();
        if (size < 0)
          arguments.push_back(b.CreateLoad(b.getInt64Ty(), where));
      }
      continue;
    }
    Value *value = b.CreateLoad(memoryType(context, parameter.kind), first);
    if (parameter.kind == ElementKind::Bool)
      value = b.CreateICmpNE(value, b.getInt8(0));
    arguments.push_back(value);
  }
  auto *placeType = StructType::get(pointer, b.getInt64Ty()); // circ_result_memory
  unsigned arrays = 0;
  for (const ValueSpec &result : entry.results) {
    if (result.rank == 0)
      continue;
    FunctionCallee placeOf = module.getOrInsertFunction(
        "circ_result_place", FunctionType::get(pointer, {pointer, b.getInt64Ty()}, false));
    Value *place = b.CreateCall(placeOf, {function->getArg(0), b.getInt64(arrays++)});
    for (unsigned field : {0, 1})
      arguments.push_back(b.CreateLoad(placeType->getElementType(field),
                                       b.CreateStructGEP(placeType, place, field)));
  }
  CallInst *returned = b.CreateCall(callee, arguments);
  returned->setCallingConv(callee->getCallingConv());
  bool several = isa<StructType>(returned->getType());
  unsigned field = 0;
  auto take = [&] { return several ? b.CreateExtractValue(returned, field++) : returned; };
  for (const ValueSpec &result : entry.results) {
    Value *value = take();
    Value *where = slot();
    if (result.rank == 0 && result.kind == ElementKind::Bool)
      value = b.CreateZExt(value, b.getInt8Ty());
    b.CreateStore(value, where);
    for (unsigned k = 0; k < result.rank; ++k) {
      Value *size = result.staticSizes[k] < 0 ? take() : b.getInt64(result.staticSizes[k]);
      b.CreateStore(size, b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), where, k + 1));
    }
  }
  b.CreateRetVoid();
}

} // namespace circ
