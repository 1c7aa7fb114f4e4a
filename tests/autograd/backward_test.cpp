// What a backward pass does, and what it refuses.
#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

TEST(Backward, AddsUpInTheLeaf) {
  const Tensor x = leaf(full({2, 2}, 3.f));
  sum(x * x).backward();
  EXPECT_EQ(values(x.grad()), Values(4, 6));
  sum(x * x).backward();
  EXPECT_EQ(values(x.grad()), Values(4, 12));
  x.clear_grad();
  EXPECT_FALSE(x.grad().defined());
}

TEST(Backward, NotAScalar) {
  const Tensor x = leaf(ones({2, 2}));
  EXPECT_EQ(error_of([&] { (x * 2).backward(); }), "backward: tensor is [2, 2], not a scalar; give a gradient");
  (x * 2).backward(full({2, 2}, 3.f));
  EXPECT_EQ(values(x.grad()), Values(4, 6));
  EXPECT_EQ(error_of([&] { (x * 2).backward(ones({2})); }), "backward: the gradient is [2], the tensor [2, 2]");
}

TEST(Backward, NoGraph) {
  EXPECT_EQ(error_of([] { Tensor(ones({})).backward(); }), "backward: tensor has no graph");
  EXPECT_EQ(error_of([] { Tensor().backward(); }), "backward: tensor has no graph");
}

TEST(Backward, ASecondTime) {
  const Tensor x = leaf(ones({3}));
  const Tensor y = sum(x * x);
  y.backward({.retain_graph = true});
  y.backward();
  EXPECT_EQ(values(x.grad()), Values(3, 4));
  EXPECT_EQ(error_of([&] { y.backward(); }), "sum: backward a second time; the graph is gone (retain_graph)");
  EXPECT_EQ(values(x.grad()), Values(3, 4));
}

TEST(Backward, OverwrittenInput) {
  const Tensor x = leaf(full({2}, 2.f));
  const Tensor h = x * 1;
  const Tensor y = sum(h * h);
  {
    const NoGrad off;
    mul_(h, 3);
  }
  EXPECT_EQ(error_of([&] { y.backward(); }), "backward of mul reads its input, which mul_ has overwritten since");
  EXPECT_FALSE(x.grad().defined());
}

TEST(Backward, OverwrittenOutputThroughAView) {
  const Tensor x = leaf(full({2}, 2.f));
  const Tensor h = relu(x);
  const Tensor y = sum(h);
  h.array().slice(0, 1).view<float, 1>()(0) = 4;
  EXPECT_EQ(error_of([&] { y.backward(); }), "backward of relu reads its output, which view has overwritten since");
}

TEST(Backward, ReplacedLeaf) {
  const Tensor x = leaf(full({2}, 2.f));
  const Tensor y = sum(x * x);
  x.replace(full({2}, 2.f));
  EXPECT_EQ(error_of([&] { y.backward(); }), "backward of mul reads its input, which replace has overwritten since");
}

TEST(Backward, OverwritingWhatNoGradientReadsIsFine) {
  const Tensor x = leaf(full({2}, 2.f));
  const Tensor h = x * 1;
  const Tensor y = sum(h + h);
  {
    const NoGrad off;
    mul_(h, 3);
    mul_(x, 3);
  }
  y.backward();
  EXPECT_EQ(values(x.grad()), Values({2, 2}));
}

TEST(Backward, ReducesBroadcastAxesAndCasts) {
  const Tensor m = leaf(ones({2, 3})), row = leaf(full({3}, 2.0, float64)), column = leaf(full({2, 1}, 3.f));
  const Tensor scalar = leaf(full({}, 4.f));
  sum(m * row * column * scalar).backward();
  EXPECT_EQ(row.grad().shape(), Shape({3}));
  EXPECT_EQ(row.grad().dtype(), float64);
  EXPECT_EQ(values(row.grad()), Values(3, 24));
  EXPECT_EQ(column.grad().shape(), Shape({2, 1}));
  EXPECT_EQ(column.grad().dtype(), float32);
  EXPECT_EQ(values(column.grad()), Values(2, 24));
  EXPECT_EQ(values(scalar.grad()), Values({36}));
}

TEST(Backward, AnyOtherShapeThrows) {
  const Tensor x = leaf(ones({3}));
  const Tensor y =
      record("odd", x.array() * 1, {x}, keep_nothing, [](const Backward&) { return gradients(Tensor(ones({4}))); });
  EXPECT_EQ(error_of([&] { sum(y).backward(); }), "backward of odd: the gradient of input 0 is [4], the input [3]");
}

TEST(Backward, LeafGradientsAreDenseAndTheirOwn) {
  const Tensor a = leaf(ones({3})), b = leaf(ones({3}));
  sum(a + b).backward();
  EXPECT_NE(a.grad().array().data(), b.grad().array().data());
  EXPECT_TRUE(a.grad().is_contiguous());

  const Tensor t = leaf(transpose(ones({2, 3})));
  sum(t).backward();
  EXPECT_EQ(t.grad().strides(), Shape({1, 3}));
  const Tensor gradient = ones({3, 2});
  (t * 1).backward(gradient);
  EXPECT_EQ(t.grad().strides(), Shape({1, 3}));

  const Tensor expanded = leaf(expand(ones({1, 3}), {2, 3}));
  sum(expanded * 2).backward();
  EXPECT_EQ(values(expanded.grad()), Values(6, 2));
  EXPECT_TRUE(expanded.grad().array().raw().layout & dense);
}

TEST(Backward, TheCallersGradientIsNotTakenOver) {
  const Tensor x = leaf(ones({2})), gradient = full({2}, 5.f);
  x.backward(gradient);
  x.backward(gradient);
  EXPECT_EQ(values(gradient), Values({5, 5}));
  EXPECT_EQ(values(x.grad()), Values({10, 10}));
}

TEST(Backward, AGradientThatUnroundsIsStolen) {
  const Tensor x = leaf(ones({64}));
  void* made = nullptr;
  const Tensor y = record("watched", x.array() * 1, {x}, keep_nothing, [&](const Backward& b) {
    Tensor g = b.dy() * 2;
    made = g.array().data();
    return gradients(std::move(g));
  });
  sum(y).backward();
  EXPECT_EQ(x.grad().array().data(), made);
}

TEST(Backward, DeepGraphs) {
  const Tensor x = leaf(full({}, 1.0, float64));
  Tensor y = x;
  for (int i = 0; i < 100000; ++i) y = y + x;
  y.backward();
  EXPECT_EQ(x.grad().item<double>(), 100001);
  Tensor dropped = x;
  for (int i = 0; i < 100000; ++i) dropped = relu(dropped);
}

TEST(Backward, DeepGraphsHeldByClosures) {
  const Tensor x = leaf(full({}, 1.0, float64));
  Tensor y = x;
  for (int i = 0; i < 100000; ++i) {
    y = record("own", y.array() + 1, {y}, keep_nothing, [y](const Backward& b) { return gradients(b.dy() * 1); });
  }
  y = Tensor();
  EXPECT_FALSE(x.grad().defined());
}

TEST(Backward, DiamondsOfManyPaths) {
  const Tensor x = leaf(full({}, 1.0, float64));
  Tensor y = x;
  for (int i = 0; i < 60; ++i) y = y + y;
  y.backward();
  EXPECT_EQ(x.grad().item<double>(), 0x1p60);
}

TEST(Backward, UnevenDiamonds) {
  // Many nodes wait at once, and paths of different lengths meet.
  const Tensor x = leaf(full({}, 2.0, float64));
  std::vector<Tensor> layer{x};
  for (int i = 0; i < 40; ++i) layer.push_back(layer[static_cast<size_t>(i) / 2] * 1 + layer.back());
  Tensor total = layer[0];
  for (const Tensor& t : layer) total = total + t;
  const double expected = total.item<double>() / 2;  // linear in x
  total.backward();
  EXPECT_EQ(x.grad().item<double>(), expected);
}

TEST(Backward, ManyLeaves) {
  std::vector<Tensor> leaves;
  Tensor y = full({}, 0.0, float64);
  for (int i = 0; i < 300; ++i) {
    leaves.push_back(leaf(full({}, 1.0, float64)));
    y = y + leaves.back() * i;
  }
  for (int i = 0; i < 300; ++i) y = y + leaves[static_cast<size_t>(i)];
  y.backward();
  for (int i = 0; i < 300; ++i) EXPECT_EQ(leaves[static_cast<size_t>(i)].grad().item<double>(), i + 1);
}

TEST(Backward, OutlivesTheHandles) {
  const Tensor x = leaf(full({2}, 3.f));
  Tensor y;
  {
    const Tensor h = relu(x), k = h * h;
    y = sum(k);
  }
  y.backward();
  EXPECT_EQ(values(x.grad()), Values({6, 6}));
}

TEST(Backward, OnALeaf) {
  const Tensor x = leaf(full({}, 3.f));
  x.backward();
  EXPECT_EQ(x.grad().item<float>(), 1);
}

TEST(Backward, NoGradAndDetachEndTheGraph) {
  const Tensor x = leaf(ones({}));
  {
    const NoGrad off;
    EXPECT_FALSE((x * x).requires_grad());
    {
      const EnableGrad on;
      EXPECT_TRUE((x * x).requires_grad());
    }
    EXPECT_FALSE(grad_enabled());
  }
  (x * x.detach()).backward();
  EXPECT_EQ(x.grad().item<float>(), 1);
}

TEST(Backward, WhoMayAsk) {
  for (DType dtype : {float16, bfloat16, float32, float64}) EXPECT_TRUE(leaf(zeros({1}, dtype)).requires_grad());
  EXPECT_EQ(error_of([] { leaf(zeros({1}, int64)); }),
            "requires_grad: the tensor is int64; only floating ones have gradients");
  const Tensor x = leaf(ones({}));
  EXPECT_EQ(error_of([&] { (x * 2).requires_grad(false); }),
            "requires_grad: the tensor is the result of mul; detach() it first");
  EXPECT_FALSE(cast(x, int64).requires_grad());
}

}  // namespace tenon::testing
