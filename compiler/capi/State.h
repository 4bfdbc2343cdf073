//===- State.h - What the handles of the C interface stand for ------------===//
#pragma once

#include "circ-c/circ.h"
#include "compiler/codegen/Optimize.h"
#include "compiler/driver/Interface.h"
#include "compiler/driver/Programs.h"
#include "runtime/circ_runtime.h"

#include <list>
#include <memory>
#include <string>
#include <vector>

namespace circ::capi {

/// Which program a caller asks for.
struct Wanted {
  DerivativeKind kind = DerivativeKind::Value;
  std::vector<std::string> wrt;
  std::string of;
  DifferentiationMode mode = DifferentiationMode::Usual;
  bool sparse = false;
};

/// Machine code and how it is called.
class Program {
public:
  Program(CircuitInterface circuit, ProgramInterface interface);
  virtual ~Program() = default;

  /// Checks and converts the inputs and calls the code; a `circ_status`.
  int call(const circ_array *inputs, size_t count, circ_results **results) const;

  const CircuitInterface circuit;
  const ProgramInterface interface;
  std::string warnings;
  unsigned threads = 0; ///< That a call may use; below 2: the one that calls.

protected:
  /// Calls the code with inputs that fit.
  virtual int run(const circ_array *inputs, circ_results &results) const = 0;

private:
  /// Fills in the directions that are not given.
  int addZeros(circ_array *inputs, const int64_t *dimensions, const int64_t *integers,
               std::list<Value> &converted) const;
  int checkShapes(const circ_array *inputs, const int64_t *dimensions,
                  const int64_t *integers) const;
  int badShape(const circ_array *inputs, size_t input, unsigned position,
               std::optional<int64_t> wanted, const int64_t *dimensions) const;
};

/// A file's circuits.
class Module {
public:
  virtual ~Module() = default;
  /// Makes a program of a circuit; null with `status` after an error, which is
  /// recorded.
  virtual std::unique_ptr<Program> compile(size_t circuit, const Wanted &wanted, int &status) = 0;

  std::vector<CircuitInterface> circuits;
  std::string text, warnings;
};

/// How programs of a module are compiled.
struct Options {
  CodegenOptions codegen;
  bool useCache = true;
  unsigned threads = 0; ///< That a call may use; 0: code for one.
};

/// A module of a text; null after an error, which is recorded with `status`.
std::shared_ptr<Module> openText(const std::string &name, std::string text, const Options &options,
                                 int &status);

/// The program of a sparse Jacobian or Hessian of a circuit, which must outlive it. Of
/// `programs` the first are those of `sparsePrograms`, the last is that of the value.
std::unique_ptr<Program> makeSparseProgram(const ast::Circuit &circuit, DerivativeRequest request,
                                           Programs programs);

/// Records why the call of the interface fails; returns `status`.
int fail(int status, std::string message, std::string json = "[]");

} // namespace circ::capi

/// The outputs of a call: in the memory of the context, or owned.
struct circ_results {
  circ_context *context = nullptr;
  void *owned = nullptr; ///< One block of all arrays, where they are in no context.
  circ_array *arrays;    ///< One for each output, after this struct.
  int64_t *places;       ///< For each output room for a scalar, or a pointer and sizes.
};

struct circ_program {
  std::unique_ptr<circ::capi::Program> program;
  std::shared_ptr<circ::capi::Module> module; ///< Whose code it may be.
};

struct circ_module {
  std::shared_ptr<circ::capi::Module> module;
};
