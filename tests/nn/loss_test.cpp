#include "tenon/nn/loss.h"

#include <cmath>

#include "tenon/core/ops/create.h"
#include "tenon/nn/layers.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

namespace {

template <class L, class Options>
std::vector<double> losses(const Options& options, const Array& x, const Array& target) {
  const std::vector<double> all = values(L(options)(x, target).array());
  return all;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-9) << i;
}

/// Each reduction of the losses `each`.
template <class L>
void expect_losses(const Array& x, const Array& target, const std::vector<double>& each) {
  double sum = 0;
  for (double loss : each) sum += loss;
  using Options = typename L::Options;
  expect_near(losses<L>(Options{.reduction = Reduction::none}, x, target), each);
  expect_near(losses<L>(Options{.reduction = Reduction::sum}, x, target), {sum});
  expect_near(losses<L>(Options{}, x, target), {sum / static_cast<double>(each.size())});
}

}  // namespace

TEST(Losses, MSE) { expect_losses<nn::MSELoss>(from_values({3}, {1, 2, -1}), from_values({3}, {0, 4, -1}), {1, 4, 0}); }

TEST(Losses, L1) { expect_losses<nn::L1Loss>(from_values({3}, {1, 2, -1}), from_values({3}, {0, 4, -1}), {1, 2, 0}); }

TEST(Losses, BCEWithLogits) {
  const auto by_formula = [](double x, double t) {
    const double p = 1 / (1 + std::exp(-x));
    return -t * std::log(p) - (1 - t) * std::log(1 - p);
  };
  expect_losses<nn::BCEWithLogitsLoss>(from_values({3}, {1, -2, 0.5}), from_values({3}, {1, 0, 0.25}),
                                       {by_formula(1, 1), by_formula(-2, 0), by_formula(0.5, 0.25)});
  // Where the formula would overflow.
  expect_losses<nn::BCEWithLogitsLoss>(from_values({2}, {1000, -1000}), from_values({2}, {0, 0}), {1000, 0});
}

TEST(Losses, CrossEntropy) {
  const Array x = from_values({2, 3}, {1, 2, 3, 0, 0, 0});
  const double first = std::log(std::exp(1) + std::exp(2) + std::exp(3)) - 3;
  expect_losses<nn::CrossEntropyLoss>(x, from_values({2}, {2, 0}, int64), {first, std::log(3)});
  // A sample that counts nothing is not in the mean's divisor.
  expect_near(
      losses<nn::CrossEntropyLoss>(nn::CrossEntropyLossOptions{.ignore_index = 0}, x, from_values({2}, {2, 0}, int64)),
      {first});
  // With probabilities, the target spread by smoothing is the same loss.
  const double e = 0.3;
  const Array spread = from_values({2, 3}, {e / 3, e / 3, 1 - e + e / 3, 1 - e + e / 3, e / 3, e / 3});
  expect_near(losses<nn::CrossEntropyLoss>(nn::CrossEntropyLossOptions{.label_smoothing = e}, x,
                                           from_values({2}, {2, 0}, int64)),
              losses<nn::CrossEntropyLoss>(nn::CrossEntropyLossOptions{}, x, spread));
}

/// What a config's user sees: the module, the op, both shapes.
TEST(Losses, NameThemselvesAndTheShapes) {
  for (const auto& [name, op] : {std::pair<std::string, std::string>{"MSELoss", "mse_loss"},
                                 {"L1Loss", "l1_loss"},
                                 {"BCEWithLogitsLoss", "bce_with_logits"}}) {
    const ConfigValue config = ConfigValue::make_string(name);
    const auto loss = nn::losses().make(ConfigReader(config));
    const Tensor column = Tensor(zeros({4, 1})).requires_grad(true);
    expect_error<ShapeError>([&] { (*loss)(column, zeros({4})); },
                             name + ": " + op + ": expected a target of the input's shape [4, 1], got [4]");
    (*loss)(column, ones({4, 1})).backward();
    EXPECT_EQ(column.grad().shape(), Shape({4, 1}));
  }
  nn::CrossEntropyLoss loss;
  expect_error<ShapeError>(
      [&] {
        loss(zeros({4, 3}), zeros({5}, int64));
      },
      "CrossEntropyLoss: cross_entropy: expected a target [4], got [5] (input [4, 3])");
}

}  // namespace tenon::testing
