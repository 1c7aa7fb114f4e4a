#include "tenon/core/ops/conv.h"

#include "tenon/core/determinism.h"
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

// float16, and bfloat16 where the processor does not multiply it, are computed in float32 and rounded once.
TEST(Conv, OfSixteenBitsIsRoundedOnce) {
  const Array x = cast(randint(-2, 3, {2, 16, 9, 7}), float32), w = cast(randint(-2, 3, {8, 8, 3, 3}), float32);
  const Array b = cast(randint(-2, 3, {8}), float32);
  const Conv2dOptions options{.padding = 1, .groups = 2, .activation = Activation::relu},
      plain{.padding = 1, .groups = 2};
  const Array y = conv2d(x, w, b, options), dy = cast(randint(-2, 3, y.shape()), float32);
  for (const DType dtype : {float16, bfloat16}) {
    const auto expect = [dtype](const Array& got, const Array& wide) {
      EXPECT_EQ(got.dtype(), dtype);
      EXPECT_EQ(values(got), values(wide.to(dtype))) << name_of(dtype);
    };
    for (const Array& image : {x, permute(permute(x, {0, 2, 3, 1}).contiguous(), {0, 3, 1, 2})}) {
      const Array low = image.to(dtype), weight = w.to(dtype), slope = dy.to(dtype);
      expect(conv2d(low, weight, b.to(dtype), options), y);
      expect(conv2d(low, weight, {}, plain), conv2d(x, w, {}, plain));
      expect(conv2d_input_grad(slope, weight, {9, 7}, plain), conv2d_input_grad(dy, w, {9, 7}, plain));
      expect(conv2d_weight_grad(slope, low, {3, 3}, plain), conv2d_weight_grad(dy, x, {3, 3}, plain));
    }
  }
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

// Many weights and few pixels: their gradient is one product.
TEST(ConvGrad, OfManyWeightsAndFewPixels) {
  const Array x = cast(randint(-2, 3, {3, 256, 7, 5}), float64);
  const Conv2dOptions options{.stride = {2, 1}, .padding = {1, 2}, .dilation = {1, 2}};
  const Array dy = cast(randint(-2, 3, {3, 512, 4, 5}), float64);
  const auto gradient = [&](DType dtype) {
    return values(conv2d_weight_grad(dy.to(dtype), x.to(dtype), {3, 3}, options));
  };
  const std::vector<double> exact = gradient(float64);
  for (const DType dtype : {float32, float16, bfloat16}) EXPECT_EQ(gradient(dtype), exact) << name_of(dtype);
  set_deterministic(true);
  EXPECT_EQ(gradient(float32), exact);
  set_deterministic(false);
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
