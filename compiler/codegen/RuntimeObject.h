//===- RuntimeObject.h - The runtime as an object -------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace circ {

/// The bytes of one relocatable object with the whole runtime, for linking into
/// libraries. Its symbols have hidden visibility.
llvm::StringRef runtimeObject();

} // namespace circ
