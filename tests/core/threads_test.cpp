#include <thread>

#include <gtest/gtest.h>

#include "tenon/core/determinism.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"

namespace tenon::testing {
namespace {

int threads_after_an_op() {
  add(ones({2}), 1);
  return num_threads();
}

TEST(NumThreads, HoldsForEveryThread) {
  const int before = num_threads();
  int in_new = 0, in_old = 0, in_keeper = 0;
  std::thread keeper([&] {
    detail::keep_num_threads(1);
    set_num_threads(before + 3);
    in_keeper = threads_after_an_op();
  });
  keeper.join();
  EXPECT_EQ(in_keeper, 1);
  EXPECT_EQ(threads_after_an_op(), before + 3);
  std::thread([&] { in_new = threads_after_an_op(); }).join();
  EXPECT_EQ(in_new, before + 3);
  std::thread([&] {
    in_old = threads_after_an_op();
    std::thread([&] { set_num_threads(before); }).join();
    in_old = in_old * 100 + threads_after_an_op();
  }).join();
  EXPECT_EQ(in_old, (before + 3) * 100 + before);
  EXPECT_EQ(num_threads(), before);
}

}  // namespace
}  // namespace tenon::testing
