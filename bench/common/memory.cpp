//===- memory.cpp - What a call takes beside its inputs and outputs -------===//

#include "common/memory.h"

#include <cstdio>
#include <cstring>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

/// A line of /proc/self/status, in kB.
static long statusLine(const char *name) {
  std::FILE *status = std::fopen("/proc/self/status", "r");
  char line[256];
  long found = -1;
  while (status && std::fgets(line, sizeof line, status))
    if (std::strncmp(line, name, std::strlen(name)) == 0)
      std::sscanf(line + std::strlen(name), " %ld", &found);
  if (status)
    std::fclose(status);
  return found;
}

long peakMemory(const std::function<double()> &call) {
  int ends[2];
  if (pipe(ends) != 0)
    return -1;
  if (fork() == 0) {
    call(); // Its code and its results are in memory now.
    malloc_trim(0);
    // Resets the peak to what is taken now.
    if (std::FILE *reset = std::fopen("/proc/self/clear_refs", "w")) {
      std::fputs("5", reset);
      std::fclose(reset);
    }
    long before = statusLine("VmRSS:");
    call();
    long peak = statusLine("VmHWM:") - before;
    _exit(write(ends[1], &peak, sizeof peak) == sizeof peak ? 0 : 1);
  }
  long peak = -1;
  if (read(ends[0], &peak, sizeof peak) != sizeof peak)
    peak = -1;
  close(ends[0]);
  close(ends[1]);
  wait(nullptr);
  return peak;
}

} // namespace bench
