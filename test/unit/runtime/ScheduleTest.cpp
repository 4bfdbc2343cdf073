//===- ScheduleTest.cpp - Binomial checkpointing --------------------------===//

#include "runtime/circ_runtime.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

struct Played {
  int64_t steps, budget;
  int64_t advanced = 0; ///< iterations run again
  size_t mostSnapshots = 0;
};

Played *run = nullptr;

/// Plays a schedule with the iteration number as the state.
void play(circ_context *context, void **) {
  circ_schedule *schedule =
      circ_schedule_new(context, run->steps, /*state=*/1, run->budget, "", 0, 0);
  std::vector<int64_t> snapshots;
  int64_t state = 0, next = run->steps - 1, range[2];
  while (int64_t action = circ_schedule_next(schedule, range)) {
    switch (action) {
    case CIRC_ADVANCE:
      ASSERT_EQ(state, range[0]);
      ASSERT_LT(range[0], range[1]);
      run->advanced += range[1] - range[0];
      state = range[1];
      break;
    case CIRC_STORE:
      snapshots.push_back(state);
      run->mostSnapshots = std::max(run->mostSnapshots, snapshots.size());
      break;
    case CIRC_RESTORE:
      ASSERT_FALSE(snapshots.empty());
      state = snapshots.back();
      break;
    case CIRC_DROP:
      ASSERT_FALSE(snapshots.empty());
      snapshots.pop_back();
      break;
    case CIRC_REVERSE:
      ASSERT_EQ(state, range[0]);
      ASSERT_EQ(next--, range[0]);
      break;
    default:
      FAIL() << "unknown action " << action;
    }
  }
  EXPECT_EQ(next, -1);
  EXPECT_TRUE(snapshots.empty());
}

Played playSchedule(int64_t steps, int64_t budget) {
  Played one{steps, budget};
  run = &one;
  circ_context *context = nullptr;
  EXPECT_EQ(circ_enter(&context, play, nullptr), CIRC_OK);
  circ_leave(context);
  return one;
}

TEST(Schedule, reversesEveryIterationOnceFromLastToFirst) {
  for (int64_t budget = 1; budget < 24; ++budget)
    for (int64_t steps = 0; steps < 120; ++steps) {
      Played one = playSchedule(steps, budget);
      EXPECT_LE(one.mostSnapshots, size_t(budget)) << steps;
    }
}

/// The least number of iterations that must be run again: r * l - binomial(s + r, s + 1)
/// (Griewank and Walther 2000, proposition 1).
int64_t optimal(int64_t steps, int64_t snapshots) {
  int64_t r = 0, reach = 1, before = 0;
  while (reach < steps) {
    ++r;
    before += reach; // the sum of binomial(s + k, s) for k < r is binomial(s + r, s + 1)
    reach = reach * (snapshots + r) / r;
  }
  return r * steps - before;
}

TEST(Schedule, runsAsFewIterationsAgainAsPossible) {
  for (int64_t budget = 1; budget < 24; ++budget)
    for (int64_t steps = 1; steps < 120; ++steps)
      EXPECT_EQ(playSchedule(steps, budget).advanced, optimal(steps, budget))
          << steps << " iterations, " << budget << " snapshots";
}

TEST(Schedule, aMillionIterationsAreRunAgainThreeTimesAtMost) {
  Played one = playSchedule(1000000, 0);
  EXPECT_LE(one.mostSnapshots, 400u);
  EXPECT_LT(one.advanced, 3000000);
}

} // namespace
