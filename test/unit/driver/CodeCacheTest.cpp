//===- CodeCacheTest.cpp - Compiled code kept between runs ----------------===//

#include "compiler/driver/CodeCache.h"
#include "compiler/driver/CachedCode.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

using namespace circ;

namespace {

class CodeCacheTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("circ-cache", folder));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }
  /// Lets the next use of an entry be later than those before.
  static void wait() { usleep(20000); }

  llvm::SmallString<128> folder;
};

} // namespace

TEST_F(CodeCacheTest, GivesBackWhatWasStored) {
  CodeCache cache(folder.str().str());
  EXPECT_FALSE(cache.find("key"));
  cache.store("key", "contents");
  cache.store("empty", "");
  EXPECT_EQ(cache.find("key"), "contents");
  EXPECT_EQ(cache.find("empty"), "");
  EXPECT_FALSE(cache.find("other"));
  cache.store("key", "new");
  EXPECT_EQ(cache.find("key"), "new");
}

TEST_F(CodeCacheTest, DropsWhatWasUsedLeastRecently) {
  CodeCache cache(folder.str().str(), {1000, 100});
  std::string contents(250, 'x');
  for (const char *key : {"a", "b", "c"}) {
    cache.store(key, contents);
    wait();
  }
  EXPECT_TRUE(cache.find("a"));
  wait();
  cache.store("d", contents); // more than 1000 bytes with their headers
  EXPECT_FALSE(cache.find("b"));
  EXPECT_FALSE(cache.find("c"));
  EXPECT_TRUE(cache.find("a"));
  EXPECT_TRUE(cache.find("d"));
  cache.store("large", std::string(2000, 'x'));
  EXPECT_FALSE(cache.find("large"));
  EXPECT_TRUE(cache.find("d"));
}

TEST_F(CodeCacheTest, BoundsTheNumberOfEntries) {
  CodeCache cache(folder.str().str(), {1 << 20, 8});
  for (int i = 0; i < 50; ++i) {
    cache.store(std::to_string(i), "contents");
    int count = 0;
    std::error_code code;
    for (llvm::sys::fs::directory_iterator it(folder, code), end; !code && it != end;
         it.increment(code))
      ++count;
    ASSERT_LE(count, 8);
  }
  EXPECT_TRUE(cache.find("49"));
}

TEST(CachedCode, IsReadAsItWasWritten) {
  SourceManager sources;
  FileId file = sources.add("f.circ", "circuit f(x) = x\n");
  DiagnosticEngine engine(sources);
  engine.report(DiagnosticId::ZeroGradient, SourceRange{file, 2, 4}, {"f", "x"})
      .withHint("a hint")
      .note(DiagnosticId::ZeroGradient, SourceRange{file, 3, 5}, {"g", "y"});
  CachedCode code{{"object", "another"}, engine.diagnostics()};
  std::string bytes = code.toBytes();
  auto read = CachedCode::fromBytes(bytes, sources);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->objects, code.objects);
  ASSERT_EQ(read->diagnostics.size(), 1u);
  const Diagnostic &diagnostic = read->diagnostics.front();
  EXPECT_EQ(diagnostic.message, code.diagnostics.front().message);
  EXPECT_EQ(diagnostic.hint, "a hint");
  EXPECT_EQ(diagnostic.range->end, 4u);
  ASSERT_EQ(diagnostic.notes.size(), 1u);
  EXPECT_EQ(diagnostic.notes.front().range->begin, 3u);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(CachedCode::fromBytes(llvm::StringRef(bytes).take_front(size), sources));
  EXPECT_FALSE(CachedCode::fromBytes(bytes, SourceManager()));
}
