//===- MinimumCut.cpp - The cheapest cut of a graph between two nodes -----===//

#include "compiler/autodiff/MinimumCut.h"

#include <algorithm>

namespace circ::autodiff {

unsigned MinimumCut::addNode() {
  edgesOfNode.emplace_back();
  return static_cast<unsigned>(edgesOfNode.size()) - 1;
}

void MinimumCut::addEdge(unsigned from, unsigned to, int64_t capacity) {
  edgesOfNode[from].push_back(static_cast<unsigned>(edges.size()));
  edges.push_back({to, std::min(capacity, unlimited)});
  edgesOfNode[to].push_back(static_cast<unsigned>(edges.size()));
  edges.push_back({from, 0});
}

/// Breadth-first distances from the source over edges that are not full.
bool MinimumCut::findLevels(unsigned source, unsigned sink) {
  level.assign(edgesOfNode.size(), -1);
  level[source] = 0;
  std::vector<unsigned> queue{source};
  for (size_t i = 0; i < queue.size(); ++i)
    for (unsigned edge : edgesOfNode[queue[i]])
      if (edges[edge].left > 0 && level[edges[edge].to] < 0) {
        level[edges[edge].to] = level[queue[i]] + 1;
        queue.push_back(edges[edge].to);
      }
  return level[sink] >= 0;
}

/// Sends flow along one path of ascending levels. Paths are as long as the graph is
/// deep, so that the path is a list and not the stack.
int64_t MinimumCut::augment(unsigned source, unsigned sink, int64_t most) {
  std::vector<unsigned> path;
  unsigned node = source;
  while (node != sink) {
    size_t &at = next[node];
    const std::vector<unsigned> &out = edgesOfNode[node];
    while (at < out.size() &&
           (edges[out[at]].left <= 0 || level[edges[out[at]].to] != level[node] + 1))
      ++at;
    if (at < out.size()) {
      path.push_back(out[at]);
      node = edges[out[at]].to;
      continue;
    }
    if (path.empty())
      return 0;
    // A dead end: one step back, and not here again.
    node = edges[path.back() ^ 1].to;
    path.pop_back();
    ++next[node];
  }
  for (unsigned edge : path)
    most = std::min(most, edges[edge].left);
  for (unsigned edge : path) {
    edges[edge].left -= most;
    edges[edge ^ 1].left += most;
  }
  return most;
}

int64_t MinimumCut::cut(unsigned source, unsigned sink) {
  int64_t flow = 0;
  while (findLevels(source, sink)) {
    next.assign(edgesOfNode.size(), 0);
    while (int64_t sent = augment(source, sink, unlimited))
      flow += sent;
  }
  // What the sink can still be reached from.
  sinkSide.assign(edgesOfNode.size(), false);
  sinkSide[sink] = true;
  std::vector<unsigned> queue{sink};
  for (size_t i = 0; i < queue.size(); ++i)
    for (unsigned edge : edgesOfNode[queue[i]])
      if (edges[edge ^ 1].left > 0 && !sinkSide[edges[edge].to]) {
        sinkSide[edges[edge].to] = true;
        queue.push_back(edges[edge].to);
      }
  return flow;
}

} // namespace circ::autodiff
