//===- Timing.cpp - How long a call takes ---------------------------------===//

#include "compiler/driver/Timing.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace circ {

/// Samples are this long at least, so that the clock's own cost does not count.
static constexpr double shortestSample = 200e-6;
static constexpr size_t fewestSamples = 5;

Timing timeCalls(const std::function<bool()> &call, double seconds) {
  using Clock = std::chrono::steady_clock;
  auto since = [](Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  Timing timing;
  bool goesOn = true;
  // Caches, branch prediction and the processor's clock settle.
  Clock::time_point begin = Clock::now();
  int64_t warm = 0;
  while (goesOn && (warm == 0 || since(begin) < seconds / 10)) {
    goesOn = call();
    ++warm;
  }
  double estimate = since(begin) / double(warm);
  auto repeat = int64_t(std::max(1.0, std::ceil(shortestSample / estimate)));
  std::vector<double> samples;
  begin = Clock::now();
  while (goesOn && (samples.size() < fewestSamples || since(begin) < seconds)) {
    Clock::time_point start = Clock::now();
    for (int64_t i = 0; i < repeat && goesOn; ++i)
      goesOn = call();
    samples.push_back(since(start) / double(repeat));
    timing.calls += repeat;
  }
  if (samples.empty())
    return timing;
  std::sort(samples.begin(), samples.end());
  timing.minimum = samples.front();
  timing.median = samples[samples.size() / 2];
  return timing;
}

} // namespace circ
