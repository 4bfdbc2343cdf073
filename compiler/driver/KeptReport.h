//===- KeptReport.h - What a gradient keeps, and how many bytes -----------===//
#pragma once

#include "compiler/driver/Compilation.h"

namespace circ {

/// A line for each value that the gradient of a circuit keeps for its backward sweep:
///   // keeps  x  at f.circ:4:9  8*n*steps bytes
/// Sizes and trip counts are those of the circuit's dimensions and integer parameters;
/// `trips(7)` is the trip count of the loop in line 7 where only the run knows it,
/// `snapshots(k)` how many snapshots a checkpointed loop of k iterations keeps.
std::string keptReport(const Compilation &compilation, const ast::Circuit &circuit);

} // namespace circ
