//===- StoppedValues.cpp - The values behind `stop`, held fixed -----------===//

#include "compiler/codegen/StoppedValues.h"

namespace circ {

thread_local StoppedValues *StoppedValues::current = nullptr;

double circ_stopped(double value) {
  StoppedValues *stopped = StoppedValues::current;
  if (!stopped)
    return value;
  if (stopped->mode == StoppedValues::Mode::Note) {
    stopped->values.push_back(value);
    return value;
  }
  size_t at = stopped->next++;
  return at < stopped->values.size() ? stopped->values[at] : value;
}

} // namespace circ
