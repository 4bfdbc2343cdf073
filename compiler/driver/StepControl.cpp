//===- StepControl.cpp - Derivatives by differences with step control -----===//

#include "compiler/driver/StepControl.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace circ {

std::optional<Difference>
differenceQuotient(const std::function<std::optional<double>(double)> &function, double step) {
  constexpr unsigned rows = 12;
  constexpr double shrink = 1.6;
  std::array<std::array<double, rows>, rows> table;
  Difference best{0, std::numeric_limits<double>::infinity()};
  for (unsigned row = 0; row < rows; ++row, step /= shrink) {
    std::optional<double> above = function(step), below = function(-step);
    if (!above || !below || !std::isfinite(*above) || !std::isfinite(*below))
      return std::nullopt;
    table[row][0] = (*above - *below) / (2 * step);
    // Each column takes away the next even power of the step.
    double factor = 1;
    for (unsigned column = 1; column <= row; ++column) {
      factor *= shrink * shrink;
      double before = table[row][column - 1], coarse = table[row - 1][column - 1];
      table[row][column] = before + (before - coarse) / (factor - 1);
      double error =
          std::max(std::abs(table[row][column] - before), std::abs(table[row][column] - coarse));
      if (error < best.error)
        best = {table[row][column], error};
    }
    if (row > 0 && std::abs(table[row][row] - table[row - 1][row - 1]) > 4 * best.error)
      break;
  }
  return best;
}

std::optional<std::pair<double, double>>
slopesAtKink(const std::function<std::optional<double>(double)> &function, double scale) {
  std::optional<std::pair<double, double>> slopes;
  for (double step : {1e-6, 1e-7}) {
    std::optional<double> below = function(-step), at = function(0), above = function(step);
    if (!below || !at || !above)
      return std::nullopt;
    slopes = {(*at - *below) / step, (*above - *at) / step};
    double apart = std::abs(slopes->first - slopes->second);
    if (!(apart > 1e-3 * scale) || !std::isfinite(apart))
      return std::nullopt;
  }
  return slopes;
}

} // namespace circ
