#include "tenon/core/ops/index.h"

#include <gtest/gtest.h>

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {
namespace {

using Values = std::vector<double>;

Array numbers(const Shape& shape) {
  Values v(static_cast<size_t>(shape.numel()));
  for (size_t i = 0; i < v.size(); ++i) v[i] = static_cast<double>(i);
  return from_values(shape, v, float32);
}
Array indices(const Shape& shape, const Values& v) { return from_values(shape, v, int64); }

TEST(Index, MovesElementsOfEveryDtype) {
  for (int t = 0; t < dtype_count; ++t) {
    const Array x = from_values({2, 3}, {1, 0, 1, 0, 1, 1}, static_cast<DType>(t));
    EXPECT_EQ(values(index_select(x, 1, indices({2}, {2, 0}))), (Values{1, 1, 1, 0})) << t;
    EXPECT_EQ(values(gather(x, 1, indices({2, 1}, {1, 0}))), (Values{0, 0})) << t;
  }
  EXPECT_EQ(values(index_select(numbers({3, 2}), 0, from_values({1}, {2}, uint8))), (Values{4, 5}));
}

TEST(Index, OutOfRangeSaysWhere) {
  const Array x = numbers({5, 2});
  expect_error<IndexError>(
      [&] {
        index_select(x, 0, indices({2}, {1, 7}));
      },
      "index_select: index 7 is out of range for axis 0 of size 5");
  expect_error<IndexError>(
      [&] {
        gather(x, 1, indices({1, 1}, {-1}));
      },
      "gather: index -1 is out of range for axis 1 of size 2");
  expect_error<IndexError>(
      [&] {
        scatter_add(x, 1, indices({1, 1}, {2}), x);
      },
      "scatter_add: index 2 is out of range for axis 1 of size 2");
  expect_error<IndexError>(
      [&] {
        embedding(indices({1, 1}, {5}), x);
      },
      "embedding: index 5 is out of range for axis 0 of size 5");
  expect_error<IndexError>(
      [&] {
        index_add(x, 0, indices({5}, {0, 1, 2, 3, 5}), x);
      },
      "index_add: index 5 is out of range for axis 0 of size 5");
  expect_error<IndexError>(
      [&] {
        one_hot(indices({2}, {0, 3}), 3);
      },
      "one_hot: index 3 is out of range for axis 1 of size 3");
  // From any thread.
  expect_error<IndexError>([&] { index_select(numbers({100000}), 0, full({300000}, 100000)); },
                           "index_select: index 100000 is out of range for axis 0 of size 100000");
}

TEST(Index, WrongOperands) {
  const Array x = numbers({5, 2});
  expect_error<DTypeError>([&] { index_select(x, 0, numbers({2})); },
                           "index_select: the index must be integers, got float32");
  expect_error<ShapeError>(
      [&] {
        gather(x, 1, indices({6, 1}, Values(6)));
      },
      "gather: index [6, 1] does not fit x [5, 2]");
  expect_error<ShapeError>(
      [&] {
        scatter_add(x, 0, indices({2, 2}, Values(4)), numbers({1, 2}));
      },
      "scatter_add: index [2, 2] does not fit the source [1, 2]");
  expect_error<ShapeError>([&] { index_add(x, 0, indices({3}, Values(3)), x); },
                           "index_add: the source must be [3, 2], got [5, 2]");
  expect_error<DTypeError>([&] { masked_select(x, x); }, "masked_select: the mask must be bool, got float32");
  expect_error<ShapeError>([&] { embedding(indices({1}, {0}), numbers({3})); },
                           "embedding: the weight must be [rows, features], got [3]");
}

TEST(Index, ScatterAddsWhatMeets) {
  // 4000 terms of 0.01 would stop growing in bfloat16: the sum is made in float32.
  const Array index = full({4000}, 1), terms = full({4000}, 0.01, bfloat16);
  const double expected = 4000 * full({}, 0.01, bfloat16).item<double>();
  EXPECT_NEAR(values(scatter_add(zeros({2}, bfloat16), 0, index, terms))[1], expected, 0.2);
  EXPECT_NEAR(values(index_add(zeros({2}, bfloat16), 0, index, terms))[1], expected, 0.2);
  // Inputs stay as they are.
  const Array x = numbers({2, 2});
  EXPECT_EQ(values(index_add(x, 1, indices({3}, {0, 0, 1}), ones({2, 3}))), (Values{2, 2, 4, 4}));
  EXPECT_EQ(values(x), (Values{0, 1, 2, 3}));
}

TEST(Index, NonzeroAndMasks) {
  const Array x = from_values({2, 3}, {0, 2, 0, 3, 0, 4}, int32);
  EXPECT_EQ(values(nonzero(x)), (Values{0, 1, 1, 0, 1, 2}));
  EXPECT_EQ(values(nonzero(transpose(x))), (Values{0, 1, 1, 0, 2, 1}));
  EXPECT_EQ(nonzero(zeros({3})).shape(), Shape({0, 1}));
  EXPECT_EQ(nonzero(full({}, 5)).shape(), Shape({1, 0}));
  EXPECT_EQ(values(masked_select(numbers({2, 3}), from_values({3}, {1, 0, 1}, bool_))), (Values{0, 2, 3, 5}));
  EXPECT_EQ(masked_select(numbers({2}), zeros({2}, bool_)).shape(), Shape({0}));
}

TEST(Index, OneHot) {
  EXPECT_EQ(values(one_hot(indices({2}, {1, 0}))), (Values{0, 1, 1, 0}));
  EXPECT_EQ(one_hot(indices({2, 1}, {1, 0}), 4).shape(), Shape({2, 1, 4}));
  EXPECT_EQ(one_hot(indices({0}, {}), 3).shape(), Shape({0, 3}));
}

TEST(Index, ASourceOnAnotherDevice) {
  const Array x = zeros({3}), index = array<int64_t>({0, 1}), source = ones({2});
  expect_error<DeviceError>([&] { index_add(x, 0, index, source.to(fake())); },
                            "index_add: x is on cpu, source is on fake:0");
  expect_error<DeviceError>([&] { scatter_add(x, 0, index, source.to(fake())); },
                            "scatter_add: x is on cpu, source is on fake:0");
  expect_error<ValueError>([&] { index_add(x, 0, index, Array()); }, "index_add: an input is not defined");
}

}  // namespace
}  // namespace tenon::testing
