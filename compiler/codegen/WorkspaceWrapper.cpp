//===- WorkspaceWrapper.cpp - The C functions of workspaces ---------------===//

#include "compiler/codegen/WorkspaceWrapper.h"

#include "compiler/codegen/Slots.h"
#include "compiler/codegen/WrapperParts.h"
#include "compiler/codegen/WrapperSizes.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace circ {

bool isWorkspaceArgument(const ValueSpec &parameter) {
  return parameter.rank == 0 && parameter.kind == ElementKind::I64;
}

void addWorkspaceWrapper(Module &module, const WrapperSpec &spec, const std::string &symbol,
                         const CpuGuard &guard) {
  LLVMContext &context = module.getContext();
  IRBuilder<> b(context);
  SmallVector<Type *> types(spec.dimensionCount, b.getInt64Ty());
  for (const ValueSpec &parameter : spec.entry.parameters)
    if (isWorkspaceArgument(parameter))
      types.push_back(b.getInt64Ty());
  auto *function = Function::Create(FunctionType::get(b.getInt64Ty(), types, false),
                                    Function::ExternalLinkage, symbol, module);
  useBaseline(*function, guard);
  auto *next = function->arg_begin();
  SmallVector<Value *> dims, parameters;
  for (unsigned i = 0; i < spec.dimensionCount; ++i)
    dims.push_back(&*next++);
  for (const ValueSpec &parameter : spec.entry.parameters)
    parameters.push_back(isWorkspaceArgument(parameter) ? &*next++ : nullptr);

  b.SetInsertPoint(BasicBlock::Create(context, "", function));
  auto require = [&](Value *condition, const std::string &message) {
    auto *good = BasicBlock::Create(context, "", function);
    auto *bad = BasicBlock::Create(context, "", function);
    b.CreateCondBr(condition, good, bad);
    b.SetInsertPoint(bad);
    setError(b, module, -1, symbol + ": " + message);
    b.CreateRet(b.getInt64(-1));
    b.SetInsertPoint(good);
  };
  if (!guard.features.empty())
    require(b.CreateCall(cpuCheck(module, guard)), lackingCpu(guard));
  for (auto [i, dim] : enumerate(dims))
    require(b.CreateICmpSGE(dim, b.getInt64(0)),
            "the dimension '" + spec.dimensionNames[i] + "' is negative");

  // The measuring program has the arguments of the lowered function; of those that are
  // no sizes and no integers it uses none.
  Function *body = module.getFunction("circ." + spec.entry.function + ".measure");
  assert(body && "the function is measured");
  SmallVector<Value *> arguments{nullptr};
  for (auto [i, parameter] : enumerate(spec.entry.parameters)) {
    Type *type = body->getArg(arguments.size())->getType();
    arguments.push_back(parameters[i] ? parameters[i] : Constant::getNullValue(type));
    for (unsigned d = 0; d < parameter.rank; ++d) {
      EmittedSize size = emitSize(b, spec.parameterSizes[i][d], dims, parameters);
      for (Value *wrong : {size.overflow, size.inexact, size.negative})
        if (wrong)
          require(b.CreateNot(wrong), "a dimension of '" + spec.parameterNames[i] + "' is no size");
      if (parameter.staticSizes[d] < 0)
        arguments.push_back(size.value);
    }
  }
  while (arguments.size() < body->arg_size())
    arguments.push_back(Constant::getNullValue(body->getArg(arguments.size())->getType()));
  arguments.front() = b.CreateCall(
      module.getOrInsertFunction("circ_measure_new", FunctionType::get(b.getPtrTy(), false)));
  require(b.CreateIsNotNull(arguments.front()), "no memory");
  CallInst *call = b.CreateCall(body, arguments);
  call->setCallingConv(body->getCallingConv());
  FunctionCallee end = module.getOrInsertFunction(
      "circ_measure_end", FunctionType::get(b.getInt64Ty(), {b.getPtrTy()}, false));
  b.CreateRet(b.CreateCall(end, arguments.front()));
}

} // namespace circ
