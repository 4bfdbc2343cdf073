//===- VerifyPoints.h - Random arguments of a circuit ---------------------===//
#pragma once

#include "compiler/driver/Signature.h"

#include <optional>
#include <random>

namespace circ {

/// Draws values for the parameters of a circuit: sizes from 1 to 4 for the dimension
/// names, then every array of the size that its type says.
class PointSource {
public:
  PointSource(const ast::Circuit &circuit, uint64_t seed) : circuit(circuit), engine(seed) {}

  /// Values of every parameter; nothing where a drawn size is no whole number.
  /// Ever other `attempt`s draw from other ranges of numbers, later ones from
  /// another range for each parameter, so that some fall into the domain of the
  /// circuit. `round` draws small round numbers.
  std::optional<std::vector<Value>> draw(unsigned attempt, bool round);
  /// A value of the same shape and kind with elements between -1 and 1.
  Value direction(const Value &like);

private:
  double real(double low, double high);
  double roundReal();
  int64_t integer(int64_t low, int64_t high);

  const ast::Circuit &circuit;
  std::mt19937_64 engine;
};

/// Element `i` of a real value, of either kind.
void setReal(Value &value, int64_t i, double number);

} // namespace circ
