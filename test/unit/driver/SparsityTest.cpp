#include "compiler/driver/Sparsity.h"

#include <gtest/gtest.h>

namespace circ {
namespace {

/// No two columns of one colour may share a row.
void expectRight(const SparsityPattern &pattern, const Colouring &colouring) {
  for (const std::vector<int64_t> &row : pattern.columnsOfRow) {
    std::vector<bool> seen(colouring.colours);
    for (int64_t column : row) {
      EXPECT_FALSE(seen[colouring.colourOfColumn[column]]);
      seen[colouring.colourOfColumn[column]] = true;
    }
  }
}

TEST(Sparsity, ATridiagonalMatrixHasThreeColours) {
  SparsityPattern pattern{50, 50, {}};
  for (int64_t i = 0; i < 50; ++i) {
    pattern.columnsOfRow.emplace_back();
    for (int64_t j = std::max<int64_t>(0, i - 1); j <= std::min<int64_t>(49, i + 1); ++j)
      pattern.columnsOfRow.back().push_back(j);
  }
  Colouring colouring = colourColumns(pattern);
  EXPECT_EQ(colouring.colours, 3);
  expectRight(pattern, colouring);
}

TEST(Sparsity, ADenseRowNeedsEveryColourButItsTransposeOne) {
  SparsityPattern pattern{2, 4, {{0, 1, 2, 3}, {}}};
  EXPECT_EQ(colourColumns(pattern).colours, 4);
  EXPECT_EQ(colourColumns(pattern.transposed()).colours, 1);
  expectRight(pattern, colourColumns(pattern));
}

TEST(Sparsity, NothingHasNoColours) {
  EXPECT_EQ(colourColumns({0, 0, {}}).colours, 0);
  EXPECT_EQ(colourColumns({0, 3, {}}).colours, 1);
}

} // namespace
} // namespace circ
