#include "tenon/autograd/state.h"
#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

DType seen_low, seen_full;
Tensor low_op(const Tensor& x0, const Tensor& w0) {
  auto [x, w] = low_precision(x0, w0);
  seen_low = x.dtype();
  return record("low_op", x.array() * w.array(), {x, w}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() * b.input(1), b.dy() * b.input(0)); });
}
Tensor full_op(const Tensor& x0) {
  auto [x] = full_precision(x0);
  seen_full = x.dtype();
  return x * 1;
}

TEST(Autocast, OutsideAScopeNothingChanges) {
  const Tensor x = ones({2}), w = leaf(ones({2}));
  auto [a, b] = low_precision(x, w);
  EXPECT_EQ(a.node(), x.node());
  EXPECT_EQ(b.node(), w.node());
  EXPECT_EQ(w.node()->handles, 1);  // not even a count
}

TEST(Autocast, GradientsComeBackInTheLeafsDtype) {
  const Tensor x = full({2}, 3.f), w = leaf(full({2}, 2.f));
  {
    const Autocast scope(bfloat16);
    const Tensor y = low_op(x, w);
    EXPECT_EQ(seen_low, bfloat16);
    EXPECT_EQ(y.dtype(), bfloat16);
    const Tensor z = full_op(y);
    EXPECT_EQ(seen_full, float32);
    sum(z).backward();
  }
  EXPECT_EQ(w.grad().dtype(), float32);
  EXPECT_EQ(values(w.grad()), Values({3, 3}));
  low_op(x, w);
  EXPECT_EQ(seen_low, float32);
}

TEST(Autocast, MatmulAndSum) {
  const Tensor x = ones({4, 3}), w = leaf(ones({3, 2}));
  const Autocast scope(bfloat16);
  const Tensor y = matmul(x, w);
  EXPECT_EQ(y.dtype(), bfloat16);
  const Tensor total = sum(y);
  EXPECT_EQ(total.dtype(), float32);
  total.backward();
  EXPECT_EQ(w.grad().dtype(), float32);
  EXPECT_EQ(values(w.grad()), Values(6, 4));
}

TEST(Autocast, ALeafIsCastOnceUntilItIsWritten) {
  const Tensor x = full({2}, 3.f), w = leaf(full({2}, 2.f));
  const Autocast scope(bfloat16);
  const auto cast_of_w = [&] {
    auto [low] = low_precision(w);
    return low;
  };
  const Tensor first = cast_of_w();
  EXPECT_EQ(cast_of_w().node(), first.node());
  {
    const NoGrad off;
    EXPECT_EQ(cast_of_w().node(), first.node());
    mul_(w, 2);
  }
  const Tensor second = cast_of_w();
  EXPECT_NE(second.node(), first.node());
  EXPECT_EQ(values(second), Values({4, 4}));
  // Two graphs share the cast; one backward pass does not take it from the other.
  const Tensor a = sum(full_op(low_op(x, w))), b = sum(full_op(low_op(x, w)));
  a.backward();
  b.backward();
  EXPECT_EQ(values(w.grad()), Values({6, 6}));
}

TEST(Autocast, ACastMadeWithoutGradModeIsNotUsedWithIt) {
  const Tensor w = leaf(full({2}, 2.f));
  const Autocast scope(bfloat16);
  {
    const NoGrad off;
    auto [low] = low_precision(w);
    EXPECT_FALSE(low.requires_grad());
  }
  auto [low] = low_precision(w);
  EXPECT_TRUE(low.requires_grad());
}

TEST(Autocast, LeavesFloat64AndIntegersAlone) {
  const Tensor d = ones({2}, float64), i = ones({2}, int64);
  const Autocast scope(float16);
  auto [a, b] = low_precision(d, i);
  EXPECT_EQ(a.dtype(), float64);
  EXPECT_EQ(b.dtype(), int64);
  {
    const Autocast off(float32);
    const Tensor f = ones({2});
    auto [c] = low_precision(f);
    EXPECT_EQ(c.dtype(), float32);
  }
  EXPECT_EQ(error_of([] { Autocast wrong(int64); }), "Autocast: expected float16, bfloat16 or float32, got int64");
}

TEST(Autocast, BackwardAndCheckpointKeepTheForwardsPrecision) {
  const Tensor x = leaf(full({2}, 3.f)), w = leaf(full({2}, 2.f));
  Tensor y;
  {
    const Autocast scope(bfloat16);
    y = checkpoint([&](const std::vector<Tensor>& in) { return full_op(low_op(in[0], w)); }, {x});
  }
  seen_low = float64;
  sum(y).backward();
  EXPECT_EQ(seen_low, bfloat16);
  EXPECT_EQ(x.grad().dtype(), float32);
  EXPECT_EQ(values(x.grad()), Values({2, 2}));
  EXPECT_EQ(values(w.grad()), Values({3, 3}));
}

}  // namespace tenon::testing
