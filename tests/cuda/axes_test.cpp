#include "tenon/core/cuda/axes.h"

#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using cuda_backend::LargeDivider;
using cuda_backend::LoopAxes;

TEST(LargeDivider, DividesAsTheProcessorDoes) {
  std::vector<int64_t> numbers = {1, 3, 5, 6, 7, 10, 255, 641, 1000003, INT32_MAX / 3};
  for (int bit = 1; bit < 62; ++bit) {
    for (int off : {-1, 0, 1}) numbers.push_back((int64_t{1} << bit) + off);
  }
  for (int64_t size : numbers) {
    if (size < 1) continue;
    const LargeDivider divider(size);
    EXPECT_EQ(divider.divisor(), size);
    for (int64_t n : numbers) {
      const int64_t times = n / size * size;
      for (int64_t m : {n, times - (times > 0), times, times + size - 1}) {
        ASSERT_EQ(divider.quotient(m), m / size) << m << " / " << size;
      }
    }
  }
}

TEST(LoopAxes, CountsTheInnermostFirst) {
  LoopAxes<2> axes;
  axes.add(3, 1, 0);
  axes.add(4, 10, 1);
  axes.add(2, 100, -5);
  EXPECT_EQ(axes.total, 24);
  int64_t index = 0;
  for (int64_t c = 0; c < 2; ++c) {
    for (int64_t b = 0; b < 4; ++b) {
      for (int64_t a = 0; a < 3; ++a, ++index) {
        int64_t at[2];
        axes.locate(index, at);
        EXPECT_EQ(at[0], a + 10 * b + 100 * c);
        EXPECT_EQ(at[1], b - 5 * c);
      }
    }
  }
}

TEST(LoopAxes, NoAxisIsOneElement) {
  LoopAxes<1> axes;
  EXPECT_EQ(axes.total, 1);
  EXPECT_EQ(axes.offset(0), 0);
}

}  // namespace
}  // namespace tenon
