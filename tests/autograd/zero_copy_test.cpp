// Array to Tensor and back share memory.
#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

struct Owner {
  int* released;
  explicit Owner(int* count) : released(count) {}
  Owner(Owner&& o) noexcept : released(std::exchange(o.released, nullptr)) {}
  ~Owner() {
    if (released) ++*released;
  }
};

TEST(ZeroCopy, BothWaysPointersAreEqual) {
  const Array a = ones({2, 3});
  const Tensor t = a;
  EXPECT_EQ(t.array().data(), a.data());
  const Array back = t.array();
  EXPECT_EQ(back.data(), a.data());
  EXPECT_EQ(Tensor(a).array().data(), a.data());
  EXPECT_EQ(t.detach().array().data(), a.data());
}

TEST(ZeroCopy, SlicesAndTransposesToo) {
  const Array a = ones({4, 3});
  const Tensor t = transpose(slice(a, 0, 1, 3));
  EXPECT_EQ(t.array().data(), static_cast<float*>(a.data()) + 3);
  EXPECT_EQ(t.strides(), Shape({1, 3}));
  const Array row = t.slice(1, 1).transpose().array();
  EXPECT_EQ(row.data(), static_cast<float*>(a.data()) + 6);
}

TEST(ZeroCopy, WritesAreSeenBothWays) {
  const Array a = ones({2, 2});
  const Tensor t = transpose(a);
  a.view<float, 2>()(0, 1) = 5;
  EXPECT_EQ((t.view<const float, 2>()(1, 0)), 5);
  mul_(t, 2);
  EXPECT_EQ(values(a), Values({2, 10, 2, 2}));
  t.copy_(full({}, 7.f));
  EXPECT_EQ(values(a), Values({7, 7, 7, 7}));
}

TEST(ZeroCopy, OutsideMemoryIsReleasedOnceWhenTheLastViewGoes) {
  int released = 0;
  float memory[6] = {1, 2, 3, 4, 5, 6};
  {
    Array s;
    {
      Array a = Array::from_memory(memory, {2, 3}, Owner(&released));
      Tensor t = a;
      EXPECT_EQ(t.array().data(), memory);
      Tensor y = t.requires_grad(true) * t;
      s = transpose(t.array()).slice(0, 1, 2);
      a = Array();
      t = Tensor();
      EXPECT_EQ(released, 0);
    }
    EXPECT_EQ(released, 0);
    EXPECT_EQ((s.view<const float, 2>()(0, 1)), 5);
  }
  EXPECT_EQ(released, 1);
}

TEST(ZeroCopy, TheGraphHoldsWhatItsGradientReads) {
  int released = 0;
  double memory[2] = {2, 3};
  const Tensor w = leaf(full({2}, 1.0, float64));
  Tensor y = sum(w * Tensor(Array::from_memory(memory, {2}, Owner(&released))));
  EXPECT_EQ(released, 0);
  y.backward();
  EXPECT_EQ(values(w.grad()), Values({2, 3}));
  EXPECT_EQ(released, 1);  // the pass lets go of it

  y = sum(w + Tensor(Array::from_memory(memory, {2}, Owner(&released))));
  EXPECT_EQ(released, 2);  // the gradient of add reads nothing
}

TEST(ZeroCopy, ReadOnlyMemoryStaysReadOnly) {
  const float memory[2] = {1, 2};
  const Tensor t = Array::from_memory(memory, {2}, 0);
  EXPECT_EQ(error_of([&] { t.view<float, 1>(); }), "view: memory is read-only; use view<const T, N>()");
  EXPECT_EQ(error_of([&] { mul_(t, 2); }), "mul_: memory is read-only");
  EXPECT_EQ(error_of([&] { t.copy_(full({2}, 1.f)); }), "copy_: memory is read-only");
  EXPECT_EQ((t.view<const float, 1>()(1)), 2);
}

TEST(ZeroCopy, FromATemporaryTheArrayComesByValue) {
  const Array& a = (Tensor(ones({2})) * 2).array();
  EXPECT_EQ(values(a), Values({2, 2}));
}

TEST(ZeroCopy, AnUndefinedTensorIsNoArray) {
  const Tensor t;
  EXPECT_FALSE(t.defined());
  EXPECT_FALSE(t.array().defined());
  EXPECT_FALSE(t.requires_grad());
  EXPECT_EQ(error_of([&] { relu(t); }), error_of([&] { relu(Array()); }));
}

}  // namespace tenon::testing
