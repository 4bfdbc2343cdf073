//===- problems.cpp - Instances of the further circuits -------------------===//

#include "further/further.h"

namespace bench {

std::vector<Problem> furtherProblems() {
  return {logisticRegression(5000, 50), matrixFactorisation(500, 400, 16, 20000),
          kmeansCost(2000, 8, 20),      logSumExp(10000),
          predatorPrey(100, 20),        twoLayers(1000, 20, 32)};
}

} // namespace bench
