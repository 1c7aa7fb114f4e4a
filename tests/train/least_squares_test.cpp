// configs/linear_regression.yaml ends where the closed-form solution is.
#include <cmath>
#include <utility>
#include <vector>

#include "tenon_test_paths.h"
#include <gtest/gtest.h>

#include "tenon/core/ops/create.h"
#include "tenon/data/datasets.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/run.h"
#include "tenon/train/trained_model.h"

namespace tenon::train {
namespace {

using Row = std::vector<double>;

/// The solution of a square system, by elimination with pivots.
Row solve(std::vector<Row> a, Row b) {
  const size_t n = b.size();
  for (size_t c = 0; c < n; ++c) {
    size_t pivot = c;
    for (size_t r = c; r < n; ++r) pivot = std::abs(a[r][c]) > std::abs(a[pivot][c]) ? r : pivot;
    std::swap(a[c], a[pivot]);
    std::swap(b[c], b[pivot]);
    for (size_t r = c + 1; r < n; ++r) {
      const double factor = a[r][c] / a[c][c];
      for (size_t k = c; k < n; ++k) a[r][k] -= factor * a[c][k];
      b[r] -= factor * b[c];
    }
  }
  for (size_t c = n; c-- > 0;) {
    for (size_t k = c + 1; k < n; ++k) b[c] -= a[c][k] * b[k];
    b[c] /= a[c][c];
  }
  return b;
}

/// The least mean squared error of a linear function with an offset, by the normal equations.
double least_squares_loss(const data::Dataset& set) {
  std::vector<Row> rows;
  Row targets;
  for (int64_t i = 0; i < set.size(); ++i) {
    const data::Sample sample = set.get(i, {});
    const auto input = sample["input"].view<const float, 1>();
    Row row = {1};
    for (int64_t k = 0; k < input.size(0); ++k) row.push_back(static_cast<double>(input(k)));
    rows.push_back(row);
    targets.push_back(sample["target"].item<double>());
  }
  const size_t n = rows[0].size();
  std::vector<Row> normal(n, Row(n, 0));
  Row right(n, 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t r = 0; r < n; ++r) {
      right[r] += rows[i][r] * targets[i];
      for (size_t c = 0; c < n; ++c) normal[r][c] += rows[i][r] * rows[i][c];
    }
  }
  const Row weights = solve(normal, right);
  double loss = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    double error = -targets[i];
    for (size_t k = 0; k < n; ++k) error += weights[k] * rows[i][k];
    loss += error * error;
  }
  return loss / static_cast<double>(rows.size());
}

TEST(LeastSquares, TheReferenceItself) {
  const auto exact = data::in_memory(
      {{"input", array<float>({1, 2, 3, 5}).reshape({4, 1})}, {"target", array<float>({5, 7, 9, 13}).reshape({4, 1})}});
  EXPECT_NEAR(least_squares_loss(*exact), 0, 1e-18);
  const auto noisy = data::in_memory(
      {{"input", array<float>({-1, 0, 1}).reshape({3, 1})}, {"target", array<float>({0, 3, 0}).reshape({3, 1})}});
  EXPECT_NEAR(least_squares_loss(*noisy), 2, 1e-12);
}

TEST(LeastSquares, TheConfigGetsThere) {
  const testing::TemporaryDirectory directory;
  const std::string configs = std::string(tenon_source_dir) + "/configs";
  run(configs + "/linear_regression.yaml", directory.file("run"));
  TrainedModel model = TrainedModel::open(directory.file("run"), Weights::last);
  const double reached = model.evaluate().loss;
  const double least =
      least_squares_loss(*data::csv({.path = configs + "/data/diabetes.csv", .target = "progression"}));
  EXPECT_GE(reached, least * (1 - 1e-6));
  EXPECT_LE(reached, least * 1.01);
}

}  // namespace
}  // namespace tenon::train
