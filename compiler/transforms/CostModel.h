//===- CostModel.h - When lanes and straight code pay ---------------------===//
//
// The one place of the numbers that transformations decide by: here how much
// straight code they make, in CostModel.cpp what lanes cost. The unit there is
// the time of one addition on one register, whatever its width.
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
  /// inner loops sum products. A sum needs eight independent chains to keep two
  /// multipliers busy, and each load of a shared value then serves as many
  /// products. 0: scalar code is better.
  unsigned lanes = 0;
  /// Estimated time of scalar iterations over that of iterations in lanes.
  double speedup = 0;
  /// Whether the loops inside fill lanes better: they go through rows element by element,
  /// and iterations side by side would read each its own row.
  bool isForInside = false;
};

/// Calls, loops and small arrays become straight code within these limits.
struct StraightCode {
  /// Ops of a callee that is small.
  static constexpr int64_t smallCallee = 300;
  /// Ops of all copies of one that is called at few places.
  static constexpr int64_t allCopies = 2000;
  /// Ops that no function grows beyond.
  static constexpr int64_t largestFunction = 10000;
  /// Iterations of a loop that is unrolled.
  static constexpr int64_t mostIterations = 32;
  /// Iterations that are worth a loop.
  static constexpr int64_t leastOfLoop = 8;
  /// Ops in all of its iterations; more where iterations wait for one another,
  /// which LLVM cannot put into lanes.
  static constexpr int64_t mostOps = 400, mostOpsInOrder = 1000;
  /// Elements of an array that become numbers of their own.
  static constexpr int64_t mostElements = 32;
  /// The same of one that an iteration in lanes makes: its row is put together in
  /// registers.
  static constexpr int64_t mostRowElements = 64;
};

/// Loops that go through arrays element by element become one within these limits.
struct ElementwiseCode {
  /// Ops of one loop: beyond, registers do not suffice for what is at hand.
  static constexpr int64_t mostOps = 1000;
  /// Ops between a loop and the next that may join it: what was read by then is no longer
  /// in registers anyway, and compile time would grow with the square of the length.
  static constexpr int64_t mostOpsBetween = 256;
  /// Ops of a loop that does nothing but sum and is done sooner than its additions,
  /// which wait for one another.
  static constexpr int64_t mostOpsOfSum = 30;
  /// Ops of a loop that stands twice, for full registers without a mask ahead of the
  /// rest.
  static constexpr int64_t mostOpsTwice = 100;
};

/// When a linear map that iterations share is applied after them.
struct DeferredMaps {
  /// Iterations of the loop: it is one of them that is done more.
  static constexpr int64_t leastIterations = 4;
};

/// When the chain that iterations wait for is made shorter, in cycles of current
/// processors.
struct RecurrenceCode {
  /// Until a sum or a product is there, and a product with an addition to it.
  static constexpr double latency = 3, latencyFused = 4;
  /// The same of other gates by their cost in the gate table, and of branches.
  static constexpr double latencyOfCost = 2, latencyOfBranch = 20;
  /// Operations that do not wait, in a cycle.
  static constexpr double operationsAtATime = 2;
  /// What the shorter one of waiting and working takes beside the longer one.
  static constexpr double overlap = 0.25;
  /// The part of the time that has to be left out for it to be worth other roundings.
  static constexpr double leastGain = 0.1;
  /// Ops of a body that is looked at.
  static constexpr int64_t mostOps = 1000;
};

/// When iterations run across cores, and how many blocks there are. The unit of
/// work is an addition of two numbers, about a fifth of a nanosecond.
struct BlockCode {
  /// Work of a block: about 20 microseconds, of which handing it to a thread takes one.
  static constexpr double leastWork = 100000;
  /// Work of an iteration without loops.
  static constexpr double leastIteration = 48;
  /// The part of the largest loop's work below which a loop stays as it is.
  static constexpr double leastPart = 1.0 / 64;
  /// Lanes of one register do so much more than one addition at a time: several
  /// additions at once, and products with them.
  static constexpr double gainOfLane = 2;
  /// Blocks of one loop, however long it is: sums of their own cost memory.
  static constexpr double mostBlocks = 64;
  /// What an element of a block's own sum costs, to clear and to add up, and the
  /// part of all work that this may be.
  static constexpr double privateElement = 12, privateShare = 0.06;
  /// Bytes of all blocks' own sums.
  static constexpr double mostPrivateBytes = 64 << 20;
  /// What the estimate takes where it does not know: trips of a loop, the work of a
  /// call.
  static constexpr double unknownTrips = 16, unknownWork = 1000;
};

/// Loops over directions go inside of what directions have in common within these limits.
struct DirectionColumns {
  /// Directions: fewer do not fill lanes, more take much memory for each iteration in lanes.
  static constexpr int64_t fewest = 4, most = 64;
  /// Columns are rounded up to a multiple of this: no lanes are left to mask.
  static constexpr int64_t alignment = 8;
  /// Iterations of loops that are unrolled before.
  static constexpr int64_t unrolledBefore = 4;
  /// Iterations of a map that go into lanes in place of the directions.
  static constexpr int64_t longMap = 64;
  /// Terms of a sum of which those that are zero are left out.
  static constexpr int64_t fewestTerms = 8;
  /// Elements of an array with columns: 256 kB, which stay in the second cache.
  static constexpr int64_t mostElements = 32768;
};

/// The number of ops in an op, itself included.
int64_t countOps(mlir::Operation *op);

/// Whether a loop is of independent iterations that LLVM would not put into
/// lanes well by itself: there are loops inside, an iteration makes an array, or a function has a
/// branch.
bool isLaneCandidate(mlir::Operation *op);

/// Weighs a loop that has no obstacle.
LanePlan planLanes(const LaneAnalysis &analysis, const VectorTarget &target);

/// How a loop that `fuse-elementwise` has made goes into lanes.
struct ElementwiseLanes {
  unsigned lanes = 0; ///< 0: not at all
  /// Whether one loop does all, the last round masked as all others: where masks
  /// cost little beside what else there is. Otherwise only the last round is masked.
  bool masksAll = false;
  /// Registers side by side ahead of that, with sums of their own.
  unsigned chains = 1;
};

ElementwiseLanes planElementwiseLanes(const LaneAnalysis &analysis, const VectorTarget &target);

} // namespace circ
