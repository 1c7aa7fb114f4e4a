// Access that is refused: what the op table does not reach, as these are no ops.
#include <gtest/gtest.h>

#include "tenon/core/core.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

TEST(Misuse, ViewOfAnotherTypeOrRank) {
  const Array x = zeros({2, 3});
  expect_error<DTypeError>([&] { x.view<double, 2>(); }, "view: array is float32, not float64");
  expect_error<ShapeError>([&] { x.view<float, 1>(); }, "view: array has 2 dimensions, not 1 (shape [2, 3])");
}

TEST(Misuse, ItemOfMoreThanOneElement) {
  expect_error<ShapeError>([&] { zeros({2}).item<float>(); }, "item: array has 2 elements (shape [2])");
  expect_error<ShapeError>([&] { zeros({0}).item<float>(); }, "item: array has 0 elements (shape [0])");
}

TEST(Misuse, MemoryThatIsNotThere) {
  float* nowhere = nullptr;
  expect_error<ValueError>([&] { Array::from_memory(nowhere, {2}, 0); }, "from_memory: the address is null");
  EXPECT_EQ(Array::from_memory(nowhere, {0}, 0).numel(), 0);
}

TEST(Misuse, WindowsBeyondAllMeasure) {
  const Array x = ones({1, 1, 3, 3});
  constexpr int64_t huge = INT64_MAX;
  expect_error<ValueError>([&] { conv2d(x, x, {}, {.dilation = huge}); },
                           "conv2d: a dilation of at most 1073741824 is possible, got 9223372036854775807 x "
                           "9223372036854775807");
  expect_error<ValueError>(
      [&] {
        conv2d(x, x, {}, {.padding = {0, -1}});
      },
      "conv2d: expected a padding of at least 0, got 0 x -1");
  expect_error<ValueError>([&] { avg_pool2d(x, {.kernel = 2, .stride = 0}); },
                           "avg_pool2d: expected a stride of at least 1, got 0 x 0");
  expect_error<ValueError>([&] { max_pool2d(x, {.kernel = 2, .dilation = huge}); },
                           "max_pool2d: a dilation of at most 1073741824 is possible, got 9223372036854775807 x "
                           "9223372036854775807");
}

TEST(Misuse, ANumberOfThreadsThatCannotBe) {
  const int before = num_threads();
  expect_error<ValueError>([] { set_num_threads(0); }, "set_num_threads: expected 1 to 1024, got 0");
  expect_error<ValueError>([] { set_num_threads(100'000); }, "set_num_threads: expected 1 to 1024, got 100000");
  EXPECT_EQ(num_threads(), before);
}

TEST(Misuse, WritingIntoAnExpandedTarget) {
  const Array x = expand(zeros({2, 1}), {2, 3});
  expect_error<ValueError>(
      [&] {
        x.copy_(ones({2, 3}));
      },
      "copy_: the target's elements share memory (it was expanded); clone() it first");
  expect_error<ValueError>([&] { add_(x, 1); },
                           "add_: the target's elements share memory (it was expanded); clone() it first");
}

TEST(Misuse, WritingAnotherShape) {
  const Array x = zeros({2, 1});
  expect_error<ShapeError>([&] { x.copy_(ones({2, 3})); }, "copy_: cannot write [2, 3] into [2, 1]");
  expect_error<ShapeError>([&] { add_(x, ones({2, 3})); }, "add_: cannot write [2, 3] into [2, 1]");
}

TEST(Misuse, AnArrayThatIsNotThere) {
  expect_error<ValueError>([&] { relu(Array()); }, "relu: the input is not defined");
  expect_error<ValueError>([&] { matmul(Array(), ones({2})); }, "matmul: an input is not defined");
}

}  // namespace tenon::testing
