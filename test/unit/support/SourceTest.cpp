//===- SourceTest.cpp - Places in source files ----------------------------===//

#include "compiler/support/Source.h"

#include <gtest/gtest.h>

using namespace circ;

TEST(Source, LinesAndColumnsCountFromOne) {
  SourceFile file("f.circ", "ab\ncd\n");
  EXPECT_EQ(file.lineColumn(0).line, 1u);
  EXPECT_EQ(file.lineColumn(0).column, 1u);
  EXPECT_EQ(file.lineColumn(4).line, 2u);
  EXPECT_EQ(file.lineColumn(4).column, 2u);
  EXPECT_EQ(file.line(2), "cd");
}

TEST(Source, ColumnsCountCodePoints) {
  SourceFile file("f.circ", "\xCE\xBC + x"); // a Greek letter of two bytes
  EXPECT_EQ(file.lineColumn(5).column, 5u);
}

TEST(Source, OffsetsPastTheEndMeanTheEnd) {
  SourceFile file("f.circ", "ab");
  EXPECT_EQ(file.lineColumn(100).line, 1u);
  EXPECT_EQ(file.lineColumn(100).column, 3u);
}

TEST(Source, CarriageReturnsAreNotPartOfALine) {
  SourceFile file("f.circ", "ab\r\ncd");
  EXPECT_EQ(file.line(1), "ab");
}
