//===- Point.cpp - Arguments of random programs ---------------------------===//

#include "Point.h"

#include "compiler/driver/Output.h"

namespace circ::fuzz {

std::string Point::text() const {
  const char *names[] = {"x", "y", "m", "k"};
  std::string found;
  for (size_t i = 0; i < values.size(); ++i)
    found += (i ? " " : "") + std::string(names[i]) + "='" + formatValue(values[i], false) + "'";
  return found;
}

} // namespace circ::fuzz
