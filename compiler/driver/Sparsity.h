//===- Sparsity.h - Sparse Jacobians and Hessians in this process ---------===//
#pragma once

#include "compiler/driver/Programs.h"

namespace circ {

/// A matrix in compressed rows (runtime/circ_sparse.h).
struct SparseMatrix {
  std::vector<int64_t> rowPointers, columns;
  std::vector<double> values;
  int64_t directions = 0; ///< How many derivatives along a direction made it,
  bool columnwise = true; ///< of groups of columns, or of rows.
};

/// The programs that a sparse matrix is made of, all silent: the pattern, then a
/// derivative by columns, then for a Jacobian one by rows. `request` asks for a
/// Jacobian or a Hessian, with its parameters in ascending order.
std::vector<DerivativeRequest> sparsePrograms(const DerivativeRequest &request);

/// Finds which elements the matrix has, for all real arguments of these shapes. A
/// `circ_status`.
int sparsePattern(const Programs &programs, size_t first, const ast::Circuit &circuit,
                  const DerivativeRequest &request, const std::vector<Value> &arguments,
                  const std::vector<Value> &primal, SparseMatrix &matrix);

/// Computes the elements of the pattern. A `circ_status`.
int sparseValues(const Programs &programs, size_t first, const ast::Circuit &circuit,
                 const DerivativeRequest &request, const std::vector<Value> &arguments,
                 const std::vector<Value> &primal, SparseMatrix &matrix);

/// Both: computes the matrix by the compiled programs, the first of which is number
/// `first`. `primal` are the results of the circuit. A `circ_status`.
int computeSparse(const Programs &programs, size_t first, const ast::Circuit &circuit,
                  const DerivativeRequest &request, const std::vector<Value> &arguments,
                  const std::vector<Value> &primal, SparseMatrix &matrix);

} // namespace circ
