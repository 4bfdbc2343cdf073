//===- PoolTest.cpp - Memory that waits for the next call -----------------===//

extern "C" {
#include "runtime/circ_pool.h"
}

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

constexpr size_t mega = 1024 * 1024;

struct Pool : testing::Test {
  void SetUp() override { circ_pool_empty(); }
  void TearDown() override {
    circ_pool_empty();
    EXPECT_EQ(circ_pool_bytes(), 0u);
  }
};

TEST_F(Pool, TheLastBlockOfASizeComesFirst) {
  void *one = circ_pool_take(mega), *two = circ_pool_take(mega);
  circ_pool_give(one, mega);
  circ_pool_give(two, mega);
  EXPECT_EQ(circ_pool_take(mega), two);
  EXPECT_EQ(circ_pool_take(mega), one);
  circ_pool_give(one, mega);
  circ_pool_give(two, mega);
}

TEST_F(Pool, BlocksAreForTheirSizeAlone) {
  void *one = circ_pool_take(mega);
  circ_pool_give(one, mega);
  void *longer = circ_pool_take(mega + 64);
  EXPECT_NE(longer, one);
  std::memset(longer, 1, mega + 64);
  EXPECT_EQ(circ_pool_take(mega), one);
  circ_pool_give(one, mega);
  circ_pool_give(longer, mega + 64);
}

// What does not fit makes those of other sizes go: 60 blocks of one megabyte leave no room
// for six of two.
TEST_F(Pool, OtherSizesMakeRoom) {
  std::vector<void *> blocks, others;
  for (int i = 0; i < 60; ++i)
    blocks.push_back(circ_pool_take(mega));
  for (int i = 0; i < 6; ++i)
    others.push_back(circ_pool_take(2 * mega));
  for (void *block : blocks)
    circ_pool_give(block, mega);
  for (void *block : others)
    circ_pool_give(block, 2 * mega);
  EXPECT_EQ(circ_pool_bytes(), 64 * mega);
  // All of the last are there, in the order in which they came.
  for (int i = 5; i >= 0; --i)
    EXPECT_EQ(circ_pool_take(2 * mega), others[i]);
  for (void *block : others)
    circ_pool_give(block, 2 * mega);
}

// unit.test runs this again with another bound.
TEST_F(Pool, TheEnvironmentSaysHowMuchWaits) {
  const char *text = std::getenv("CIRC_KEPT_BYTES");
  size_t most = text ? std::strtoull(text, nullptr, 10) : 64 * mega;
  std::vector<void *> blocks;
  for (int i = 0; i < 70; ++i)
    blocks.push_back(circ_pool_take(mega));
  for (void *block : blocks)
    circ_pool_give(block, mega);
  EXPECT_EQ(circ_pool_bytes(), most / mega * mega);
}

TEST_F(Pool, SizesThatNoMemoryHasAreRefused) {
  EXPECT_EQ(circ_pool_take(size_t(1) << 62), nullptr);
}

TEST_F(Pool, NothingIsNothing) {
  circ_pool_give(nullptr, mega);
  void *block = circ_pool_take(mega);
  ASSERT_NE(block, nullptr);
  std::memset(block, 1, mega);
  circ_pool_give(block, mega);
}

TEST_F(Pool, ThreadsHaveBlocksOfTheirOwn) {
  std::atomic<int> shared{0};
  auto work = [&](unsigned char mark) {
    for (int i = 0; i < 2000; ++i) {
      const size_t bytes = 32 * 1024;
      auto *block = static_cast<unsigned char *>(circ_pool_take(bytes));
      std::memset(block, mark, bytes);
      for (size_t k = 0; k < bytes; k += 512)
        shared += block[k] != mark;
      circ_pool_give(block, bytes);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned char mark = 1; mark <= 4; ++mark)
    threads.emplace_back(work, mark);
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(shared, 0);
}

} // namespace
