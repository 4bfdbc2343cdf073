//===- DiagnosticsTest.cpp - Reporting and printing -----------------------===//

#include "compiler/support/Diagnostics.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

using namespace circ;

namespace {

std::string printed(const DiagnosticEngine &diagnostics) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  diagnostics.print(stream);
  return text;
}

struct Diagnostics : testing::Test {
  SourceManager sources;
  FileId file = sources.add("f.circ", "let a = b\nlet c = d\n");
  DiagnosticEngine diagnostics{sources};
};

TEST_F(Diagnostics, ShowThePlaceAndTheHint) {
  diagnostics.report(DiagnosticId::UnknownName, {file, 8, 9}, {"b"}).withHint("did you mean `a`?");
  EXPECT_EQ(printed(diagnostics), "f.circ:1:9: error: unknown name 'b'\n"
                                  "  let a = b\n"
                                  "          ^\n"
                                  "  hint: did you mean `a`?\n");
}

TEST_F(Diagnostics, AreSortedByPlace) {
  diagnostics.report(DiagnosticId::UnknownName, {file, 18, 19}, {"d"});
  diagnostics.report(DiagnosticId::UnknownName, {file, 8, 9}, {"b"});
  std::string text = printed(diagnostics);
  EXPECT_LT(text.find("'b'"), text.find("'d'"));
  EXPECT_EQ(diagnostics.errorCount(), 2u);
}

TEST_F(Diagnostics, OfOnePlaceAndMessageAreReportedOnce) {
  for (int i = 0; i < 2; ++i)
    diagnostics.report(DiagnosticId::UnknownName, {file, 8, 9}, {"b"});
  EXPECT_EQ(diagnostics.errorCount(), 1u);
}

TEST_F(Diagnostics, AsJson) {
  diagnostics.report(DiagnosticId::UnknownName, {file, 8, 9}, {"b"});
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << diagnostics.toJson();
  EXPECT_NE(stream.str().find("\"line\":1"), std::string::npos) << text;
  EXPECT_NE(text.find("\"severity\":\"error\""), std::string::npos) << text;
}

TEST(ClosestName, FindsSpellingMistakesOnly) {
  EXPECT_EQ(closestName("meens", {"means", "sigma"}), "means");
  EXPECT_FALSE(closestName("xyz", {"means", "sigma"}));
  EXPECT_FALSE(closestName("a", {}));
}

} // namespace
