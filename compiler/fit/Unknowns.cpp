//===- Unknowns.cpp - Parameters as one vector ----------------------------===//

#include "compiler/fit/Unknowns.h"

#include "compiler/driver/Output.h"
#include "compiler/driver/ValueSyntax.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

namespace circ {

static constexpr double infinity = std::numeric_limits<double>::infinity();

Unknowns::Unknowns(std::vector<std::string> names, std::vector<unsigned> chosen,
                   const std::vector<Value> &arguments)
    : names(std::move(names)), chosen(std::move(chosen)) {
  for (unsigned parameter : this->chosen) {
    shapes.push_back(arguments[parameter].shape);
    starts.push_back(starts.back() + arguments[parameter].count());
  }
  lower.assign(size(), -infinity);
  upper.assign(size(), infinity);
}

std::vector<double> Unknowns::gather(llvm::ArrayRef<Value> values) const {
  std::vector<double> point;
  point.reserve(size());
  for (const Value &value : values)
    for (int64_t i = 0; i < value.count(); ++i)
      point.push_back(value.asDouble(i));
  return point;
}

std::vector<double> Unknowns::start(const std::vector<Value> &arguments) const {
  std::vector<Value> values;
  for (unsigned parameter : chosen)
    values.push_back(arguments[parameter]);
  return gather(values);
}

void Unknowns::scatter(const double *point, std::vector<Value> &arguments) const {
  for (unsigned parameter : chosen) {
    Value &value = arguments[parameter];
    int64_t count = value.count();
    if (value.kind == ElementKind::F64)
      std::copy(point, point + count, value.data<double>());
    else
      std::copy(point, point + count, value.data<float>());
    point += count;
  }
}

std::string Unknowns::nameOf(int64_t unknown) const {
  size_t which = std::upper_bound(starts.begin(), starts.end(), unknown) - starts.begin() - 1;
  const std::string &name = names[chosen[which]];
  return shapes[which].empty() ? name : name + indexText(shapes[which], unknown - starts[which]);
}

bool Unknowns::boundParameter(size_t which, const std::string &text, bool isUpper,
                              std::string &error) {
  if (text.empty())
    return true;
  const std::string &name = names[chosen[which]];
  Outcome<Value> read = readValue(text);
  if (!read) {
    error = "a bound of `" + name + "`: " + read.message();
    return false;
  }
  if (read->rank() != 0 && read->shape != shapes[which]) {
    error = "a bound of `" + name + "` has shape " + shapeText(read->shape) +
            ", but the parameter has " + shapeText(shapes[which]);
    return false;
  }
  for (int64_t i = starts[which]; i < starts[which + 1]; ++i) {
    double value = read->asDouble(read->rank() == 0 ? 0 : i - starts[which]);
    if (std::isnan(value)) {
      error = "a bound of `" + name + "` is nan";
      return false;
    }
    (isUpper ? upper : lower)[i] = value;
    if (lower[i] > upper[i]) {
      error = "the lower bound of `" + nameOf(i) + "` is above the upper one";
      return false;
    }
  }
  return true;
}

bool Unknowns::bound(const std::string &text, std::string &error) {
  auto [name, range] = llvm::StringRef(text).split('=');
  size_t colon = range.find(':');
  if (name.empty() || colon == llvm::StringRef::npos) {
    error =
        quotedWord(text) + ": expected NAME=LOWER:UPPER, as in s=0:10 or s=0: for no upper bound";
    return false;
  }
  bool known = false;
  for (size_t which = 0; which < chosen.size(); ++which) {
    llvm::StringRef rest = names[chosen[which]];
    if (!rest.consume_front(name) || (!rest.empty() && rest.front() != '.'))
      continue;
    known = true;
    if (!boundParameter(which, range.take_front(colon).str(), false, error) ||
        !boundParameter(which, range.drop_front(colon + 1).str(), true, error))
      return false;
  }
  if (known)
    return true;
  error = llvm::is_contained(names, name.str())
              ? "`" + name.str() + "` has bounds, but it is not among the parameters of --over"
              : "no parameter `" + name.str() + "` to give bounds to";
  return false;
}

bool Unknowns::startsWithin(const std::vector<double> &start, std::string &error) const {
  for (int64_t i = 0; i < size(); ++i) {
    std::string value = formatScalar(Value::scalar(start[i]), 0);
    if (!std::isfinite(start[i]))
      error = "`" + nameOf(i) + "` cannot start at " + value;
    else if (start[i] < lower[i])
      error = "`" + nameOf(i) + "` starts at " + value + ", below its bound " +
              formatScalar(Value::scalar(lower[i]), 0);
    else if (start[i] > upper[i])
      error = "`" + nameOf(i) + "` starts at " + value + ", above its bound " +
              formatScalar(Value::scalar(upper[i]), 0);
    else
      continue;
    return false;
  }
  return true;
}

} // namespace circ
