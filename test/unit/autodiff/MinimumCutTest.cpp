#include "compiler/autodiff/MinimumCut.h"

#include <gtest/gtest.h>

#include <random>

using circ::autodiff::MinimumCut;

namespace {

TEST(MinimumCut, AChainIsCutAtItsCheapestEdge) {
  MinimumCut graph;
  for (int i = 0; i < 4; ++i)
    graph.addNode();
  graph.addEdge(0, 1, 5);
  graph.addEdge(1, 2, 3);
  graph.addEdge(2, 3, 4);
  EXPECT_EQ(graph.cut(0, 3), 3);
  EXPECT_FALSE(graph.isOnSinkSide(1));
  EXPECT_TRUE(graph.isOnSinkSide(2));
}

TEST(MinimumCut, OfEqualCutsTheOneNearTheSink) {
  MinimumCut graph;
  for (int i = 0; i < 4; ++i)
    graph.addNode();
  graph.addEdge(0, 1, 3);
  graph.addEdge(1, 2, MinimumCut::unlimited);
  graph.addEdge(2, 3, 3);
  EXPECT_EQ(graph.cut(0, 3), 3);
  EXPECT_FALSE(graph.isOnSinkSide(2));
}

TEST(MinimumCut, WhatIsNotConnectedCostsNothing) {
  MinimumCut graph;
  graph.addNode();
  graph.addNode();
  EXPECT_EQ(graph.cut(0, 1), 0);
  EXPECT_FALSE(graph.isOnSinkSide(0));
  EXPECT_TRUE(graph.isOnSinkSide(1));
}

TEST(MinimumCut, ALongChainNeedsNoStack) {
  MinimumCut graph;
  constexpr unsigned length = 200'000;
  for (unsigned i = 0; i <= length; ++i)
    graph.addNode();
  for (unsigned i = 0; i < length; ++i)
    graph.addEdge(i, i + 1, i == length / 2 ? 1 : 2);
  EXPECT_EQ(graph.cut(0, length), 1);
  EXPECT_FALSE(graph.isOnSinkSide(length / 2));
  EXPECT_TRUE(graph.isOnSinkSide(length / 2 + 1));
}

/// Random graphs of eight nodes against all of their cuts.
TEST(MinimumCut, IsTheCheapestOfAllCuts) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    MinimumCut graph;
    constexpr unsigned count = 8;
    int64_t capacity[count][count] = {};
    for (unsigned i = 0; i < count; ++i)
      graph.addNode();
    for (int edge = 0; edge < 20; ++edge) {
      unsigned from = random() % count, to = random() % count;
      int64_t more = random() % 10;
      capacity[from][to] += more;
      graph.addEdge(from, to, more);
    }
    auto cost = [&](auto isOnSinkSide) {
      int64_t sum = 0;
      for (unsigned i = 0; i < count; ++i)
        for (unsigned j = 0; j < count; ++j)
          if (!isOnSinkSide(i) && isOnSinkSide(j))
            sum += capacity[i][j];
      return sum;
    };
    int64_t best = INT64_MAX;
    for (unsigned set = 0; set < 1u << (count - 2); ++set)
      best = std::min(best, cost([&](unsigned i) {
                        return i == count - 1 || (i > 0 && (set >> (i - 1) & 1));
                      }));
    EXPECT_EQ(graph.cut(0, count - 1), best);
    EXPECT_EQ(cost([&](unsigned i) { return graph.isOnSinkSide(i); }), best);
    EXPECT_FALSE(graph.isOnSinkSide(0));
    EXPECT_TRUE(graph.isOnSinkSide(count - 1));
  }
}

} // namespace
