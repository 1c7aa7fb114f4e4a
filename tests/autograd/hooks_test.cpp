#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

TEST(Hooks, SeeTheWholeGradientAndMayReplaceIt) {
  const Tensor x = leaf(full({2}, 1.f));
  const Tensor h = x * 2;
  std::vector<Values> seen;
  h.register_hook([&](const Tensor& g) {
    seen.push_back(values(g));
    return g * 10;
  });
  h.register_hook([&](const Tensor& g) {
    seen.push_back(values(g));
    return Tensor();
  });
  sum(h + h * 2).backward();
  EXPECT_EQ(seen, std::vector<Values>({{3, 3}, {30, 30}}));
  EXPECT_EQ(values(x.grad()), Values({60, 60}));
}

TEST(Hooks, OnALeafAndRemoved) {
  const Tensor x = leaf(full({}, 1.f));
  const uint64_t hook = x.register_hook([](const Tensor& g) { return g * 7; });
  (x + x).backward();
  EXPECT_EQ(x.grad().item<float>(), 14);
  EXPECT_EQ(grad(x + x, x).item<float>(), 14);
  x.remove_hook(hook);
  (x + x).backward();
  EXPECT_EQ(x.grad().item<float>(), 16);
}

TEST(Hooks, AfterAccumulation) {
  const Tensor a = leaf(full({}, 2.f)), b = leaf(full({}, 3.f));
  int calls = 0;
  a.register_post_accumulate_grad_hook([&](const Tensor& leaf) {
    ++calls;
    EXPECT_EQ(leaf.grad().item<float>(), 6);
    const NoGrad off;
    sub_(leaf, leaf.grad());
    leaf.clear_grad();
  });
  (a * b + a * b).backward();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(a.item<float>(), -4);
  EXPECT_FALSE(a.grad().defined());
  grad(a * b, a);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(error_of([&] { (a * b).register_post_accumulate_grad_hook([](const Tensor&) {}); }),
            "register_post_accumulate_grad_hook: the tensor is the result of mul, not a leaf");
  EXPECT_EQ(error_of([&] { Tensor(ones({})).register_hook([](const Tensor& g) { return g; }); }),
            "register_hook: tensor does not ask for gradients");
}

TEST(Hooks, AfterAccumulationRunsAsSoonAsAllReadersAreThrough) {
  const Tensor x = full({}, 2.f), first = leaf(full({}, 3.f)), twice = leaf(full({}, 5.f)), last = leaf(full({}, 7.f));
  std::vector<std::string> order;
  const auto note = [&](const Tensor& of, const char* name, float gradient) {
    of.register_post_accumulate_grad_hook([&order, name, gradient](const Tensor& done) {
      order.emplace_back(name);
      EXPECT_EQ(done.grad().item<float>(), gradient);
    });
  };
  note(first, "first", 2 * 5 * 7 * 5), note(twice, "twice", 2 * 3 * 7 * 5 * 2), note(last, "last", 2 * 3 * 5 * 5);
  Tensor h = x * first;
  h.register_hook([&](const Tensor&) {
    order.emplace_back("h");
    return Tensor();
  });
  h = h * twice * last;
  h.register_hook([&](const Tensor&) {
    order.emplace_back("after last");
    return Tensor();
  });
  (h * twice).backward();
  EXPECT_EQ(order, std::vector<std::string>({"after last", "last", "twice", "h", "first"}));
}

TEST(Hooks, ALeafMayBeWrittenWhileThePassGoesOn) {
  const Tensor w = leaf(full({}, 3.f)), v = leaf(full({}, 5.f));
  v.register_post_accumulate_grad_hook([](const Tensor& done) {
    const NoGrad off;
    sub_(done, done.grad());
    done.clear_grad();
  });
  (w * w * v).backward();
  EXPECT_EQ(v.item<float>(), -4);
  EXPECT_FALSE(v.grad().defined());
  EXPECT_EQ(w.grad().item<float>(), 30);
}

TEST(Hooks, ALeafWithoutHandlesHasItsValue) {
  Tensor kept, y;
  {
    const Tensor w = leaf(full({2}, 3.f));
    w.register_post_accumulate_grad_hook([&](const Tensor& of) { kept = of; });
    y = w + 1;
  }
  sum(y).backward();
  y = {};
  ASSERT_TRUE(kept.defined());
  EXPECT_EQ(values(kept), Values({3, 3}));
  EXPECT_EQ(values(kept.grad()), Values({1, 1}));
}

TEST(Hooks, RetainGrad) {
  const Tensor x = leaf(full({2}, 1.f));
  const Tensor h = x * 2, k = h * 3;
  h.retain_grad();
  sum(k).backward({.retain_graph = true});
  EXPECT_EQ(values(h.grad()), Values({3, 3}));
  EXPECT_FALSE(k.grad().defined());
  sum(k).backward();
  EXPECT_EQ(values(h.grad()), Values({6, 6}));
  EXPECT_EQ(values(x.grad()), Values({12, 12}));
  EXPECT_EQ(error_of([] { Tensor(ones({})).retain_grad(); }), "retain_grad: tensor does not ask for gradients");
}

TEST(Hooks, AHookThatThrowsLeavesNothingBehind) {
  const Tensor x = leaf(full({}, 1.f)), y = leaf(full({}, 1.f));
  const Tensor h = x * 2;
  const uint64_t hook = h.register_hook([](const Tensor&) -> Tensor { throw ValueError("hook: on purpose"); });
  const Tensor total = h + y * 3;
  EXPECT_EQ(error_of([&] { total.backward({.retain_graph = true}); }), "hook: on purpose");
  EXPECT_TRUE(grad_enabled());
  h.remove_hook(hook);
  total.backward();
  EXPECT_EQ(x.grad().item<float>(), 2);
  EXPECT_EQ(y.grad().item<float>(), 3);
}

}  // namespace tenon::testing
