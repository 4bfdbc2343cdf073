//===- VectorMath.cpp - Math functions as code ----------------------------===//

#include "compiler/codegen/VectorMath.h"

#include "compiler/codegen/MathFunctions.h"
#include "compiler/lowering/LaneFunctions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace circ {
namespace {

/// The function of this name on numbers of their own type. f32 is computed in f64,
/// where nothing overflows, no argument is denormal and short polynomials suffice.
Value *emit(IRBuilder<> &b, StringRef name, Value *x) {
  Type *type = x->getType();
  if (!type->getScalarType()->isFloatTy())
    return emitMathFunction(b, name, x, MathPrecision::Double);
  Value *wide = b.CreateFPExt(x, type->getWithNewType(b.getDoubleTy()));
  name.consume_back("f");
  return b.CreateFPTrunc(emitMathFunction(b, name, wide, MathPrecision::Single), type);
}

/// Gives a function its body and makes it one that is always inlined, or never.
void define(Function &function, StringRef name, unsigned registerLanes, bool inlined) {
  function.setLinkage(GlobalValue::InternalLinkage);
  function.removeFnAttr(inlined ? Attribute::NoInline : Attribute::AlwaysInline);
  function.addFnAttr(inlined ? Attribute::AlwaysInline : Attribute::NoInline);
  function.setDoesNotThrow();
  IRBuilder<> b(BasicBlock::Create(function.getContext(), "", &function));
  Value *x = function.getArg(0);
  auto *lanes = dyn_cast<FixedVectorType>(x->getType());
  if (!lanes || lanes->getNumElements() <= registerLanes) {
    b.CreateRet(emit(b, name, x));
    return;
  }
  // One register after the other: each has all temporaries in registers.
  SmallVector<Value *> parts;
  for (unsigned first = 0; first < lanes->getNumElements(); first += registerLanes) {
    SmallVector<int> mask;
    for (unsigned i = 0; i < registerLanes; ++i)
      mask.push_back(static_cast<int>(first + i));
    parts.push_back(emit(b, name, b.CreateShuffleVector(x, mask)));
  }
  while (parts.size() > 1) {
    SmallVector<Value *> pairs;
    for (size_t i = 0; i < parts.size(); i += 2) {
      unsigned count = cast<FixedVectorType>(parts[i]->getType())->getNumElements();
      SmallVector<int> mask(2 * count);
      for (unsigned k = 0; k < 2 * count; ++k)
        mask[k] = static_cast<int>(k);
      pairs.push_back(b.CreateShuffleVector(parts[i], parts[i + 1], mask));
    }
    parts = pairs;
  }
  b.CreateRet(parts.front());
}

} // namespace

void defineVectorMath(Module &module, unsigned registerBits, bool inlined) {
  SmallVector<std::pair<Function *, StringRef>> wanted;
  for (Function &function : make_early_inc_range(module)) {
    if (!function.isDeclaration())
      continue;
    StringRef name = function.getName();
    if (name.consume_front("circ.lanes.")) {
      wanted.push_back({&function, name.split('.').first});
    } else if (hasLaneFunction(name) && !function.use_empty()) {
      Function *own = Function::Create(function.getFunctionType(), GlobalValue::InternalLinkage,
                                       "circ.scalar." + name, module);
      wanted.push_back({own, name});
      function.replaceAllUsesWith(own);
    }
  }
  // Now that no use is replaced any more: some bodies call libm's function.
  for (auto [function, name] : wanted)
    define(*function, name, registerBits / 64, inlined);
}

} // namespace circ
