//===- ValuesTest.cpp - Values in and out ---------------------------------===//

#include "compiler/driver/Arguments.h"
#include "compiler/driver/Output.h"
#include "compiler/driver/ValueSyntax.h"

#include <gtest/gtest.h>

using namespace circ;

TEST(Values, PrintInTheShortestFormThatReadsBack) {
  EXPECT_EQ(formatScalar(Value::scalar(-12.0), 0), "-12");
  EXPECT_EQ(formatScalar(Value::scalar(0.1), 0), "0.1");
  EXPECT_EQ(formatScalar(Value::scalar(1.0 / 3.0), 0), "0.3333333333333333");
  EXPECT_EQ(jsonText(Value::scalar(std::numeric_limits<double>::infinity())), "\"inf\"");
}

TEST(Values, ReadNumbersAndArrays) {
  auto scalar = readValue("1_000");
  ASSERT_TRUE(bool(scalar)) << scalar.message();
  EXPECT_EQ(scalar->asDouble(), 1000);
  auto array = readValue("[[1, 2], [3, 4]]");
  ASSERT_TRUE(bool(array)) << array.message();
  EXPECT_EQ(array->shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(array->asDouble(3), 4);
  EXPECT_FALSE(bool(readValue("[[1, 2], [3]]")));
  EXPECT_FALSE(bool(readValue("one")));
}

TEST(Values, ConvertExactlyOrNotAtAll) {
  EXPECT_TRUE(bool(convert(Value::scalar(int64_t(3)), ElementKind::F64)));
  EXPECT_FALSE(bool(convert(Value::scalar((int64_t(1) << 53) + 1), ElementKind::F64)));
  EXPECT_FALSE(bool(convert(Value::scalar(0.5), ElementKind::I64)));
}

TEST(Arguments, ReportEveryError) {
  ParameterSpec x;
  x.name = "x";
  x.typeText = "f64";
  ParameterSpec w = x;
  w.name = "w";
  w.rank = 1;
  w.typeText = "f64[n]";
  w.staticSizes = {-1};
  std::vector<Value> values;
  std::vector<std::string> errors;
  EXPECT_FALSE(bindArguments({x, w}, {"x=a", "q=1", "w=2"}, std::nullopt, values, errors));
  EXPECT_EQ(errors.size(), 3u);
  errors.clear();
  EXPECT_TRUE(bindArguments({x, w}, {"w=[1,2]", "x=3"}, std::nullopt, values, errors));
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[1].asDouble(1), 2);
}
