//===- Slots.h - How values lie in memory and in slots --------------------===//
#pragma once

#include "compiler/codegen/Entry.h"

namespace llvm {
class LLVMContext;
class Type;
} // namespace llvm

namespace circ {

/// The type of an element in memory: double, float, i64, i8. A bool is one byte
/// there, 0 or 1, as lowered functions have it too.
llvm::Type *memoryType(llvm::LLVMContext &context, ElementKind kind);

/// The number of slots of the parameters, which is the first result's slot.
unsigned parameterSlots(const EntrySpec &spec);

/// The number of all slots of a packed entry.
unsigned slotCount(const EntrySpec &spec);

} // namespace circ
