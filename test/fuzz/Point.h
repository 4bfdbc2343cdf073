//===- Point.h - Arguments of random programs -----------------------------===//
#pragma once

#include "Random.h"
#include "compiler/driver/Values.h"

namespace circ::fuzz {

/// Values for `f(x: f64[n], y, m: f64[n, n], k: i64[n])`; as a direction, its
/// first three.
struct Point {
  std::vector<Value> values;

  static Point random(Random &random) {
    int64_t n = 2 + random.below(3);
    Point point{{Value::zeros(ElementKind::F64, {n}), Value::zeros(ElementKind::F64, {}),
                 Value::zeros(ElementKind::F64, {n, n}), Value::zeros(ElementKind::I64, {n})}};
    point.eachReal([&](double &number) { number = random.real(-1.5, 1.5); });
    for (int64_t i = 0; i < n; ++i)
      point.values[3].data<int64_t>()[i] = random.below(int(n));
    return point;
  }

  /// With numbers at which rules are special.
  static Point round(Random &random) {
    Point point = Point::random(random);
    const double numbers[] = {0, 0, 0, 1, -1, 0.5, 2};
    point.eachReal([&](double &number) { number = numbers[random.below(7)]; });
    return point;
  }

  template <typename F> void eachReal(F f) {
    for (int i = 0; i < 3; ++i)
      for (int64_t j = 0; j < values[i].count(); ++j)
        f(values[i].data<double>()[j]);
  }

  Point direction(Random &random) const {
    Point made = *this;
    made.eachReal([&](double &number) { number = random.real(-1, 1); });
    return made;
  }
  /// Moved by some thousand units in the last place.
  Point rounded(Random &random) const {
    Point made = *this;
    made.eachReal([&](double &number) { number *= 1 + random.real(-1e-12, 1e-12); });
    return made;
  }
  Point near(Random &random) const {
    Point made = *this;
    made.eachReal([&](double &number) { number += random.real(-1e-4, 1e-4); });
    return made;
  }
  Point plus(double step, const Point &along) const {
    Point made = *this;
    std::vector<double> steps = along.numbers();
    size_t next = 0;
    made.eachReal([&](double &number) { number += step * steps[next++]; });
    return made;
  }
  std::vector<double> numbers() const {
    std::vector<double> found;
    Point copy = *this;
    copy.eachReal([&](double number) { found.push_back(number); });
    return found;
  }
  /// As arguments of the command line.
  std::string text() const;
};

} // namespace circ::fuzz
