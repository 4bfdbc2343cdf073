//===- TimeLimit.h - Ends a call that takes too long ----------------------===//
#pragma once

namespace circ {

/// While it lives, a running circuit stops as at an interrupt when the time is up: a loop
/// that never ends cannot be told otherwise. One at a time, in one thread.
class TimeLimit {
public:
  explicit TimeLimit(unsigned seconds);
  ~TimeLimit();
  TimeLimit(const TimeLimit &) = delete;
  TimeLimit &operator=(const TimeLimit &) = delete;
  bool reached() const;
};

} // namespace circ
