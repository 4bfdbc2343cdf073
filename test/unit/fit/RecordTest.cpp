//===- RecordTest.cpp - What happens in a fit, and parameters as a vector -===//

#include "compiler/fit/Record.h"
#include "compiler/fit/Unknowns.h"

#include <gtest/gtest.h>

using namespace circ;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

FitRecord record(FitLimits limits, bool maximize = false) {
  return FitRecord(limits, maximize, {0}, {infinity});
}

/// Adds an evaluation with one unknown.
bool add(FitRecord &record, double point, double value, double gradient) {
  return record.add(&point, value, &gradient);
}

Value list(std::vector<double> elements) {
  Value made = Value::zeros(ElementKind::F64, {int64_t(elements.size())});
  std::copy(elements.begin(), elements.end(), made.data<double>());
  return made;
}

} // namespace

TEST(FitRecord, KeepsTheBestPoint) {
  FitRecord fit = record({});
  EXPECT_TRUE(add(fit, 1, 5, 1));
  EXPECT_TRUE(add(fit, 2, 3, 1));
  EXPECT_TRUE(add(fit, 3, 4, 1));
  EXPECT_TRUE(add(fit, 4, std::numeric_limits<double>::quiet_NaN(), 0));
  EXPECT_EQ(fit.best, std::vector<double>{2});
  EXPECT_EQ(fit.outside, 1);
  FitRecord most = record({}, /*maximize=*/true);
  add(most, 1, 5, 1);
  add(most, 2, 3, 1);
  EXPECT_EQ(most.bestValue, 5);
}

TEST(FitRecord, EndsByItsLimits) {
  FitRecord few = record({.evaluations = 2});
  EXPECT_TRUE(add(few, 1, 5, 1));
  EXPECT_FALSE(add(few, 1, 5, 1));
  EXPECT_EQ(few.end, FitEnd::Evaluations);
  FitRecord nowhere = record({});
  EXPECT_FALSE(add(nowhere, 1, infinity, 1));
  EXPECT_EQ(nowhere.end, FitEnd::Failed);
}

TEST(FitRecord, ConvergesWhereTheGradientIsZeroOrHeld) {
  FitRecord flat = record({.gradientTolerance = 1e-6});
  EXPECT_FALSE(add(flat, 1, 5, 1e-6));
  EXPECT_EQ(flat.end, FitEnd::Gradient);
  // At the bound 0 the gradient asks for less than that.
  FitRecord held = record({});
  EXPECT_FALSE(add(held, 0, 5, 1));
  EXPECT_TRUE(isConverged(held.end));
  FitRecord free = record({});
  EXPECT_TRUE(add(free, 0, 5, -1));
  // A stationary point that is worse than another is not the end.
  FitRecord saddle = record({});
  EXPECT_TRUE(add(saddle, 1, 3, 1));
  EXPECT_TRUE(add(saddle, 2, 4, 0));
  // A value that grows makes no gradient small.
  FitRecord growing = record({}, /*maximize=*/true);
  EXPECT_TRUE(add(growing, 1, 1, 1));
  EXPECT_TRUE(add(growing, 1e20, 1e40, 1));
}

TEST(Unknowns, AreTheParametersOneAfterTheOther) {
  std::vector<Value> arguments{list({1, 2}), list({7}), Value::scalar(3.0)};
  Unknowns unknowns({"w", "x", "cam.focal"}, {0, 2}, arguments);
  ASSERT_EQ(unknowns.size(), 3);
  EXPECT_EQ(unknowns.start(arguments), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(unknowns.nameOf(1), "w[1]");
  EXPECT_EQ(unknowns.nameOf(2), "cam.focal");
  std::vector<double> point{4, 5, 6};
  unknowns.scatter(point.data(), arguments);
  EXPECT_EQ(unknowns.start(arguments), point);
  EXPECT_EQ(arguments[1].asDouble(), 7);

  std::string error;
  EXPECT_TRUE(unknowns.bound("w=[0,1]:9", error)) << error;
  EXPECT_TRUE(unknowns.bound("cam=:8", error)) << error;
  EXPECT_EQ(unknowns.lower, (std::vector<double>{0, 1, -infinity}));
  EXPECT_EQ(unknowns.upper, (std::vector<double>{9, 9, 8}));
  EXPECT_TRUE(unknowns.startsWithin({0, 1, 8}, error));
  EXPECT_FALSE(unknowns.startsWithin({0, 0.5, 8}, error));
  for (const char *wrong : {"w", "w=3", "x=0:1", "v=0:1", "w=2:1", "w=[1]:"})
    EXPECT_FALSE(unknowns.bound(wrong, error)) << wrong;
}
