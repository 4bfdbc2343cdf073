//===- tape.h - A function on a tape of ADOL-C ----------------------------===//
#pragma once

#include "others/by_adolc.h"

#include <adolc/adolc.h>

namespace bench {

inline short tapes = 0;

/// Tapes `f` at the point `x` and gives its gradient by that tape.
template <typename Function> Other byAdolc(std::vector<double> x, Function f) {
  short tape = ++tapes;
  trace_on(tape);
  {
    std::vector<adouble> active(x.size());
    for (size_t i = 0; i < x.size(); ++i)
      active[i] <<= x[i];
    double value;
    adouble result = f(active.data());
    result >>= value;
  }
  trace_off();
  auto made = std::make_shared<std::vector<double>>(x.size());
  return {"ADOL-C",
          [tape, made, x = std::move(x)] {
            ::gradient(tape, int(x.size()), x.data(), made->data());
            return made->front();
          },
          made};
}

} // namespace bench
