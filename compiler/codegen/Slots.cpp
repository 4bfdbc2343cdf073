//===- Slots.cpp - How values lie in memory and in slots ------------------===//

#include "compiler/codegen/Slots.h"

#include "llvm/IR/DerivedTypes.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace circ {

Type *memoryType(LLVMContext &context, ElementKind kind) {
  switch (kind) {
  case ElementKind::F64:
    return Type::getDoubleTy(context);
  case ElementKind::F32:
    return Type::getFloatTy(context);
  case ElementKind::I64:
    return Type::getInt64Ty(context);
  case ElementKind::Bool:
    return Type::getInt8Ty(context);
  }
  llvm_unreachable("all kinds are handled");
}

unsigned parameterSlots(const EntrySpec &spec) {
  unsigned count = 0;
  for (const ValueSpec &parameter : spec.parameters)
    count += 1 + parameter.rank;
  return count;
}

unsigned slotCount(const EntrySpec &spec) {
  return parameterSlots(spec) + static_cast<unsigned>(spec.results.size());
}

} // namespace circ
