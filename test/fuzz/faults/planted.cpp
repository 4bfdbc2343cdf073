#include "test/fuzz/faults/planted.h"

#include <cstdlib>
#include <cstring>

bool circ::fuzz::planted(const char *fault) {
  const char *chosen = getenv("CIRC_FAULT");
  return chosen && strcmp(chosen, fault) == 0;
}
