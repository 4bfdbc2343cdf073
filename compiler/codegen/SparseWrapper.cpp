//===- SparseWrapper.cpp - The C functions of sparse matrices -------------===//

#include "compiler/codegen/SparseWrapper.h"

#include "compiler/codegen/Slots.h"
#include "compiler/codegen/WrapperParts.h"
#include "compiler/codegen/WrapperSizes.h"
#include "runtime/circ_runtime.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace circ {
namespace {

/// Emits one of the functions.
class SparseEmitter {
public:
  SparseEmitter(Module &module, const SparseWrapperSpec &spec, const CpuGuard &guard)
      : module(module), spec(spec), guard(guard), context(module.getContext()), b(context) {
    declare();
  }

  void emit() {
    b.SetInsertPoint(BasicBlock::Create(context, "", function));
    if (!guard.features.empty())
      require(b.CreateCall(cpuCheck(module, guard)), CIRC_CPU, lackingCpu(guard));
    for (auto [i, dim] : enumerate(dims))
      require(b.CreateICmpSGE(dim, b.getInt64(0)), CIRC_SHAPE,
              "the dimension '" + spec.dimensionNames[i] + "' is negative");
    if (spec.value.empty())
      callDriver("circ_sparse_pattern", {emitProgram(spec.programs.front())}, outputs);
    else
      emitValues();
  }

private:
  void declare() {
    SmallVector<Type *> types(spec.dimensionCount, b.getInt64Ty());
    for (auto [parameter, taken] : zip_equal(spec.parameters, spec.taken))
      if (taken)
        types.push_back(parameter.rank ? b.getPtrTy() : memoryType(context, parameter.kind));
    // The pattern, the circuit's results, and the values; of the pattern function the
    // pattern alone.
    types.append(spec.value.empty() ? 2 : 3 + spec.resultCount, b.getPtrTy());
    function = Function::Create(FunctionType::get(b.getInt32Ty(), types, false),
                                Function::ExternalLinkage, spec.symbol, module);
    useBaseline(*function, guard);
    function->addRetAttr(Attribute::SExt);
    auto *next = function->arg_begin();
    for (unsigned i = 0; i < spec.dimensionCount; ++i)
      dims.push_back(&*next++);
    for (bool taken : spec.taken) {
      if (taken && next->getType()->isIntegerTy(8))
        next->addAttr(Attribute::ZExt);
      parameters.push_back(taken ? &*next++ : nullptr);
    }
    while (next != function->arg_end())
      outputs.push_back(&*next++);
  }

  void require(Value *condition, int status, const Twine &message) {
    auto *good = BasicBlock::Create(context, "", function);
    auto *bad = BasicBlock::Create(context, "", function);
    b.CreateCondBr(condition, good, bad);
    b.SetInsertPoint(bad);
    b.CreateRet(setError(b, module, status, (spec.symbol + ": " + message).str()));
    b.SetInsertPoint(good);
  }

  AllocaInst *variable(Type *type) {
    BasicBlock &entry = function->getEntryBlock();
    return IRBuilder<>(&entry, entry.begin()).CreateAlloca(type);
  }

  Value *stored(Value *value) {
    Value *place = variable(value->getType());
    b.CreateStore(value, place);
    return place;
  }

  /// The address of a list of `circ_place`, and its length in `count`.
  Value *places(const std::vector<std::array<int64_t, 4>> &list, Value *&count) {
    std::vector<uint64_t> words;
    for (const auto &place : list)
      words.insert(words.end(), place.begin(), place.end());
    count = b.getInt64(list.size());
    Constant *data = ConstantDataArray::get(context, words);
    return new GlobalVariable(module, data->getType(), /*isConstant=*/true,
                              GlobalValue::PrivateLinkage, data);
  }

  /// A `circ_sweep` in this function's frame.
  Value *emitProgram(const SparseProgram &program) {
    const EntrySpec &entry = program.entry;
    Function *body = module.getFunction(entry.symbol);
    assert(body && "the packed entry is in the module");
    body->setLinkage(GlobalValue::InternalLinkage);
    std::vector<std::array<int64_t, 4>> inputs, outs;
    AllocaInst *slots = variable(ArrayType::get(b.getPtrTy(), slotCount(entry)));
    int64_t next = 0;
    auto put = [&](Value *value) {
      b.CreateStore(value, b.CreateConstInBoundsGEP1_64(b.getPtrTy(), slots, next++));
    };
    auto bytes = [](ElementKind kind) { return int64_t(kind == ElementKind::F32 ? 4 : 8); };
    for (auto [i, parameter] : enumerate(entry.parameters)) {
      if (program.inputs[i] == SparseProgram::Input::Given) {
        put(parameter.rank ? parameters[i] : stored(parameters[i]));
      } else {
        inputs.push_back({next, parameter.rank, bytes(parameter.kind),
                          program.inputs[i] == SparseProgram::Input::Active});
        put(ConstantPointerNull::get(b.getPtrTy()));
      }
      for (const DimensionFormula &formula : program.parameterSizes[i]) {
        EmittedSize size = emitSize(b, formula, dims, parameters);
        for (Value *wrong : {size.overflow, size.inexact, size.negative})
          if (wrong)
            require(b.CreateNot(wrong), CIRC_SHAPE, "a dimension of a parameter is not a size");
        put(stored(size.value));
      }
    }
    for (auto [i, result] : enumerate(entry.results)) {
      if (i >= program.firstOutput)
        outs.push_back({next, result.rank, bytes(result.kind), 0});
      put(variable(ArrayType::get(b.getInt64Ty(), 1 + result.rank)));
    }
    Value *inputCount, *outputCount;
    Value *inputList = places(inputs, inputCount), *outputList = places(outs, outputCount);
    Value *fields[] = {body, slots, inputCount, outputCount, inputList, outputList};
    AllocaInst *made = variable(ArrayType::get(b.getInt64Ty(), std::size(fields)));
    for (auto [i, field] : enumerate(fields))
      b.CreateStore(field, b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), made, i));
    return made;
  }

  void callDriver(StringRef name, ArrayRef<Value *> first, ArrayRef<Value *> rest) {
    SmallVector<Value *> arguments(first);
    arguments.append(rest.begin(), rest.end());
    SmallVector<Type *> types(arguments.size(), b.getPtrTy());
    auto *type = FunctionType::get(b.getInt32Ty(), types, false);
    b.CreateRet(b.CreateCall(module.getOrInsertFunction(name, type), arguments));
  }

  /// The circuit's results first, then the matrix.
  void emitValues() {
    ArrayRef<Value *> pattern = ArrayRef(outputs).take_front(2);
    SmallVector<Value *> arguments(dims);
    arguments.append(parameters.begin(), parameters.end());
    arguments.append(outputs.begin() + 2, outputs.end() - 1);
    Value *status = b.CreateCall(module.getFunction(spec.value), arguments);
    auto *done = BasicBlock::Create(context, "", function);
    auto *failed = BasicBlock::Create(context, "", function);
    b.CreateCondBr(b.CreateIsNull(status), done, failed);
    b.SetInsertPoint(failed);
    b.CreateRet(status);
    b.SetInsertPoint(done);
    Value *null = ConstantPointerNull::get(b.getPtrTy());
    Value *forward = emitProgram(spec.programs.front());
    Value *reverse = spec.programs.size() > 1 ? emitProgram(spec.programs[1]) : null;
    callDriver("circ_sparse_values", {forward, reverse, pattern[0], pattern[1]},
               {outputs.back(), null});
  }

  Module &module;
  const SparseWrapperSpec &spec;
  const CpuGuard &guard;
  LLVMContext &context;
  IRBuilder<> b;
  Function *function = nullptr;
  SmallVector<Value *> dims, parameters, outputs;
};

} // namespace

void addSparseWrapper(Module &module, const SparseWrapperSpec &spec, const CpuGuard &guard) {
  SparseEmitter(module, spec, guard).emit();
}

} // namespace circ
