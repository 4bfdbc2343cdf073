#include "runtime/circ_math.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

struct Value {
  int order;
  double x, expected;
};

// Computed with 60 digits by mpmath.
const Value values[] = {
    {1, 0.25, 17.197329154507110739},     {1, 1.5, 0.93480220054467930942},
    {1, 9.75, 0.10800324333663185456},    {1, 100.0, 0.010050166663333571395},
    {1, -0.5, 8.9348022005446793094},     {1, -3.25, 19.474085068082155114},
    {1, 1e-05, 10000000001.64490839},     {2, 0.25, -129.32773993753692033},
    {2, 1.0, -2.4041138063191885708},     {2, 4.5, -0.061556821321027694549},
    {2, 30.0, -0.001148765203728599844},  {2, -0.25, 122.69736678366236037},
    {2, -2.5, -0.108204051641727403},     {2, 1000000.0, -1.0000010000005e-12},
    {3, 0.5, 97.409091034002437236},      {3, 2.0, 0.4939394022668291491},
    {3, 11.0, 0.0017199013042898683856},  {3, -0.75, 1557.745106972151359},
    {3, -6.125, 24590.995523242231748},   {4, 0.125, -786445.98543106378579},
    {4, 3.0, -0.13626612344087823195},    {4, -1.25, 24481.063714184582527},
    {5, 1.0, 122.08116743813389677},      {5, 20.0, 8.4842662061582300714e-6},
    {5, -0.375, 45171.497249121637047},   {8, 0.5, -20644899.961760041426},
    {8, 17.0, -9.0740879097685491688e-7}, {8, -2.125, 5411658672724.1102832},
    {12, 1.5, -2464477.6094268285476},    {12, 24.0, -1.3907722680289489429e-9},
};

TEST(Polygamma, AgreesWithSixtyDigits) {
  for (const Value &v : values) {
    double got = circ_polygamma(v.x, v.order);
    EXPECT_LE(std::fabs(got - v.expected), 8e-16 * (4 + v.order) * std::fabs(v.expected))
        << "order " << v.order << " at " << v.x << ": " << got;
  }
}

TEST(Polygamma, OfOrderOneIsTrigamma) {
  for (double x : {0.1, 0.9, 3.7, 25.0, -0.4, -7.3})
    EXPECT_NEAR(circ_polygamma(x, 1) / circ_trigamma(x), 1, 2e-15) << x;
}

TEST(Polygamma, HasNoValueWhereThereIsNone) {
  EXPECT_TRUE(std::isnan(circ_polygamma(1.5, 0)));
  EXPECT_TRUE(std::isnan(circ_polygamma(1.5, 2.5)));
  EXPECT_TRUE(std::isnan(circ_polygamma(NAN, 2)));
  EXPECT_TRUE(std::isnan(circ_polygamma(-3, 2)));
  EXPECT_EQ(circ_polygamma(-3, 3), INFINITY);
  EXPECT_EQ(circ_polygamma(INFINITY, 2), 0);
}

} // namespace
