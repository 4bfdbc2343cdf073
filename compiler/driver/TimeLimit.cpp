//===- TimeLimit.cpp - Ends a call that takes too long --------------------===//

#include "compiler/driver/TimeLimit.h"

#include "runtime/circ_runtime.h"

#include <csignal>
#include <unistd.h>

namespace circ {

static volatile sig_atomic_t timeIsUp = 0;

static void endCall(int) {
  if (circ_interrupt_flag) // by the user, who goes first
    return;
  timeIsUp = 1;
  circ_interrupt_flag = 1;
}

TimeLimit::TimeLimit(unsigned seconds) {
  timeIsUp = 0;
  std::signal(SIGALRM, endCall);
  alarm(seconds);
}

TimeLimit::~TimeLimit() {
  alarm(0);
  if (timeIsUp)
    circ_interrupt_flag = 0;
}

bool TimeLimit::reached() const { return timeIsUp; }

} // namespace circ
