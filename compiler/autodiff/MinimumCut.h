//===- MinimumCut.h - The cheapest cut of a graph between two nodes -------===//
//
// E. A. Dinic, "Algorithm for solution of a problem of maximum flow in networks
// with power estimation", Soviet Math. Doklady 11, 1970.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace circ::autodiff {

/// A directed graph whose edges have capacities.
class MinimumCut {
public:
  /// An edge that no cut of finite cost crosses.
  static constexpr int64_t unlimited = int64_t(1) << 50;

  /// Adds a node; gives its number, counted from 0.
  unsigned addNode();
  /// An edge that costs its capacity when `from` is on the source's side and `to` on the
  /// sink's. Capacities are not negative and at most `unlimited`.
  void addEdge(unsigned from, unsigned to, int64_t capacity);

  /// The cost of the cheapest cut.
  int64_t cut(unsigned source, unsigned sink);
  /// After `cut`, whether a node is on the sink's side: of all cheapest cuts, the one with
  /// the fewest nodes there.
  bool isOnSinkSide(unsigned node) const { return sinkSide[node]; }

private:
  struct Edge {
    unsigned to;
    int64_t left; ///< Capacity that no flow uses.
  };

  bool findLevels(unsigned source, unsigned sink);
  int64_t augment(unsigned node, unsigned sink, int64_t most);

  /// An edge and its reverse stand next to each other, at an even place first.
  std::vector<Edge> edges;
  std::vector<std::vector<unsigned>> edgesOfNode;
  std::vector<int> level;
  std::vector<size_t> next;
  std::vector<bool> sinkSide;
};

} // namespace circ::autodiff
