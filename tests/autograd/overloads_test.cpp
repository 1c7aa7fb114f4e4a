// Mixed operands find the right overload.
#include <type_traits>

#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

template <class T>
bool is_tensor(const T&) {
  return std::is_same_v<T, Tensor>;
}

TEST(Overloads, ArraysTensorsAndNumbersMix) {
  const Array a = full({2}, 1.f);
  const Tensor t = leaf(full({2}, 3.f));
  for (const Tensor& x : {a + t, t + a, add(a, t), t * 2, 2 * t, t * 2.f, t / 2L, 1.5 + t, a * a * t, relu(a) + relu(t),
                          full({2}, 1.f) - t, -t, 1 - t, a / t, maximum(a, t), remainder(t, 2)}) {
    EXPECT_TRUE(x.requires_grad());
  }
  const Tensor from_arrays = a + a;
  EXPECT_FALSE(from_arrays.requires_grad());
  EXPECT_FALSE(is_tensor(a + a));
  EXPECT_FALSE(is_tensor(2 * relu(a)));
  EXPECT_TRUE(is_tensor(a + t));
  EXPECT_TRUE(is_tensor(true ? a : t));
}

TEST(Overloads, ConditionsAndPowersMix) {
  const Array a = full({2}, 1.f);
  const Tensor t = leaf(full({2}, 3.f));
  for (const Tensor& x : {where(a > 0, t, 1), where(a > 0, 0, t), where(t > 0, a, t), masked_fill(t, a > 0, 0),
                          pow(2, t), pow(a, t), pow(t, a), pow(t, 2), clamp(t, 0, 1), clamp(t, {.min = 0})}) {
    EXPECT_TRUE(x.requires_grad());
  }
  EXPECT_TRUE(is_tensor(2 < t) && is_tensor(t == 2) && is_tensor(a >= t) && is_tensor(t != a));
  EXPECT_FALSE(is_tensor(2 < a) || is_tensor(a == 2) || is_tensor(where(a > 0, a, 0)));
}

TEST(Overloads, ListsOfAxes) {
  const Tensor t = leaf(ones({2, 3}));
  EXPECT_EQ(transpose(t, {1, 0}).shape(), Shape({3, 2}));
  EXPECT_EQ(transpose(t.array(), {1, 0}).shape(), Shape({3, 2}));
  EXPECT_EQ(transpose(t, 0, 1).shape(), Shape({3, 2}));
  EXPECT_EQ(sum(t, {0, 1}).ndim(), 0);
  EXPECT_EQ(sum(t, 1).shape(), Shape({2}));
  EXPECT_EQ(sum(t, -1, true).shape(), Shape({2, 1}));
}

TEST(Overloads, FunctionsHaveAddresses) {
  Tensor (*on_tensors)(const Tensor&) = relu;
  Array (*on_arrays)(const Array&) = relu;
  EXPECT_EQ(on_tensors(full({}, -1.f)).item<float>(), 0);
  EXPECT_EQ(on_arrays(full({}, 2.f)).item<float>(), 2);
}

TEST(Overloads, MembersReachTheDifferentiableOps) {
  const Tensor t = leaf(ones({2, 3}));
  const Tensor y = t.reshape({3, 2})
                       .transpose()
                       .unsqueeze(0)
                       .expand({4, 2, 3})
                       .permute({1, 0, 2})
                       .contiguous()
                       .clone()
                       .to(float64)
                       .slice(1, 0, 4, 2)
                       .select(0, 1)
                       .flatten()
                       .squeeze();
  EXPECT_EQ(y.shape(), Shape({6}));
  sum(y).backward();
  EXPECT_EQ(t.grad().dtype(), float32);
  EXPECT_EQ(values(t.grad()), Values({0, 2, 0, 2, 0, 2}));
}

TEST(Overloads, CompoundAssignmentRecords) {
  const Tensor t = leaf(full({}, 3.f));
  Tensor x = t;
  x += t;
  x *= 2;
  x -= 1.5;
  x /= t;
  EXPECT_FLOAT_EQ(x.item<float>(), 3.5f);
  EXPECT_EQ(t.item<float>(), 3);
  x.backward();
  EXPECT_NEAR(t.grad().item<float>(), 0.5f / 3, 1e-6);
}

}  // namespace tenon::testing
