//===- check.h - Statuses of compiled circuits ----------------------------===//
#pragma once

#include <cstdio>
#include <cstdlib>

namespace bench {

/// Ends the program when a circuit fails: there is nothing to measure then.
inline void check(int status, const char *(*lastError)()) {
  if (status == 0)
    return;
  std::fprintf(stderr, "error: %s\n", lastError());
  std::exit(1);
}

} // namespace bench
