//===- Sparsity.cpp - Patterns of sparse matrices and their colouring -----===//

#include "compiler/driver/Sparsity.h"

#include <algorithm>

namespace circ {

SparsityPattern SparsityPattern::transposed() const {
  SparsityPattern made{columns, rows, std::vector<std::vector<int64_t>>(columns)};
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column : columnsOfRow[row])
      made.columnsOfRow[column].push_back(row);
  return made;
}

Colouring colourColumns(const SparsityPattern &pattern) {
  SparsityPattern byColumn = pattern.transposed();
  Colouring made{std::vector<int64_t>(pattern.columns, -1), 0};
  // The last column that a colour was forbidden for.
  std::vector<int64_t> forbidden;
  for (int64_t column = 0; column < pattern.columns; ++column) {
    for (int64_t row : byColumn.columnsOfRow[column])
      for (int64_t other : pattern.columnsOfRow[row])
        if (made.colourOfColumn[other] >= 0)
          forbidden[made.colourOfColumn[other]] = column;
    int64_t colour = 0;
    while (colour < made.colours && forbidden[colour] == column)
      ++colour;
    if (colour == made.colours) {
      ++made.colours;
      forbidden.push_back(-1);
    }
    made.colourOfColumn[column] = colour;
  }
  return made;
}

} // namespace circ
