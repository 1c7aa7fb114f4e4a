#include "tenon/train/metrics.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tenon/core/ops/create.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::train {
namespace {

using testing::expect_error;
using testing::from_values;

/// Metrics of two batches: one of three samples, one of one.
template <class L>
Metrics metrics_of(Task task, L loss, const Array (&outputs)[2], const Array (&targets)[2]) {
  MetricsSum sum(task, loss);
  for (int i = 0; i < 2; ++i)
    sum.add(sum.measure(Tensor(loss(outputs[i], targets[i])).array(), outputs[i], targets[i]));
  return sum.mean();
}

TEST(Metrics, AreTheSameForAMeanAndASum) {
  const Array outputs[] = {from_values({3, 1}, {1, 2, 3}), from_values({1, 1}, {4})};
  const Array targets[] = {from_values({3, 1}, {0, 0, 0}), from_values({1, 1}, {0})};
  for (const Reduction reduction : {Reduction::mean, Reduction::sum}) {
    const Metrics m = metrics_of(Task::regression, nn::MSELoss({.reduction = reduction}), outputs, targets);
    EXPECT_DOUBLE_EQ(m.loss, (1 + 4 + 9 + 16) / 4.0);
    EXPECT_EQ(m.samples, 4);
  }
}

TEST(Metrics, LeaveOutWhatTheLossIgnores) {
  const Array outputs[] = {from_values({3, 2}, {0, 1, 1, 0, 0, 3}), from_values({1, 2}, {5, 0})};
  const Array targets[] = {from_values({3}, {1, -100, 0}, int64), from_values({1}, {-100}, int64)};
  const double first = std::log(1 + std::exp(-1)), third = std::log(1 + std::exp(3));
  for (const Reduction reduction : {Reduction::mean, Reduction::sum}) {
    const Metrics m =
        metrics_of(Task::classification, nn::CrossEntropyLoss({.reduction = reduction}), outputs, targets);
    EXPECT_NEAR(m.loss, (first + third) / 2, 1e-12);
    EXPECT_DOUBLE_EQ(m.accuracy, 0.5);
    EXPECT_EQ(m.samples, 4);
  }
}

TEST(Metrics, WantOneNumber) {
  expect_error<ValueError>([] { MetricsSum(Task::regression, nn::MSELoss({.reduction = Reduction::none})); },
                           "MSELoss: reduction must be mean or sum, got none");
}

}  // namespace
}  // namespace tenon::train
