//===- problem.h - What the harness measures ------------------------------===//
#pragma once

#include "others/other.h"

#include <functional>
#include <string>
#include <vector>

namespace bench {

/// One row of the table: an instance of a problem in several implementations.
/// Each function computes into the instance's own memory and returns the value.
struct Problem {
  std::string name;
  std::function<double()> circObjective, circGradient, handObjective, handGradient;
  /// The gradient on as many threads as CIRC_NUM_THREADS says, where the problem has that;
  /// it leaves its result where `circGradient` does.
  std::function<double()> parallelGradient;
  /// The gradients that the last calls left, flattened in the same order.
  std::vector<double> *circResult = nullptr, *handResult = nullptr;
  /// Of objectives with several results, those.
  std::vector<double> *circValues = nullptr, *handValues = nullptr;
  /// The gradient by other systems.
  std::vector<Other> others;
  /// Multiplications and additions of the hand-written gradient, roughly.
  double flops = 0;
};

/// All problems, in the order of the table.
std::vector<Problem> problems();

std::vector<Problem> gmmProblems();
std::vector<Problem> lstmProblems();
std::vector<Problem> baProblems();
std::vector<Problem> handProblems();
std::vector<Problem> furtherProblems();

} // namespace bench
