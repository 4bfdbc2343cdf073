//===- Wrapper.cpp - The C functions of a library -------------------------===//

#include "compiler/codegen/Wrapper.h"

#include "compiler/codegen/Optimize.h"
#include "compiler/codegen/Slots.h"
#include "compiler/codegen/WrapperParts.h"
#include "compiler/codegen/WrapperSizes.h"
#include "runtime/circ_runtime.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace circ {

CpuGuard cpuGuard(const TargetMachine &machine) {
  return {requiredCpuFeatures(machine), machine.getTargetCPU().str()};
}

void useBaseline(Function &function, const CpuGuard &guard) {
  function.setDoesNotThrow();
  if (guard.features.empty())
    return;
  function.addFnAttr("target-cpu", "x86-64");
  function.addFnAttr("target-features", "+cx8,+fxsr,+mmx,+sse,+sse2,+x87");
}

Function *cpuCheck(Module &module, const CpuGuard &guard) {
  if (Function *made = module.getFunction("circ.cpu"))
    return made;
  LLVMContext &context = module.getContext();
  IRBuilder<> b(context);
  auto *function = Function::Create(FunctionType::get(b.getInt1Ty(), false),
                                    Function::InternalLinkage, "circ.cpu", module);
  useBaseline(*function, guard);
  auto *known = new GlobalVariable(module, b.getInt8Ty(), /*isConstant=*/false,
                                   GlobalValue::InternalLinkage, b.getInt8(0), "circ.cpu_is_good");
  auto *entry = BasicBlock::Create(context, "", function);
  auto *ask = BasicBlock::Create(context, "ask", function);
  auto *good = BasicBlock::Create(context, "good", function);
  b.SetInsertPoint(entry);
  // Two threads may both ask; they get the same answer.
  LoadInst *load = b.CreateAlignedLoad(b.getInt8Ty(), known, Align(1));
  load->setAtomic(AtomicOrdering::Monotonic);
  b.CreateCondBr(b.CreateIsNotNull(load), good, ask);
  b.SetInsertPoint(ask);
  FunctionCallee supports =
      module.getOrInsertFunction("circ_cpu_supports", b.getInt32Ty(), b.getPtrTy());
  Value *yes = b.CreateIsNotNull(b.CreateCall(supports, b.CreateGlobalString(guard.features)));
  StoreInst *store = b.CreateAlignedStore(b.CreateZExt(yes, b.getInt8Ty()), known, Align(1));
  store->setAtomic(AtomicOrdering::Monotonic);
  b.CreateRet(yes);
  b.SetInsertPoint(good);
  b.CreateRet(b.getTrue());
  return function;
}

std::string lackingCpu(const CpuGuard &guard) {
  return "the library is made for the CPU '" + guard.cpu +
         "' and uses features that this one lacks (circ build --cpu chooses another)";
}

Value *setError(IRBuilder<> &b, Module &module, int status, const std::string &message) {
  auto *type = FunctionType::get(b.getInt32Ty(), {b.getInt32Ty(), b.getPtrTy()}, false);
  return b.CreateCall(module.getOrInsertFunction("circ_set_error", type),
                      {b.getInt32(status), b.CreateGlobalString(message)});
}

namespace {

/// Emits one wrapper.
class WrapperEmitter {
public:
  WrapperEmitter(Module &module, const WrapperSpec &spec, const CpuGuard &guard)
      : module(module), spec(spec), guard(guard), context(module.getContext()), b(context) {
    declare();
  }

  void emit() {
    b.SetInsertPoint(BasicBlock::Create(context, "", function));
    if (!guard.features.empty())
      require(b.CreateCall(cpuCheck(module, guard)), CIRC_CPU, lackingCpu(guard));
    for (auto [i, dim] : enumerate(dims))
      require(b.CreateICmpSGE(dim, b.getInt64(0)), CIRC_SHAPE,
              "the dimension " + name(spec.dimensionNames, i) + " is negative");
    for (unsigned i = 0; i < parameters.size(); ++i)
      fillParameter(i);
    for (unsigned i = 0; i < outputs.size(); ++i)
      fillResult(i);
    call();
  }

private:
  static std::string name(const std::vector<std::string> &names, size_t i) {
    return i < names.size() ? "'" + names[i] + "'" : "number " + std::to_string(i);
  }

  void declare() {
    SmallVector<Type *> types(spec.dimensionCount, b.getInt64Ty());
    for (const ValueSpec &parameter : spec.entry.parameters)
      types.push_back(parameter.rank ? b.getPtrTy() : memoryType(context, parameter.kind));
    types.append(spec.entry.results.size(), b.getPtrTy());
    if (spec.inWorkspace)
      types.append({b.getPtrTy(), b.getInt64Ty()});
    function = Function::Create(FunctionType::get(b.getInt32Ty(), types, false),
                                Function::ExternalLinkage, spec.symbol, module);
    useBaseline(*function, guard);
    function->addRetAttr(Attribute::SExt);
    for (Argument &argument : function->args()) {
      unsigned i = argument.getArgNo();
      if (argument.getType()->isIntegerTy(8))
        argument.addAttr(Attribute::ZExt); // the C ABI's uint8_t
      (i < spec.dimensionCount                                  ? dims
       : i < spec.dimensionCount + spec.entry.parameters.size() ? parameters
                                                                : outputs)
          .push_back(&argument);
    }
    if (spec.inWorkspace)
      workspace = {outputs.pop_back_val(), outputs.pop_back_val()};
    body = module.getFunction(spec.entry.symbol);
    assert(body && "the packed entry is in the module");
    body->setLinkage(GlobalValue::InternalLinkage);
    slots.resize(slotCount(spec.entry));
  }

  FunctionCallee runtime(StringRef name, Type *result, ArrayRef<Type *> arguments) {
    return module.getOrInsertFunction(name, FunctionType::get(result, arguments, false));
  }

  /// Goes on if the condition holds; if not, returns from the wrapper, or after
  /// the call goes to its end.
  void require(Value *condition, int status, const Twine &message) {
    auto *good = BasicBlock::Create(context, "", function);
    auto *bad = BasicBlock::Create(context, "", function);
    b.CreateCondBr(condition, good, bad);
    b.SetInsertPoint(bad);
    Value *set = setError(b, module, status, (spec.symbol + ": " + message).str());
    if (leave) {
      b.CreateStore(set, returned);
      b.CreateBr(leave);
    } else {
      b.CreateRet(set);
    }
    b.SetInsertPoint(good);
  }

  void forbid(Value *condition, const Twine &message) {
    if (condition)
      require(b.CreateNot(condition), CIRC_SHAPE, message);
  }

  AllocaInst *variable(Type *type) {
    BasicBlock &entry = function->getEntryBlock();
    IRBuilder<> top(&entry, entry.begin());
    return top.CreateAlloca(type);
  }

  Value *stored(Value *value) {
    Value *place = variable(value->getType());
    b.CreateStore(value, place);
    return place;
  }

  void fillParameter(unsigned i) {
    const ValueSpec &parameter = spec.entry.parameters[i];
    slots[next++] = parameter.rank ? parameters[i] : stored(parameters[i]);
    for (unsigned d = 0; d < parameter.rank; ++d) {
      const DimensionFormula &formula = spec.parameterSizes[i][d];
      EmittedSize size = emitSize(b, formula, dims, parameters);
      std::string what = ("dimension " + Twine(d) + " of " + name(spec.parameterNames, i)).str();
      forbid(size.overflow, what + " is too large");
      forbid(size.inexact, what + " is not a whole number");
      forbid(size.negative, what + " is negative");
      int64_t fixed = parameter.staticSizes[d];
      if (fixed >= 0 && constantSize(formula) != fixed)
        require(b.CreateICmpEQ(size.value, b.getInt64(fixed)), CIRC_SHAPE,
                what + " is not " + std::to_string(fixed));
      slots[next++] = stored(size.value);
    }
  }

  void fillResult(unsigned i) {
    const ValueSpec &result = spec.entry.results[i];
    Type *type = memoryType(context, result.kind);
    if (result.rank)
      type = StructType::get(b.getPtrTy(), ArrayType::get(b.getInt64Ty(), result.rank));
    slots[next++] = variable(type);
  }

  /// Where the arrays among the results shall be made: in the memory that the
  /// caller gives for them, as long as their sizes are what their types say.
  Value *places() {
    auto *type = StructType::get(b.getPtrTy(), b.getInt64Ty()); // circ_result_memory
    SmallVector<std::pair<Value *, Value *>> made;
    for (auto [i, result] : enumerate(spec.entry.results)) {
      if (!result.rank)
        continue;
      Value *memory = outputs[i], *bytes = b.getInt64(elementBytes(result.kind));
      for (const DimensionFormula &formula : spec.resultSizes[i]) {
        EmittedSize size = emitSize(b, formula, dims, parameters);
        for (Value *wrong : {size.overflow, size.inexact, size.negative})
          if (wrong)
            memory = b.CreateSelect(wrong, ConstantPointerNull::get(b.getPtrTy()), memory);
        bytes = b.CreateMul(bytes, size.value);
      }
      made.push_back({memory, bytes});
    }
    if (made.empty())
      return ConstantPointerNull::get(b.getPtrTy());
    AllocaInst *list = variable(ArrayType::get(type, made.size()));
    for (auto [i, place] : enumerate(made)) {
      Value *where = b.CreateConstInBoundsGEP1_64(type, list, i);
      b.CreateStore(place.first, b.CreateStructGEP(type, where, 0));
      b.CreateStore(place.second, b.CreateStructGEP(type, where, 1));
    }
    return list;
  }

  void call() {
    AllocaInst *list = variable(ArrayType::get(b.getPtrTy(), slots.size()));
    for (auto [i, place] : enumerate(slots))
      b.CreateStore(place, b.CreateConstInBoundsGEP1_64(b.getPtrTy(), list, i));
    returned = variable(b.getInt32Ty());
    AllocaInst *contextPlace = variable(b.getPtrTy());
    SmallVector<Value *> arguments{contextPlace, body, list, places()};
    if (spec.inWorkspace)
      arguments.append({workspace.second, workspace.first});
    SmallVector<Type *> types;
    for (Value *argument : arguments)
      types.push_back(argument->getType());
    Value *entered = b.CreateCall(
        runtime(spec.inWorkspace ? "circ_enter_in_workspace" : "circ_enter_with_places",
                b.getInt32Ty(), types),
        arguments);
    b.CreateStore(entered, returned);
    leave = BasicBlock::Create(context, "leave", function);
    auto *done = BasicBlock::Create(context, "done", function);
    b.CreateCondBr(b.CreateIsNull(entered), done, leave);

    b.SetInsertPoint(done);
    // All sizes are checked before anything is copied.
    for (unsigned i = 0; i < outputs.size(); ++i)
      checkResult(i);
    for (unsigned i = 0; i < outputs.size(); ++i)
      storeResult(i);
    b.CreateBr(leave);

    leave->moveAfter(b.GetInsertBlock());
    b.SetInsertPoint(leave);
    b.CreateCall(runtime("circ_leave", b.getVoidTy(), {b.getPtrTy()}),
                 b.CreateLoad(b.getPtrTy(), contextPlace));
    b.CreateRet(b.CreateLoad(b.getInt32Ty(), returned));
  }

  Value *resultSlot(unsigned i) { return slots[parameterSlots(spec.entry) + i]; }

  Value *resultSize(unsigned i, unsigned d) {
    return b.CreateLoad(b.getInt64Ty(),
                        b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), resultSlot(i), 1 + d));
  }

  /// Results that nobody wants may have any size.
  void checkResult(unsigned i) {
    const ValueSpec &result = spec.entry.results[i];
    Value *unwanted = b.CreateIsNull(outputs[i]);
    for (unsigned d = 0; d < result.rank; ++d) {
      const DimensionFormula &formula = spec.resultSizes[i][d];
      if (result.staticSizes[d] >= 0 && constantSize(formula) == result.staticSizes[d])
        continue;
      EmittedSize size = emitSize(b, formula, dims, parameters);
      Value *agrees = b.CreateICmpEQ(size.value, resultSize(i, d));
      for (Value *wrong : {size.overflow, size.inexact})
        if (wrong)
          agrees = b.CreateAnd(agrees, b.CreateNot(wrong));
      require(b.CreateOr(agrees, unwanted), CIRC_SHAPE,
              "dimension " + Twine(d) + " of the result " + name(spec.resultNames, i) +
                  " is not what its type says");
    }
  }

  void storeResult(unsigned i) {
    const ValueSpec &result = spec.entry.results[i];
    auto *wanted = BasicBlock::Create(context, "", function);
    auto *after = BasicBlock::Create(context, "", function);
    Value *done = b.CreateIsNull(outputs[i]);
    Value *data = result.rank ? b.CreateLoad(b.getPtrTy(), resultSlot(i)) : nullptr;
    if (data)
      done = b.CreateOr(done, b.CreateICmpEQ(data, outputs[i]));
    b.CreateCondBr(done, after, wanted);
    b.SetInsertPoint(wanted);
    if (!result.rank) {
      Type *type = memoryType(context, result.kind);
      b.CreateStore(b.CreateLoad(type, resultSlot(i)), outputs[i]);
    } else {
      Value *bytes = b.getInt64(elementBytes(result.kind));
      for (unsigned d = 0; d < result.rank; ++d)
        bytes = b.CreateMul(bytes, resultSize(i, d));
      MaybeAlign align(elementBytes(result.kind));
      b.CreateMemCpy(outputs[i], align, data, align, bytes);
    }
    b.CreateBr(after);
    b.SetInsertPoint(after);
  }

  Module &module;
  const WrapperSpec &spec;
  const CpuGuard &guard;
  LLVMContext &context;
  IRBuilder<> b;
  Function *function = nullptr, *body = nullptr;
  SmallVector<Value *> dims, parameters, outputs;
  std::pair<Value *, Value *> workspace; ///< Its bytes and its memory.
  SmallVector<Value *> slots;
  unsigned next = 0;
  /// The end of the wrapper, once the call is made, and what it returns.
  BasicBlock *leave = nullptr;
  Value *returned = nullptr;
};

} // namespace

void addWrapper(Module &module, const WrapperSpec &spec, const CpuGuard &guard) {
  WrapperEmitter(module, spec, guard).emit();
}

void addLastError(Module &module, const std::string &symbol) {
  IRBuilder<> b(module.getContext());
  auto *type = FunctionType::get(b.getPtrTy(), false);
  auto *function = Function::Create(type, Function::ExternalLinkage, symbol, module);
  function->setDoesNotThrow();
  b.SetInsertPoint(BasicBlock::Create(module.getContext(), "", function));
  b.CreateRet(b.CreateCall(module.getOrInsertFunction("circ_last_error", type)));
}

} // namespace circ
