//===- make_problem.h - Rows of circuits with one real result -------------===//
#pragma once

#include "common/check.h"
#include "common/data.h"
#include "common/problem.h"

#include <cstddef>
#include <memory>
#include <type_traits>

namespace bench {

/// A problem whose gradient has `unknowns` elements. The functions of circ
/// return statuses; a gradient is written to the given memory. `handGradient`
/// starts from zeros. `parallelGradient` may run on several threads.
template <typename Data, typename CircValue, typename CircGradient, typename HandValue,
          typename HandGradient, typename ParallelGradient = std::nullptr_t>
Problem makeProblem(std::string name, Data data, size_t unknowns, double flops,
                    const char *(*lastError)(), CircValue circValue, CircGradient circGradient,
                    HandValue handValue, HandGradient handGradient,
                    ParallelGradient parallelGradient = nullptr) {
  struct Instance {
    Data data;
    std::vector<double> circ, hand;
  };
  auto i = std::make_shared<Instance>(
      Instance{std::move(data), std::vector<double>(unknowns), std::vector<double>(unknowns)});
  auto gradientBy = [i, lastError](auto function) {
    return [=] {
      double value;
      check(function(i->data, &value, i->circ.data()), lastError);
      return value;
    };
  };
  Problem made;
  made.name = std::move(name);
  made.circObjective = [=] {
    double value;
    check(circValue(i->data, &value), lastError);
    return value;
  };
  made.circGradient = gradientBy(circGradient);
  if constexpr (!std::is_null_pointer_v<ParallelGradient>)
    made.parallelGradient = gradientBy(parallelGradient);
  made.handObjective = [=] { return handValue(i->data); };
  made.handGradient = [=] {
    i->hand.assign(unknowns, 0);
    return handGradient(i->data, i->hand.data());
  };
  made.circResult = &i->circ;
  made.handResult = &i->hand;
  made.flops = flops;
  return made;
}

} // namespace bench
