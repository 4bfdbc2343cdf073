//===- Sparsity.h - Patterns of sparse matrices and their colouring -------===//
//
// Columns of a sparse matrix that have no row in common can be computed by one
// directional derivative: each row of the result belongs to one of them. Such
// groups are the colours of the graph that joins columns with a common row.
// (Curtis, Powell and Reid, "On the estimation of sparse Jacobian matrices",
// IMA J. Appl. Math. 13, 1974; Coleman and Moré, SIAM J. Numer. Anal. 20, 1983.)
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstdint>
#include <vector>

namespace circ {

/// Where a matrix may have elements that are not zero.
struct SparsityPattern {
  int64_t rows = 0, columns = 0;
  /// For each row the columns in ascending order.
  std::vector<std::vector<int64_t>> columnsOfRow;

  SparsityPattern transposed() const;
};

/// A colour for each column, from 0: greedily the first that no column with a
/// common row has.
struct Colouring {
  std::vector<int64_t> colourOfColumn;
  int64_t colours = 0;
};
Colouring colourColumns(const SparsityPattern &pattern);

} // namespace circ
