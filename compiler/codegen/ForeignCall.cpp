//===- ForeignCall.cpp - Calls of C functions that are known at run time --===//

#include "compiler/codegen/ForeignCall.h"

#include "compiler/codegen/Slots.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace circ {

static constexpr const char *thunkName = "circ.foreign_call";

Expected<ForeignCall> ForeignCall::create(const std::vector<HeaderArgument> &arguments) {
  LLVMProgram program;
  program.context = std::make_unique<LLVMContext>();
  LLVMContext &context = *program.context;
  program.module = std::make_unique<Module>("call", context);
  auto *pointer = PointerType::get(context, 0);
  auto *status = Type::getInt32Ty(context);
  auto *thunk = Function::Create(FunctionType::get(status, {pointer, pointer}, false),
                                 GlobalValue::ExternalLinkage, thunkName, *program.module);
  IRBuilder<> b(BasicBlock::Create(context, "entry", thunk));
  SmallVector<Type *> types;
  SmallVector<Value *> values;
  SmallVector<unsigned> bools;
  for (unsigned i = 0; i < arguments.size(); ++i) {
    const HeaderArgument &argument = arguments[i];
    Value *place =
        b.CreateLoad(pointer, b.CreateConstInBoundsGEP1_64(pointer, thunk->getArg(1), i));
    bool byValue = argument.role == HeaderArgument::Role::Dimension ||
                   (argument.role == HeaderArgument::Role::Input && argument.shape.empty());
    if (byValue && argument.kind == ElementKind::Bool)
      bools.push_back(i);
    values.push_back(byValue ? b.CreateLoad(memoryType(context, argument.kind), place) : place);
    types.push_back(values.back()->getType());
  }
  CallInst *call = b.CreateCall(FunctionType::get(status, types, false), thunk->getArg(0), values);
  for (unsigned i : bools)
    call->addParamAttr(i, Attribute::ZExt);
  b.CreateRet(call);
  auto jit = Jit::create(std::move(program), CodegenOptions());
  if (!jit)
    return jit.takeError();
  ForeignCall made;
  made.jit = std::move(*jit);
  return made;
}

int ForeignCall::call(void *function, void *const *places) const {
  using Thunk = int (*)(void *, void *const *);
  auto thunk = reinterpret_cast<Thunk>(reinterpret_cast<void *>(jit->lookup(thunkName)));
  return thunk(function, places);
}

} // namespace circ
