#include "compiler/driver/StepControl.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace circ;

namespace {

TEST(StepControl, FindsADerivativeAndHowFarOffItIs) {
  auto found = differenceQuotient([](double x) { return std::sin(1 + x); }, 0.02);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->derivative, std::cos(1.0), 1e-11);
  EXPECT_LT(found->error, 1e-9);
}

TEST(StepControl, TellsTheSlopesAtAKink) {
  auto kink = slopesAtKink([](double x) { return std::fabs(x) + 2 * x; }, 1);
  ASSERT_TRUE(kink);
  EXPECT_NEAR(kink->first, 1, 1e-6);
  EXPECT_NEAR(kink->second, 3, 1e-6);
}

TEST(StepControl, SeesNoKinkInWhatIsCurvedOrApart) {
  EXPECT_FALSE(slopesAtKink([](double x) { return std::exp(100 * x); }, 100));
  EXPECT_FALSE(slopesAtKink([](double x) { return std::fabs(x - 1e-3); }, 1));
  EXPECT_FALSE(slopesAtKink([](double x) { return std::sqrt(x); }, 1));
}

} // namespace
