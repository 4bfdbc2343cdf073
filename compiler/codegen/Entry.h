//===- Entry.h - The uniform entry of a compiled circuit ------------------===//
#pragma once

#include "compiler/codegen/ElementKind.h"

#include <cstdint>
#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace circ {

/// The shape of one parameter or result; a size is -1 where it is dynamic.
struct ValueSpec {
  ElementKind kind = ElementKind::F64;
  unsigned rank = 0;
  std::vector<int64_t> staticSizes;
};

/// One lowered function and the entry to make for it.
struct EntrySpec {
  std::string function; ///< As in the circ dialect: "f", "f.grad".
  std::string symbol;   ///< The name of the entry.
  std::vector<ValueSpec> parameters, results;
};

/// Adds `void SYMBOL(circ_context *, void **slots)`, a `circ_body`: for a
/// scalar parameter a slot points to its value; for an array one slot is its
/// data, then one slot for each dimension points to its size (int64_t). Then
/// one slot for each result points to where it goes: a scalar, or for an array
/// `{void *data; int64_t sizes[rank];}`, in the call's memory. A bool is one
/// byte, 0 or 1. Static sizes of parameters are the caller's to check. The places
/// for results are those of the call (`circ_enter_with_places`).
void addPackedEntry(llvm::Module &module, const EntrySpec &entry);

} // namespace circ
