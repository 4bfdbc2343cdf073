#include "runtime/circ_sparse.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace {

struct Pattern {
  int64_t rows, columns;
  std::vector<int64_t> rowPointers{0}, indices;

  Pattern(int64_t columns, const std::vector<std::vector<int64_t>> &columnsOfRow)
      : rows(static_cast<int64_t>(columnsOfRow.size())), columns(columns) {
    for (const std::vector<int64_t> &row : columnsOfRow) {
      indices.insert(indices.end(), row.begin(), row.end());
      rowPointers.push_back(static_cast<int64_t>(indices.size()));
    }
  }

  /// The number of colours; no two columns of one colour may share a row.
  int64_t colours() const {
    std::vector<int64_t> colourOf(columns, -1);
    int64_t count =
        circ_colour_columns(rows, columns, rowPointers.data(), indices.data(), colourOf.data());
    for (int64_t i = 0; i < rows; ++i) {
      std::vector<bool> seen(count);
      for (int64_t k = rowPointers[i]; k < rowPointers[i + 1]; ++k) {
        EXPECT_FALSE(seen.at(colourOf[indices[k]]));
        seen[colourOf[indices[k]]] = true;
      }
    }
    return count;
  }
};

TEST(Sparsity, ATridiagonalMatrixHasThreeColours) {
  std::vector<std::vector<int64_t>> rows(50);
  for (int64_t i = 0; i < 50; ++i)
    for (int64_t j = std::max<int64_t>(0, i - 1); j <= std::min<int64_t>(49, i + 1); ++j)
      rows[i].push_back(j);
  EXPECT_EQ(Pattern(50, rows).colours(), 3);
}

TEST(Sparsity, ADenseRowNeedsEveryColourButItsTransposeOne) {
  EXPECT_EQ(Pattern(4, {{0, 1, 2, 3}, {}}).colours(), 4);
  EXPECT_EQ(Pattern(2, {{0}, {0}, {0}, {0}}).colours(), 1);
}

TEST(Sparsity, NothingHasNoColours) {
  EXPECT_EQ(Pattern(0, {}).colours(), 0);
  EXPECT_EQ(Pattern(3, {}).colours(), 1);
}

/// A program of one input array x[70] and one output array of 70 sets or reals: element i
/// depends on i and the next. Its slots: data and size of the input, the output.
std::vector<int64_t> sets(70);
std::vector<double> reals(70);
void chainOfSets(circ_context *, void **slots) {
  const auto *in = static_cast<const int64_t *>(slots[0]);
  for (int i = 0; i < 70; ++i)
    sets[i] = in[i] | in[(i + 1) % 70];
  auto *out = static_cast<int64_t *>(slots[2]);
  out[0] = reinterpret_cast<int64_t>(sets.data());
  out[1] = 70;
}
void chain(circ_context *, void **slots) {
  const auto *in = static_cast<const double *>(slots[0]);
  for (int i = 0; i < 70; ++i)
    reals[i] = (i + 1) * in[i] - in[(i + 1) % 70];
  auto *out = static_cast<int64_t *>(slots[2]);
  out[0] = reinterpret_cast<int64_t>(reals.data());
  out[1] = 70;
}

TEST(Sparsity, ValuesStandWhereThePatternSays) {
  int64_t size = 70, place[2];
  void *slots[] = {nullptr, &size, place};
  circ_place input = {0, 1, 8, 1}, output = {2, 1, 8, 0};
  circ_sweep dependence = {chainOfSets, slots, 1, 1, &input, &output};
  circ_sweep forward = {chain, slots, 1, 1, &input, &output};
  std::vector<int64_t> rowPointers(71), columns(140);
  ASSERT_EQ(circ_sparse_pattern(&dependence, rowPointers.data(), nullptr), CIRC_OK);
  ASSERT_EQ(rowPointers.back(), 140);
  ASSERT_EQ(circ_sparse_pattern(&dependence, nullptr, columns.data()), CIRC_OK);
  EXPECT_EQ(columns[0], 0);
  EXPECT_EQ(columns[1], 1);
  EXPECT_EQ(columns[138], 0); // of the last row, in ascending order
  EXPECT_EQ(columns[139], 69);
  std::vector<double> values(140);
  int64_t calls = 0;
  ASSERT_EQ(circ_sparse_values(&forward, nullptr, rowPointers.data(), columns.data(), values.data(),
                               &calls),
            CIRC_OK);
  EXPECT_EQ(calls, 2);
  for (int i = 0; i < 69; ++i) {
    EXPECT_EQ(values[2 * i], i + 1);
    EXPECT_EQ(values[2 * i + 1], -1);
  }
  EXPECT_EQ(values[138], -1);
  EXPECT_EQ(values[139], 70);
  // What is no pattern of 70 columns is refused.
  columns[3] = 70;
  EXPECT_EQ(circ_sparse_values(&forward, nullptr, rowPointers.data(), columns.data(), values.data(),
                               nullptr),
            CIRC_SHAPE);
}

} // namespace
