//===- CostModel.h - When lanes pay, and how many -------------------------===//
//
// The one place of the numbers that transformations decide by. The unit is the
// time of one addition on one register, whatever its width.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/transforms/LaneAnalysis.h"

namespace circ {

/// What the transformations know of the machine.
struct VectorTarget {
  /// Bits of the widest vector register: 512 with AVX-512, 256 with AVX, else 128.
  unsigned bits = 128;
};

/// The verdict on putting a loop into lanes.
struct LanePlan {
  /// Iterations side by side: one register's worth, or several of them where
  /// inner loops sum products. A sum needs four to eight independent chains to
  /// keep the multipliers busy, and each load of a shared value then serves as
  /// many products. 0: scalar code is better.
  unsigned lanes = 0;
  /// Estimated time of scalar iterations over that of iterations in lanes.
  double speedup = 0;
};

/// Weighs a loop that has no obstacle.
LanePlan planLanes(const LaneAnalysis &analysis, const VectorTarget &target);

} // namespace circ
