//===- Programs.h - Several compiled programs of one file -----------------===//
//
// Values and derivatives of the circuits of one file, compiled together and
// called in this process. Their code is kept in a cache where there is one.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/Jit.h"
#include "compiler/driver/CodeCache.h"
#include "compiler/driver/Compilation.h"
#include "compiler/driver/Values.h"

namespace circ {

/// A program to compile: the circuit's value or one of its derivatives.
struct WantedProgram {
  const ast::Circuit *circuit;
  DerivativeRequest request;
};

/// The programs of one file, compiled at one level.
class Programs {
public:
  /// Calls a program with the values of its parameters and of its inputs beside
  /// them: 0 and the outputs, or a `circ_status`.
  int call(size_t program, const std::vector<Value> &arguments, std::vector<Value> &results) const;

  /// The address of what the code defines under this name; null where it does not.
  void *address(llvm::StringRef symbol) const {
    return reinterpret_cast<void *>(jit->lookup(symbol));
  }

  /// Links objects that hold these entries.
  static llvm::Expected<Programs> load(const Objects &objects, std::vector<EntrySpec> entries);

  /// The code of a program, and what its slots hold.
  circ_body body(size_t program) const { return jit->lookup(entries[program].symbol); }
  const EntrySpec &entry(size_t program) const { return entries[program]; }

private:
  std::unique_ptr<Jit> jit;
  std::vector<EntrySpec> entries;
};

/// Makes the programs of an analysed file. One circuit has at most one program
/// of each kind.
class ProgramCompiler {
public:
  explicit ProgramCompiler(Compilation &compilation) : compilation(compilation) {}

  /// Generates, differentiates and lowers; false after an error, which is in the
  /// diagnostics of the compilation. To be called once.
  bool lower(const std::vector<WantedProgram> &wanted, const CodegenOptions &options);
  /// The lowered programs as machine code, of any level.
  llvm::Expected<Programs> compile(const CodegenOptions &options) const;
  /// The same as objects that `Programs::load` takes.
  llvm::Expected<Objects> compileObjects(const CodegenOptions &options) const;
  /// The entries of the lowered programs.
  const std::vector<EntrySpec> &programEntries() const { return entries; }

private:
  Compilation &compilation;
  std::vector<EntrySpec> entries;
};

/// Programs of an analysed file, from the cache where they are, else compiled and
/// kept there. Nothing after an error that is in the diagnostics.
llvm::Expected<std::optional<Programs>> compilePrograms(Compilation &compilation,
                                                        const std::vector<WantedProgram> &wanted,
                                                        const CodegenOptions &options,
                                                        const CodeCache &cache);

} // namespace circ
