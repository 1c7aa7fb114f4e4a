#include "tenon/core/ops/norm.h"

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

static const NormWanted everything{true, true, true};

TEST(LayerNormGrad, ItsOperandsMustFit) {
  const Array x = ones({4, 8}), rows = zeros({4}), weight = ones({8});
  expect_error<ShapeError>(
      [&] {
        layer_norm_grad(ones({1, 8}), x, 1, rows, rows, weight, everything);
      },
      "layer_norm_grad: dy is [1, 8], x is [4, 8]");
  expect_error<ShapeError>([&] { layer_norm_grad(x, x, 1, zeros({1}), rows, weight, everything); },
                           "layer_norm_grad: expected a mean [4], got [1]");
  expect_error<ShapeError>(
      [&] {
        layer_norm_grad(x, x, 1, rows, zeros({4, 1}), weight, everything);
      },
      "layer_norm_grad: expected a rstd [4], got [4, 1]");
  expect_error<ValueError>([&] { layer_norm_grad(Array(), x, 1, rows, rows, weight, everything); },
                           "layer_norm_grad: an input is not defined");
  expect_error<DeviceError>([&] { layer_norm_grad(x.to(fake()), x, 1, rows, rows, weight, everything); },
                            "layer_norm_grad: x is on cpu, dy is on fake:0");
}

TEST(LayerNormGrad, StatisticsOfAnotherDtypeOrLayout) {
  const Array x = from_values({2, 3}, {1, 2, 4, 0, -1, 5}, float32),
              dy = from_values({2, 3}, {1, 0, 2, -1, 1, 1}, float32);
  const Normalized n = layer_norm_with_statistics(x, 1, {}, {}, 1e-5);
  const Array expected = layer_norm_grad(dy, x, 1, n.mean, n.rstd, {}, {true, false, false}).dx;
  const Array apart = zeros({2, 2});
  apart.slice(1, 0, 1).copy_(n.mean.unsqueeze(1));
  const Array mean = apart.select(1, 0);
  EXPECT_EQ(values(layer_norm_grad(dy, x, 1, mean, n.rstd.to(float64), {}, {true, false, false}).dx), values(expected));
}

TEST(BatchNormGrad, ItsOperandsMustFit) {
  const Array x = ones({4, 3}), channels = zeros({3}), weight = ones({3});
  expect_error<ShapeError>(
      [&] {
        batch_norm_grad(ones({4, 2}), x, channels, channels, weight, true, everything);
      },
      "batch_norm_grad: dy is [4, 2], x is [4, 3]");
  expect_error<ShapeError>([&] { batch_norm_grad(x, x, channels, zeros({2}), weight, true, everything); },
                           "batch_norm_grad: expected a rstd [3], got [2]");
  expect_error<ShapeError>([&] { batch_norm_grad(channels, channels, channels, channels, weight, true, everything); },
                           "batch_norm_grad: expected an input [n, channels, ...], got [3]");
  expect_error<DeviceError>([&] { batch_norm_grad(x, x, channels.to(fake()), channels, weight, true, everything); },
                            "batch_norm_grad: x is on cpu, mean is on fake:0");
}

TEST(BatchNorm, OneValueAChannelHasNoVariance) {
  expect_error<ValueError>(
      [] {
        batch_norm(ones({1, 3}), {}, {}, {}, {}, {.training = true});
      },
      "batch_norm: expected more than one value a channel in training, got [1, 3]");
  expect_error<ValueError>(
      [] {
        batch_norm(ones({1, 3, 1, 1}), {}, {}, {}, {}, {.training = true});
      },
      "batch_norm: expected more than one value a channel in training, got [1, 3, 1, 1]");
  EXPECT_EQ(batch_norm(ones({1, 3}), {}, {}, zeros({3}), ones({3})).shape(), Shape({1, 3}));
  EXPECT_EQ(batch_norm(ones({1, 3, 2}), {}, {}, {}, {}, {.training = true}).shape(), Shape({1, 3, 2}));
}

}  // namespace tenon::testing
