//===- Programs.h - Several compiled programs of one file -----------------===//
//
// Values and derivatives of the circuits of one file, compiled together and
// called in this process: for what compares them with each other.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/Jit.h"
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

private:
  friend class ProgramCompiler;
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

private:
  Compilation &compilation;
  std::vector<EntrySpec> entries;
};

} // namespace circ
