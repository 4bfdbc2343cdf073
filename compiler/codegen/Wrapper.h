//===- Wrapper.h - The C functions of a library ---------------------------===//
//
// A wrapper is what the header of a library declares:
//   int f(dimensions..., parameters..., pointers to results...);
// Dimensions are int64_t, scalars come by value (a bool as uint8_t), arrays as
// pointers to contiguous row-major elements. It works out the sizes of its
// arrays, enters the packed entry through the runtime with the caller's memory
// for the arrays among the results, checks their sizes, and copies out what was
// not made there. A null result pointer means "not wanted".
// Gradients and other derivatives are wrappers too: the packed entry of a
// gradient has the value and then the derivatives as its results.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/Entry.h"

namespace llvm {
class TargetMachine;
} // namespace llvm

namespace circ {

/// A size as a polynomial in the arguments of a wrapper:
///   (sum of coefficient * product of dimensions and i64 parameters) / divisor
/// An index may occur several times in a product.
struct DimensionFormula {
  struct Term {
    int64_t coefficient = 1;
    std::vector<unsigned> dims;       ///< Indices of dimension arguments.
    std::vector<unsigned> parameters; ///< Indices of parameters, scalars of i64.
  };
  std::vector<Term> terms;
  int64_t divisor = 1; ///< Positive.

  static DimensionFormula constant(int64_t value);
  static DimensionFormula dimension(unsigned index);
};

/// Everything about one C function.
struct WrapperSpec {
  std::string symbol; ///< Its name.
  EntrySpec entry;
  unsigned dimensionCount = 0;
  /// One formula for each dimension of each parameter and result; empty lists
  /// for scalars.
  std::vector<std::vector<DimensionFormula>> parameterSizes, resultSizes;
  /// For messages; where a list is empty, numbers take their place.
  std::vector<std::string> dimensionNames, parameterNames, resultNames;
  /// Whether its last arguments are memory for all that the call takes, and its bytes.
  bool inWorkspace = false;
};

/// The CPU that a module is made for, checked when a wrapper is first called.
struct CpuGuard {
  std::string features; ///< As `requiredCpuFeatures` gives them; "": no check.
  std::string cpu;      ///< Its name, for the message.
};

/// The guard that code for this machine needs.
CpuGuard cpuGuard(const llvm::TargetMachine &machine);

/// Adds the C function to a module that has its packed entry, which becomes
/// internal. The function itself is made for the architecture's baseline, so
/// that on a lesser CPU it can return CIRC_CPU.
void addWrapper(llvm::Module &module, const WrapperSpec &spec, const CpuGuard &guard);

/// Adds `const char *SYMBOL(void)`, the message of the last error.
void addLastError(llvm::Module &module, const std::string &symbol);

} // namespace circ
