#include "tenon/core/ops/loss.h"

#include <gtest/gtest.h>

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/softmax.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

using ElementwiseLoss = Array (*)(const Array&, const Array&, const LossOptions&);
const std::pair<std::string, ElementwiseLoss> elementwise[] = {
    {"mse_loss", mse_loss}, {"l1_loss", l1_loss}, {"bce_with_logits", bce_with_logits}};

TEST(Loss, ElementwiseOnesBroadcastNothing) {
  for (const auto& [name, loss] : elementwise) {
    const auto expect = [&, &name = name, &loss = loss](const Shape& x, const Shape& target,
                                                        const std::string& shapes) {
      expect_error<ShapeError>([&] { loss(zeros(x), zeros(target), {}); },
                               name + ": expected a target of the input's shape " + shapes);
    };
    expect({4, 1}, {4}, "[4, 1], got [4]");
    expect({4}, {4, 1}, "[4], got [4, 1]");
    expect({3, 4}, {4}, "[3, 4], got [4]");
    expect({4}, {}, "[4], got []");
    EXPECT_EQ(loss(zeros({4, 1}), zeros({4, 1}), {.reduction = Reduction::none}).shape(), Shape({4, 1}));
    EXPECT_EQ(loss(zeros({}), zeros({}), {}).shape(), Shape());
  }
}

TEST(Loss, ElementwiseOnesNameThemselves) {
  for (const auto& [name, loss] : elementwise) {
    const auto& call = loss;
    expect_error<ValueError>([&] { call(zeros({2}), Array(), {}); }, name + ": an input is not defined");
    expect_error<DTypeError>([&] { call(zeros({2}, int64), zeros({2}, int64), {}); },
                             name + ": dtype int64 is not supported (supported: float16, bfloat16, float32, float64)");
    // A target of another floating dtype, or of integers, is promoted.
    EXPECT_EQ(call(zeros({2}), zeros({2}, int64), {}).dtype(), float32);
    EXPECT_EQ(call(zeros({2}), zeros({2}, float64), {}).dtype(), float64);
  }
}

TEST(Loss, GradientsOfElementwiseOnesCheckTheirOperands) {
  const auto expect = [](const Array& dy, const std::string& message) {
    expect_error<Error>([&] { mse_loss_grad(dy, ones({2}), zeros({2}), 2); }, message);
  };
  expect(Array(), "mse_loss: an input is not defined");
  expect(ones({3}), "mse_loss: the gradient is [3], the input [2]");
  EXPECT_EQ(values(mse_loss_grad(full({}, 3.0), ones({2}), zeros({2}), 2)), (std::vector<double>{6, 6}));
}

TEST(Loss, CrossEntropyNamesItselfAndTheShapes) {
  expect_error<ShapeError>(
      [] {
        cross_entropy(zeros({5, 3}), zeros({4}, int64));
      },
      "cross_entropy: expected a target [5], got [4] (input [5, 3])");
  expect_error<ShapeError>(
      [] {
        cross_entropy(zeros({5, 3}), zeros({5, 1}, int64));
      },
      "cross_entropy: expected a target [5], got [5, 1] (input [5, 3])");
  expect_error<ShapeError>(
      [] {
        cross_entropy(zeros({5, 3}), zeros({5}));
      },
      "cross_entropy: expected a target [5, 3], got [5] (input [5, 3])");
  expect_error<ShapeError>(
      [] {
        nll_loss(zeros({2, 3, 7}), zeros({2, 6}, int64));
      },
      "nll_loss: expected a target [2, 7], got [2, 6] (input [2, 3, 7])");
  expect_error<DTypeError>(
      [] {
        nll_loss(zeros({2, 3}), zeros({2, 3}));
      },
      "nll_loss: expected a target of integers, got float32");
}

TEST(Loss, ClassOutOfRange) {
  const Array classes = array<int64_t>({0, 3});
  expect_error<IndexError>(
      [&] {
        cross_entropy(zeros({2, 3}), classes);
      },
      "cross_entropy: index 3 is out of range for axis 1 of size 3");
  expect_error<IndexError>([&] { cross_entropy(zeros({3}), array<int64_t>({-1}).reshape({})); },
                           "cross_entropy: index -1 is out of range for axis 0 of size 3");
  expect_error<IndexError>(
      [&] {
        nll_loss(zeros({2, 3}), classes);
      },
      "nll_loss: a class of the target is out of range for axis 1 of size 3 (input [2, 3])");
}

// -100, the class to be ignored, is none of theirs.
TEST(NllLoss, SmallIntegersAsClasses) {
  const Array scores = log_softmax(arange(400).to(float64).reshape({2, 200}) * 0.01, 1);
  for (DType labels : {uint8, int32, int64}) {
    const Array target = array<int64_t>({156, 3}).to(labels);
    EXPECT_EQ(nll_loss(scores, target).item<double>(), nll_loss(scores, target.to(int64)).item<double>());
    EXPECT_NEAR(nll_loss(scores, target).item<double>(), -(values(scores)[156] + values(scores)[203]) / 2, 1e-12);
  }
}

}  // namespace
}  // namespace tenon::testing
