//===- SharedLibrary.h - Linking libraries --------------------------------===//
#pragma once

#include "compiler/codegen/Optimize.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace circ {

/// Links an object and the runtime's object into a shared library that needs
/// libc and libm only and exports only the given symbols. The linker is
/// `ld.lld-19`, `ld.lld`, `ld` or `cc`, whichever is found first; with a
/// sanitizer it is clang, and the sanitizer's own library comes with the program
/// that loads the result. The file appears whole or not at all; every error
/// begins with its path.
llvm::Error linkSharedLibrary(llvm::StringRef object, llvm::StringRef runtimeObject,
                              llvm::StringRef outPath, llvm::ArrayRef<std::string> exportedSymbols,
                              Sanitizer sanitizer = Sanitizer::None);

/// A member of a static archive.
struct ArchiveMember {
  std::string name;
  llvm::StringRef bytes;
};

/// Writes a static archive with a symbol table, whole or not at all. The same
/// members always give the same bytes.
llvm::Error writeStaticArchive(llvm::ArrayRef<ArchiveMember> members, llvm::StringRef outPath);

} // namespace circ
