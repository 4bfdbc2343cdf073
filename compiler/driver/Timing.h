//===- Timing.h - How long a call takes -----------------------------------===//
#pragma once

#include <cstdint>
#include <functional>

namespace circ {

/// Seconds of one call.
struct Timing {
  double minimum = 0, median = 0;
  int64_t calls = 0;
};

/// Times a call for about this long, after a tenth of it to warm up. Short calls are
/// timed many at once. Ends early, with fewer calls, when `call` returns false.
Timing timeCalls(const std::function<bool()> &call, double seconds);

} // namespace circ
