//===- SharedLibrary.h - Linking libraries --------------------------------===//
#pragma once

#include "compiler/codegen/Objects.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace circ {

/// Links objects and the runtime's object into a shared library called `name`
/// that needs libc and libm only, or with `blas` and `parallel` those libraries too, and exports
/// only the given symbols: its bytes. The linker is `ld.lld-19`, `ld.lld`, `ld` or `cc`, whichever
/// is found first; with a sanitizer it is clang, and the sanitizer's own library comes with the
/// program that loads the result. Every error begins with the name.
llvm::Expected<std::string> linkSharedLibrary(const Objects &objects, llvm::StringRef runtimeObject,
                                              llvm::StringRef name,
                                              llvm::ArrayRef<std::string> exportedSymbols,
                                              Sanitizer sanitizer = Sanitizer::None,
                                              bool blas = false, bool parallel = false);

/// A member of a static archive.
struct ArchiveMember {
  std::string name;
  llvm::StringRef bytes;
};

/// A static archive with a symbol table: its bytes. The same members always give
/// the same bytes.
llvm::Expected<std::string> staticArchive(llvm::ArrayRef<ArchiveMember> members);

} // namespace circ
