#include "tenon/core/ops/conv.h"

#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

TEST(ConvGrad, OutputsThatDoNotDivideIntoGroups) {
  expect_error<ShapeError>(
      [] {
        conv2d_input_grad(ones({1, 3, 2, 2}), ones({3, 1, 1, 1}), {2, 2}, {.groups = 2});
      },
      "conv2d_input_grad: 3 output channels do not divide into 2 groups");
}

// Small maps, strides and padding: places of the kernel that meet padding alone. Small whole numbers are exact in 16
// bits.
TEST(ConvGrad, OfWeightsThatMeetPaddingAlone) {
  const Array x = cast(randint(-2, 3, {2, 16, 2, 2}), float64), w = cast(randint(-2, 3, {16, 16, 3, 3}), float64);
  for (const int64_t size : {1, 2}) {
    for (const int64_t kernel : {2, 3}) {
      for (const int64_t stride : {1, 2, 3}) {
        const Conv2dOptions options{.stride = stride, .padding = 1};
        const auto gradient = [&](DType dtype) {
          const Array map = slice(slice(x, 2, 0, size), 3, 0, size).to(dtype).contiguous();
          const Array y = conv2d(map, slice(slice(w, 2, 0, kernel), 3, 0, kernel).to(dtype), {}, options);
          return values(conv2d_weight_grad(ones(y.shape(), dtype), map, {kernel, kernel}, options));
        };
        const std::vector<double> exact = gradient(float64);
        for (const DType dtype : {float32, float16, bfloat16}) {
          EXPECT_EQ(gradient(dtype), exact) << text(name_of(dtype), " ", size, " ", kernel, " ", stride);
        }
      }
    }
  }
}

// oneDNN's own gradient of these weights overruns its memory, which shows in the numbers only by chance.
TEST(ConvGrad, OfStridedPointsWithFewChannels) {
  for (const int64_t channels : {2, 7, 15, 16}) {
    const Array x = cast(randint(-2, 3, {3, channels, 9, 14}), float64);
    const Conv2dOptions options{.stride = {1, 2}};
    const auto gradient = [&](DType dtype) {
      return values(conv2d_weight_grad(ones({3, 16, 9, 7}, dtype), x.to(dtype), {1, 1}, options));
    };
    EXPECT_EQ(gradient(float32), gradient(float64));
  }
}

}  // namespace tenon::testing
