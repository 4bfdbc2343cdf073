//===- SparseWrapper.h - The C functions of sparse matrices ---------------===//
//
// The two C functions of a sparse Jacobian or Hessian:
//   int f_jacobian_pattern(dimensions..., integer parameters...,
//                          int64_t *row_pointers, int64_t *columns);
//   int f_jacobian_values(dimensions..., parameters..., const int64_t *row_pointers,
//                         const int64_t *columns, pointers to results..., double *values);
// Both hand packed entries, with their slots, to a driver of the runtime
// (runtime/circ_sparse.h).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/Wrapper.h"

namespace circ {

/// A packed entry that a driver calls.
struct SparseProgram {
  /// Who gives an input: the caller of the C function, or the driver. The elements of an
  /// active one are columns (of the program by rows: rows).
  enum class Input { Given, Filled, Active };

  EntrySpec entry;
  std::vector<std::vector<DimensionFormula>> parameterSizes;
  std::vector<Input> inputs;
  unsigned firstOutput = 0; ///< The results from here on are what the driver reads.
};

/// Everything about one of the C functions.
struct SparseWrapperSpec {
  std::string symbol;
  unsigned dimensionCount = 0;
  std::vector<std::string> dimensionNames; ///< For messages.
  /// The circuit's parameters, and which of them are arguments: those of the pattern
  /// function are no reals.
  std::vector<ValueSpec> parameters;
  std::vector<bool> taken;
  /// Of the function of the values: the C function of the circuit's value, and how many
  /// results it has; empty of the function of the pattern.
  std::string value;
  unsigned resultCount = 0;
  /// The pattern; or the programs by columns and, if there is one, by rows.
  std::vector<SparseProgram> programs;
};

/// Adds the C function to a module that has its packed entries and the function of the
/// value.
void addSparseWrapper(llvm::Module &module, const SparseWrapperSpec &spec, const CpuGuard &guard);

} // namespace circ
