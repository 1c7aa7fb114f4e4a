// Ops along an axis take an array of no dimensions as one of a single element, as PyTorch does.
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/scan.h"
#include "tenon/core/ops/softmax.h"
#include "tenon/core/ops/sort.h"
#include "tenon/core/ops/sum.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

namespace {

void expect_number(const Array& x, double value) {
  EXPECT_EQ(x.shape(), Shape());
  EXPECT_EQ(x.item<double>(), value);
}

}  // namespace

TEST(NoDimensions, AlongAnAxis) {
  const Array x = full({}, 3., float32);
  for (int64_t axis : {0, -1}) {
    expect_number(softmax(x, axis), 1);
    expect_number(log_softmax(x, axis), 0);
    expect_number(softmax_grad(x, full({}, 1., float32), axis), 0);
    expect_number(cumsum(x, axis), 3);
    expect_number(cumprod(x, axis), 3);
    expect_number(sort(x, axis).values, 3);
    expect_number(sort(x, axis).indices, 0);
    expect_number(argsort(x, axis), 0);
    expect_number(topk(x, 1, {.axis = axis}).values, 3);
    expect_number(max(x, axis).values, 3);
    expect_number(max(x, axis, true).indices, 0);
    expect_number(min(x, axis).values, 3);
    expect_number(argmax(x, axis), 0);
    expect_number(sum(x, axis), 3);
    expect_number(sum(x, axis, true), 3);
    expect_number(mean(x, axis), 3);
    expect_number(amax(x, axis), 3);
    expect_number(any(x, axis), 1);
    expect_number(logsumexp(x, axis), 3);
  }
  expect_error<IndexError>([&] { softmax(x, 1); }, "softmax: axis 1 is out of range for an array of 1 dimension");
  expect_error<IndexError>([&] { sum(x, -2); }, "sum: axis -2 is out of range for an array of 1 dimension");
  expect_error<IndexError>([&] { sum(x, {0, -1}); }, "sum: axis -1 is given twice in [0, -1]");
  expect_error<ShapeError>([&] { topk(x, 2); }, "topk: k is 2, but x is one number");
}

TEST(NoDimensions, Indices) {
  const Array x = full({}, 3., float32), zero = full({}, 0, int64), several = zeros({2}, int64);
  expect_number(gather(x, 0, zero), 3);
  EXPECT_EQ(values(gather(x, -1, several)), (std::vector<double>{3, 3}));
  expect_number(gather(array<float>({4, 5}), 0, zero), 4);
  expect_number(index_select(x, 0, zero), 3);
  expect_number(index_select(x, 0, zeros({1}, int64)), 3);
  expect_number(scatter_add(x, 0, several, array<float>({1, 2})), 6);
  expect_number(index_add(x, 0, zero, x), 6);
  expect_error<ShapeError>([&] { index_select(x, 0, several); },
                           "index_select: x is one number, but there are 2 indices");
  expect_error<IndexError>([&] { gather(x, 0, full({}, 1, int64)); },
                           "gather: index 1 is out of range for axis 0 of size 1");
}

}  // namespace tenon::testing
