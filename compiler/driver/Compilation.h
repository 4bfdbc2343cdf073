//===- Compilation.h - One file through the stages ------------------------===//
//
// Each stage hands a data structure to the next and can be printed. Errors of
// every stage end in `diagnostics`, never in a crash or a dump.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/codegen/Translate.h"
#include "compiler/driver/Derivatives.h"
#include "compiler/irgen/IRGen.h"
#include "compiler/lowering/MeasureMemory.h"
#include "compiler/support/Diagnostics.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

#include <chrono>
#include <memory>
#include <optional>

namespace circ {

/// Where `circ emit` stops.
enum class Stage { Tokens, Ast, TypedAst, Ir, Adjoint, Lowered, Llvm, Asm, Object };

/// How long each stage took, for `--time`.
class Stopwatch {
public:
  void lap(const char *stage);
  void print(llvm::raw_ostream &out) const;

private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last = Clock::now();
  std::vector<std::pair<const char *, double>> laps;
};

class Compilation {
public:
  Compilation();
  ~Compilation();

  /// Reads and parses a file and what it imports ("-" is standard input); false after an error.
  bool parse(const std::string &path);
  /// The same for a text that is in memory already, under this name.
  bool parseText(const std::string &name, std::string text);
  /// Names and types; false after an error.
  bool analyze();
  /// Makes the circ dialect of the analysed file and simplifies it. With a limit
  /// on the memory of a call (bytes, 0: none) loops are checkpointed to fit.
  bool generate(int64_t memoryLimit = 0);
  /// Adds a derivative program of the circuit, named as its signature says.
  bool differentiate(const ast::Circuit &circuit, const DerivativeRequest &request);
  /// The same; where there is no such program the module stays as it was, and a warning
  /// says why `what` is not there.
  bool differentiateIfPossible(const ast::Circuit &circuit, const DerivativeRequest &request,
                               const std::string &what);
  /// Drops what `roots` do not call, then lowers to the LLVM dialect (or, with
  /// `toLlvm` false, to scf and the LLVM dialect's memory operations).
  /// For the roots that `measured` names it adds programs that measure their
  /// memory, and tells there which root has none and why.
  bool lower(const std::vector<std::string> &roots, const CodegenOptions &options,
             bool toLlvm = true, Measurements *measured = nullptr);

  /// The first character of what MLIR calls a place; absent when it is in no file.
  std::optional<SourceRange> sourceRange(mlir::Location location) const;

  /// The circuits of the file itself, without those that it imports.
  std::vector<ast::Circuit *> ownCircuits() const;
  /// The circuit to work on: of this name, or named as the file, or the only
  /// one, or the last one with a note on standard error. Null after an error.
  ast::Circuit *choose(const std::string &name);

  /// Of `--fix`, or of the arguments at hand (Specialisation.h).
  FixedSizes fixedSizes;
  SourceManager sources;
  DiagnosticEngine diagnostics{sources};
  FileId file = 0;
  std::unique_ptr<ast::Module> ast;
  std::unique_ptr<mlir::MLIRContext> mlirContext; ///< outlives the module
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Stopwatch stopwatch;

private:
  void warnOfZeros(const ast::Circuit &circuit, llvm::ArrayRef<unsigned> wrt,
                   llvm::ArrayRef<unsigned> zeros);
  bool simplify();
  bool checkpointLoops(int64_t memoryLimit);
  /// Calls, loops over few elements and small arrays become straight code.
  bool straighten(const CodegenOptions &options);
  /// Puts independent iterations into SIMD lanes of the options' CPU.
  bool vectorize(const CodegenOptions &options);
  mlir::MLIRContext &context();
  /// The program whose remarks are wanted and come now; empty: none are.
  std::string remarked;
  void report(mlir::Diagnostic &diagnostic);

  /// What is missing when a derivative program cannot be made; empty: that is an error.
  std::string dispensable;
};

} // namespace circ
