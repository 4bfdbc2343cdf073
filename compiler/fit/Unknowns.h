//===- Unknowns.h - Parameters as one vector ------------------------------===//
#pragma once

#include "compiler/driver/Values.h"
#include "llvm/ADT/ArrayRef.h"

namespace circ {

/// The elements of some parameters of a circuit, one parameter after the other,
/// and their bounds.
class Unknowns {
public:
  /// `names` are those of all parameters, `chosen` the real ones to take.
  Unknowns(std::vector<std::string> names, std::vector<unsigned> chosen,
           const std::vector<Value> &arguments);

  /// Takes "NAME=LOWER:UPPER": either may be left out, and is a number or an array
  /// of the parameter's shape. The name of a struct stands for its fields. Returns
  /// false with a message.
  bool bound(const std::string &text, std::string &error);
  /// Whether a start is within the bounds; else a message.
  bool startsWithin(const std::vector<double> &start, std::string &error) const;

  int64_t size() const { return starts.back(); }
  const std::vector<unsigned> &parameters() const { return chosen; }
  /// Values of the chosen parameters, in order, as a vector.
  std::vector<double> gather(llvm::ArrayRef<Value> values) const;
  /// The starting point.
  std::vector<double> start(const std::vector<Value> &arguments) const;
  /// Puts a point into the arguments.
  void scatter(const double *point, std::vector<Value> &arguments) const;
  /// "w[3]".
  std::string nameOf(int64_t unknown) const;

  std::vector<double> lower, upper;

private:
  bool boundParameter(size_t which, const std::string &text, bool isUpper, std::string &error);

  std::vector<std::string> names;
  std::vector<unsigned> chosen;
  std::vector<std::vector<int64_t>> shapes;
  std::vector<int64_t> starts{0};
};

} // namespace circ
