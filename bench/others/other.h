//===- other.h - Gradients by other systems -------------------------------===//
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

/// The gradient of a problem by another system, which leaves it in `result`.
struct Other {
  std::string name;
  std::function<double()> gradient;
  std::shared_ptr<std::vector<double>> result;
};

} // namespace bench
