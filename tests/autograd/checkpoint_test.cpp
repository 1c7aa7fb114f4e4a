#include "tenon/core/ops/random.h"
#include "tenon/core/storage.h"
#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

using Tensors = std::vector<Tensor>;

TEST(Checkpoint, SameGradientsForInputsAndParameters) {
  const Tensor x = leaf(array({1.0, -2.0, 3.0})), w = leaf(array({0.5, 2.0, -1.0}));
  int calls = 0;
  const auto f = [&](const Tensors& in) {
    ++calls;
    return relu(in[0] * w) * in[0] + w;
  };
  const Tensor y = sum(checkpoint(f, {x}) * 2);
  EXPECT_EQ(calls, 1);
  y.backward();
  EXPECT_EQ(calls, 2);
  const Tensor gx = x.grad(), gw = w.grad();
  x.clear_grad(), w.clear_grad();
  sum(f({x}) * 2).backward();
  EXPECT_EQ(values(gx), values(x.grad()));
  EXPECT_EQ(values(gw), values(w.grad()));
}

TEST(Checkpoint, ParametersAloneAndGrad) {
  const Tensor x = full({2}, 3.0, float64), w = leaf(full({2}, 2.0, float64));
  const Tensor y = checkpoint([&](const Tensors& in) { return in[0] * w * w; }, {x});
  EXPECT_TRUE(y.requires_grad());
  EXPECT_EQ(values(grad(sum(y), w)), Values({12, 12}));
  EXPECT_FALSE(w.grad().defined());
}

TEST(Checkpoint, KeepsOnlyTheInputs) {
  const Tensor x = leaf(full({2}, 3.0, float64));
  Array inner;
  const Tensor y = checkpoint(
      [&](const Tensors& in) {
        const Tensor h = in[0] * 2;
        inner = h.array();
        return h * h;
      },
      {x});
  EXPECT_EQ(inner.storage()->count, 1);  // nobody else has it
  sum(y).backward();
  EXPECT_EQ(inner.storage()->count, 1);
  EXPECT_EQ(values(x.grad()), Values({24, 24}));
}

TEST(Checkpoint, InputsThatDependOnEachOther) {
  const Tensor x = leaf(full({}, 3.0, float64));
  const Tensor h = x * x;
  const auto f = [&](const Tensors& in) { return in[0] * in[1] * h; };  // x * h * h
  const Tensor y = checkpoint(f, {x, h});
  y.backward();
  EXPECT_EQ(x.grad().item<double>(), 5 * 81);
}

TEST(Checkpoint, NestedAndSecondOrder) {
  const Tensor x = leaf(array({0.7, -1.3})), w = leaf(array({1.1, 0.4}));
  const auto f = [](const Tensors& in) {
    const auto outer = [w = in[1]](const Tensors& u) {
      return checkpoint([w](const Tensors& v) { return v[0] * v[0] * w; }, {u[0] * w}) * u[0];
    };
    return checkpoint(outer, {in[0]});
  };
  EXPECT_EQ(gradcheck(f, {x, w}), "");
  EXPECT_EQ(gradgradcheck(f, {x, w}), "");
}

TEST(Checkpoint, SeveralOutputs) {
  const Tensor x = leaf(full({}, 3.0, float64));
  const auto f = [](const Tensors& in) { return Tensors{in[0] * in[0], in[0] * 5, Tensor(ones({}))}; };
  const Tensors y = checkpoint(f, {x});
  EXPECT_EQ(y.size(), 3u);
  (y[0] + y[2]).backward();
  EXPECT_EQ(x.grad().item<double>(), 6);
}

TEST(Checkpoint, ALeafThatGoesInsideTheFunction) {
  const Tensor x = leaf(full({2}, 3.0, float64));
  const auto f = [](const Tensors& in) {
    const Tensor w = Tensor(full({2}, 2.0, float64)).requires_grad(true), v = leaf(full({2}, 5.0, float64));
    return in[0] * w + v;
  };
  const Tensor y = checkpoint(f, {x});
  EXPECT_EQ(values(y), Values({11, 11}));
  sum(y).backward();
  EXPECT_EQ(values(x.grad()), Values({2, 2}));
}

TEST(Checkpoint, AParameterThatAnAutocastHasCastBefore) {
  const Tensor x = ones({2, 2}), w = leaf(full({2, 2}, 0.5f));
  const auto f = [&](const Tensors& in) { return matmul(in[0], w); };
  const auto gradient = [&](auto&& again) {
    w.clear_grad();
    const Autocast scope(bfloat16);
    sum(again(Tensors{matmul(x, w)})).backward();
    return values(w.grad());
  };
  const Values expected = gradient(f);
  EXPECT_EQ(gradient([&](const Tensors& in) { return checkpoint(f, in); }), expected);
}

TEST(Checkpoint, AnOverwrittenParameterIsNoticed) {
  const Tensor x = leaf(full({}, 3.0, float64)), w = leaf(full({}, 2.0, float64));
  const Tensor y = checkpoint([&](const Tensors& in) { return in[0] * w; }, {x});
  {
    const NoGrad off;
    mul_(w, 2);
  }
  EXPECT_EQ(error_of([&] { y.backward(); }),
            "backward of checkpoint reads its input, which mul_ has overwritten since");
}

TEST(Checkpoint, RandomOpsDrawTheSameNumbersAgain) {
  manual_seed(3);
  const Tensor x = leaf(ones({8}, float64));
  std::vector<Values> drawn;
  const Tensor y = checkpoint(
      [&](const Tensors& in) {
        const Array r = rand({8}, float64);
        drawn.push_back(values(r));
        return in[0] * r;
      },
      {x});
  const Array after = rand({8}, float64);
  sum(y).backward();
  ASSERT_EQ(drawn.size(), 2u);
  EXPECT_EQ(drawn[0], drawn[1]);
  EXPECT_EQ(values(x.grad()), drawn[0]);
  EXPECT_NE(values(after), drawn[0]);
  EXPECT_NE(values(rand({8}, float64)), values(after));  // goes on where it was
}

TEST(Checkpoint, WithoutGradModeItIsACall) {
  const Tensor x = leaf(full({}, 3.0, float64));
  const NoGrad off;
  EXPECT_FALSE(checkpoint([](const Tensors& in) { return in[0] * 2; }, {x}).requires_grad());
}

}  // namespace tenon::testing
