//===- DimensionTest.cpp - Arithmetic of symbolic sizes -------------------===//

#include "compiler/ast/Module.h"

#include <gtest/gtest.h>

using namespace circ::ast;

namespace {

struct Dimensions : testing::Test {
  Variable n, m;
  Dimension dn = Dimension::symbol({&n, 0}), dm = Dimension::symbol({&m, 0});
  void SetUp() override {
    n.name = "n";
    m.name = "m";
  }
  static Dimension number(int64_t value) { return Dimension::constant(value); }
};

TEST_F(Dimensions, NormalFormsAreEqual) {
  EXPECT_TRUE((dn + number(1)) * (dn - number(1)) == dn * dn - number(1));
  EXPECT_TRUE(dn * dm == dm * dn);
  EXPECT_FALSE(dn == dm);
}

TEST_F(Dimensions, DifferencesThatCancelAreConstant) {
  Dimension d = dn + number(3) - dn;
  EXPECT_TRUE(d.isConstant());
  EXPECT_EQ(d.constantValue(), 3);
  EXPECT_TRUE((dn - dn).isConstant());
}

TEST_F(Dimensions, DivisorsCancel) {
  Dimension half;
  half.terms[{}] = 1;
  half.divisor = 2;
  EXPECT_TRUE(dn * half + dn * half == dn);
  EXPECT_EQ(toString(dn * (dn + number(1)) * half).find("/ 2") != std::string::npos, true);
}

TEST_F(Dimensions, SubstitutionReplacesEverywhere) {
  Dimension d = dn * dn + dm;
  EXPECT_TRUE(substitute(d, {{&n, number(3)}}) == dm + number(9));
  EXPECT_TRUE(substitute(d, {{&n, dm}}) == dm * dm + dm);
}

TEST_F(Dimensions, OpaqueSizesAreEqualToThemselvesAlone) {
  Dimension a = Dimension::symbol({nullptr, 1}), b = Dimension::symbol({nullptr, 2});
  EXPECT_TRUE(a == a);
  EXPECT_FALSE(a == b);
}

TEST_F(Dimensions, PrintAsPeopleWrite) {
  EXPECT_EQ(toString(dn + number(1)), "n + 1");
  EXPECT_EQ(toString(number(0)), "0");
  EXPECT_EQ(toString(Type{ScalarKind::F64, {dn, number(3)}}), "f64[n, 3]");
}

} // namespace
