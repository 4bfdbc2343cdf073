//===- CachedCode.h - Programs of a circuit in the cache ------------------===//
//
// What the code of programs depends on, and the code with the warnings that came
// up when it was made.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/Objects.h"
#include "compiler/driver/Derivatives.h"
#include "compiler/irgen/IRGen.h"
#include "compiler/support/Diagnostics.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace circ {

struct WantedProgram;

/// All that the code of these programs depends on: the texts and names of the
/// files, the programs, sizes that are fixed, the options, this compiler and, for native code, this
/// CPU. Nothing when the compiler does not know its own build.
std::optional<std::string> programsKey(const SourceManager &sources,
                                       llvm::ArrayRef<WantedProgram> programs,
                                       const FixedSizes &fixed, const CodegenOptions &options);

/// Objects and what was reported while they were made.
struct CachedCode {
  Objects objects;
  std::vector<Diagnostic> diagnostics;

  std::string toBytes() const;
  /// Nothing where the bytes are none of `toBytes` for these files.
  static std::optional<CachedCode> fromBytes(llvm::StringRef bytes, const SourceManager &sources);
};

} // namespace circ
