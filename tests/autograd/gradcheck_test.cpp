#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

using Tensors = std::vector<Tensor>;

TEST(Gradcheck, AcceptsWhatIsRight) {
  const Tensor a = leaf(array({1.5, -2.0, 0.3})), b = leaf(array({0.7}));
  const auto f = [](const Tensors& x) { return x[0] * x[0] / x[1] + x[1]; };
  EXPECT_EQ(gradcheck(f, {a, b}), "");
  EXPECT_EQ(gradgradcheck(f, {a, b}), "");
  EXPECT_FALSE(a.grad().defined());
}

TEST(Gradcheck, NamesInputPositionAndValues) {
  const Tensor x = leaf(from_values({2, 2}, {1, 2, 3, 4})), c = ones({2, 2}, float64);
  const auto wrong = [](const Tensors& in) {
    return record("wrong", in[1].array() * 2, {in[0], in[1]}, keep_nothing, [](const Backward& b) {
      const Array factors = from_values({2, 2}, {2, 2, 2.5, 2});
      return gradients(Tensor(), b.dy() * factors);
    });
  };
  EXPECT_EQ(gradcheck(wrong, {c, x}), "gradcheck: input 1 at [1, 0], output at [1, 0]: numeric 2, analytic 2.5");
  const auto second = [&](const Tensors& in) { return Tensors{in[1] * 1, wrong(in)}; };
  EXPECT_EQ(gradcheck(second, {c, x}), "gradcheck: input 1 at [1, 0], output 1 at [1, 0]: numeric 2, analytic 2.5");
}

TEST(Gradcheck, AMissingGradientIsAWrongOne) {
  const Tensor x = leaf(full({}, 3.0, float64));
  const auto forgets = [](const Tensors& in) { return in[0] * in[0].detach(); };
  EXPECT_EQ(gradcheck(forgets, {x}), "gradcheck: input 0 at [], output at []: numeric 6, analytic 3");
}

TEST(Gradcheck, NeedsFloat64) {
  EXPECT_EQ(gradcheck([](const Tensors& in) { return in[0] * 2; }, {leaf(ones({2}))}),
            "gradcheck: input 0 is float32; numeric differences need float64");
}

TEST(Gradcheck, SecondOrderFindsAGradientThatIsNotDifferentiable) {
  const Tensor x = leaf(array({1.5}));
  const auto frozen = [](const Tensors& in) {  // right at first order; the second is cut off
    return record("frozen", square(in[0].array()), {in[0]}, keep_inputs,
                  [](const Backward& b) { return gradients(b.dy() * (b.input(0).array() * 2)); });
  };
  EXPECT_EQ(gradcheck(frozen, {x}), "");
  EXPECT_NE(gradgradcheck(frozen, {x}), "");
}

}  // namespace tenon::testing
