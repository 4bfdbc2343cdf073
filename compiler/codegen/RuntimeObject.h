//===- RuntimeObject.h - The runtime as an object -------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Triple.h"

namespace circ {

/// The bytes of one relocatable object with the whole runtime, for linking into
/// libraries for a machine; empty where circ was built without it. Its symbols have
/// hidden visibility.
llvm::StringRef runtimeObject(const llvm::Triple &triple);

} // namespace circ
