#include "tenon/core/ops/layout.h"

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

constexpr int64_t huge = int64_t{1} << 32;

TEST(Reshape, SizesWhoseProductOverflows) {
  expect_error<ShapeError>(
      [] {
        zeros({0}).reshape({huge, huge});
      },
      "reshape: [0] has 0 elements and does not fit [4294967296, 4294967296]");
  expect_error<ShapeError>(
      [] {
        zeros({16}).reshape({16, (int64_t{1} << 60) + 1});
      },
      "reshape: [16] has 16 elements and does not fit [16, 1152921504606846977]");
  expect_error<ShapeError>(
      [] {
        zeros({16}).reshape({huge, huge, -1});
      },
      "reshape: [16] has 16 elements and does not fit [4294967296, 4294967296, -1]");
}

TEST(Shapes, SizesOfZeroDoNotHideAnOverflow) {
  expect_error<OutOfMemoryError>(
      [] {
        zeros({0, huge, huge});
      },
      "shape [0, 4294967296, 4294967296] is more than memory can hold");
  expect_error<ShapeError>(
      [] {
        zeros({0, 1}).reshape({0, huge, huge});
      },
      "shape [0, 4294967296, 4294967296] has more elements than can be counted");
  expect_error<ShapeError>(
      [] {
        zeros({1}).expand({huge, huge});
      },
      "shape [4294967296, 4294967296] has more elements than can be counted");
  expect_error<ShapeError>(
      [] {
        Shape({huge, 0, huge}).numel();
      },
      "shape [4294967296, 0, 4294967296] has more elements than can be counted");
  EXPECT_EQ(zeros({0, huge}).strides(), Shape({huge, 1}));
  EXPECT_EQ(zeros({huge, 0}).strides(), Shape({1, 1}));
  EXPECT_EQ(Shape({huge, 0}).numel(), 0);
}

}  // namespace tenon::testing
