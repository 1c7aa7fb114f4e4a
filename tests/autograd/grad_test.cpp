#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

TEST(Grad, LeavesDotGradAlone) {
  const Tensor x = leaf(full({}, 3.0, float64));
  (x * x).backward();
  const Tensor g = grad(x * x * x, x);
  EXPECT_EQ(g.item<double>(), 27);
  EXPECT_EQ(x.grad().item<double>(), 6);
}

TEST(Grad, OfGradOfGrad) {
  const Tensor z = leaf(full({}, 2.0, float64));
  const Tensor g1 = grad(z * z * z, z, {.create_graph = true});
  EXPECT_EQ(g1.item<double>(), 12);
  const Tensor g2 = grad(g1, z, {.create_graph = true});
  EXPECT_EQ(g2.item<double>(), 12);
  EXPECT_EQ(grad(g2, z).item<double>(), 6);
}

TEST(Grad, OfAnOpThatReadsItsOutput) {
  const auto exp_like = [](const Tensor& x) {  // pretends y' = y
    return record("exp_like", square(x.array()), {x}, keep_output,
                  [](const Backward& b) { return gradients(b.dy() * b.output()); });
  };
  const Tensor z = leaf(full({}, 3.0, float64));
  const Tensor g = grad(exp_like(z), z, {.create_graph = true});
  EXPECT_EQ(g.item<double>(), 9);
  const Tensor h = grad(g, z, {.create_graph = true});
  EXPECT_EQ(h.item<double>(), 9);
  EXPECT_EQ(grad(h, z).item<double>(), 9);
}

TEST(Grad, ByTensorsInsideTheGraph) {
  const Tensor x = leaf(full({}, 3.0, float64));
  const Tensor h = x * x, y = h * h;
  const auto g = grad({y}, {h, x, y}, {.retain_graph = true});
  EXPECT_EQ(g[0].item<double>(), 18);
  EXPECT_EQ(g[1].item<double>(), 108);
  EXPECT_EQ(g[2].item<double>(), 1);
  EXPECT_EQ(grad(y, h).item<double>(), 18);
}

TEST(Grad, RunsOnlyWhatLeadsToTheInputs) {
  const Tensor a = leaf(full({}, 2.0, float64)), b = leaf(full({}, 3.0, float64));
  const Tensor guarded = record("guarded", b.array() * 1, {b}, keep_nothing, [](const Backward& g) {
    ADD_FAILURE() << "nobody asked for this gradient";
    return gradients(g.dy());
  });
  EXPECT_EQ(grad(a * guarded, a).item<double>(), 3);
}

TEST(Grad, SeveralOutputsAddUp) {
  const Tensor x = leaf(full({2}, 2.0, float64));
  const Tensor y = x * x, z = x * 3;
  const auto g = grad({y, z}, {x}, {.grad_outputs = {full({2}, 10.0, float64), ones({2}, float64)}});
  EXPECT_EQ(values(g[0]), Values({43, 43}));
}

TEST(Grad, Errors) {
  const Tensor x = leaf(full({}, 2.0, float64)), other = leaf(full({}, 2.0, float64)), plain = full({}, 2.0, float64);
  const Tensor y = x * x;
  EXPECT_EQ(error_of([&] { grad(plain, x); }), "grad: output 0 has no graph");
  EXPECT_EQ(error_of([&] { grad(y, plain); }), "grad: input 0 does not ask for gradients");
  EXPECT_EQ(error_of([&] { grad({x * 1}, {x, other}); }), "grad: input 1 is not used by the outputs (allow_unused)");
  EXPECT_EQ(error_of([&] { grad(leaf(ones({2})) * 1, x); }), "grad: tensor is [2], not a scalar; give a gradient");
  const auto g = grad({y}, {x, other, plain}, {.allow_unused = true});
  EXPECT_EQ(g[0].item<double>(), 4);
  EXPECT_FALSE(g[1].defined());
  EXPECT_FALSE(g[2].defined());
  EXPECT_EQ(error_of([&] { grad(y, x); }), "mul: backward a second time; the graph is gone (retain_graph)");
}

TEST(Grad, BackwardWithCreateGraph) {
  const Tensor x = leaf(full({2}, 3.0, float64));
  sum(x * x * x).backward({.create_graph = true});
  const Tensor penalty = sum(x.grad() * x.grad());
  EXPECT_EQ(values(grad(penalty, x)), Values({2 * 27 * 18, 2 * 27 * 18}));
  x.clear_grad();  // a gradient with a graph holds its leaf: the two would keep each other alive
}

TEST(Grad, WithoutCreateGraphTheResultHasNoGraph) {
  const Tensor x = leaf(full({}, 3.0, float64)), dy = leaf(full({}, 1.0, float64));
  EXPECT_FALSE(grad({x * x}, {x}, {.grad_outputs = {dy}})[0].requires_grad());
  EXPECT_FALSE(grad({x + x}, {x}, {.grad_outputs = {dy}})[0].requires_grad());
}

TEST(Grad, InsideAGradient) {
  // A backward function that runs a backward pass of its own, over nodes that wait in the outer pass.
  const Tensor x = leaf(full({}, 2.0, float64));
  const Tensor h = x * x;
  const Tensor side = h * 5;
  const Tensor nested = record("nested", h.array() * 1, {h}, keep_nothing, [&](const Backward& b) {
    const Tensor inner = grad(side, x, {.retain_graph = true});  // 5 * 2x = 20
    return gradients(b.dy() * inner);
  });
  (h * 3 + nested).backward({.retain_graph = true});
  EXPECT_EQ(x.grad().item<double>(), (3 + 20) * 4);
}

}  // namespace tenon::testing
