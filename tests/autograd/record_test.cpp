// Ops of a user's own.
#include "tenon/tests/autograd/helpers.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

TEST(Tensor, MoveAssignmentLetsGoOfWhatItHad) {
  Tensor a = full({4}, 1.f), b = full({4}, 2.f);
  const Array old = a.array();
  a = std::move(b);
  EXPECT_EQ(old.storage()->count, 1);
  EXPECT_FALSE(b.defined());  // NOLINT: on purpose
  EXPECT_EQ(values(a), Values(4, 2));
  Tensor& same = a;
  a = std::move(same);
  EXPECT_EQ(values(a), Values(4, 2));
}

TEST(Tensor, SetGradAndReplaceTakeWhatFits) {
  const Tensor x = leaf(full({2}, 1.f));
  EXPECT_EQ(error_of([&] { x.set_grad(ones({3})); }), "set_grad: the gradient is [3], the tensor [2]");
  EXPECT_EQ(error_of([&] { x.set_grad(ones({2}, float64)); }), "set_grad: the gradient is float64, the tensor float32");
  EXPECT_EQ(error_of([&] { x.set_grad(ones({2}).to(fake())); }),
            "set_grad: the gradient is on fake:0, the tensor on cpu");
  EXPECT_EQ(error_of([&] { x.replace(ones({3})); }), "replace: the value is [3], the tensor [2]");
  EXPECT_EQ(error_of([&] { x.replace(ones({2}, int64)); }),
            "replace: the tensor asks for gradients, and int64 has none");
  x.replace(ones({2}, float64));
  EXPECT_EQ(x.dtype(), float64);
}

TEST(Record, AUsersOpIsLikeABuiltInOne) {
  const auto cube = [](const Tensor& x) {
    return record("cube", x.array() * x.array() * x.array(), {x}, keep_input(0),
                  [](const Backward& b) { return gradients(b.dy() * square(b.input(0)) * 3); });
  };
  const Tensor x = leaf(array({1.0, -2.0, 0.5}));
  EXPECT_EQ(gradcheck([&](const std::vector<Tensor>& in) { return cube(in[0]); }, {x}), "");
  EXPECT_EQ(gradgradcheck([&](const std::vector<Tensor>& in) { return cube(in[0]); }, {x}), "");
  EXPECT_STREQ(cube(x).made_by(), "cube");
}

TEST(Record, ReadingWhatIsNotKeptThrows) {
  const Tensor x = leaf(ones({}));
  const Tensor no_input =
      record("careless", x.array() * 1, {x}, keep_output, [](const Backward& b) { return gradients(b.input(0)); });
  EXPECT_EQ(error_of([&] { no_input.backward(); }),
            "backward of careless reads input 0, which record was not told to keep (keep_input(0))");
  const Tensor no_output =
      record("careless", x.array() * 1, {x}, keep_inputs, [](const Backward& b) { return gradients(b.output()); });
  EXPECT_EQ(error_of([&] { no_output.backward(); }),
            "backward of careless reads its output, which record was not told to keep (keep_output)");
}

TEST(Record, TheNumberOfGradientsIsChecked) {
  const Tensor x = leaf(ones({}));
  const Tensor y =
      record("short", x.array() * 1, {x, x}, keep_nothing, [](const Backward& b) { return gradients(b.dy()); });
  EXPECT_EQ(error_of([&] { y.backward(); }), "short: backward returned 1 gradients for 2 inputs");
}

TEST(Record, SavedArraysLiveWithTheGraph) {
  const Tensor x = leaf(full({2}, 3.f));
  Array factor = full({2}, 5.f), offset = full({2}, 7.f);
  const detail::Storage* storage = factor.storage();
  Tensor y = sum(record("scaled", x.array() * factor, {x}, keep_nothing, saved{factor, offset},
                        [](const Backward& b) { return gradients(b.dy() * b.saved(0) + b.saved(1)); }));
  EXPECT_EQ(storage->count, 2);
  y.backward({.retain_graph = true});
  EXPECT_EQ(values(x.grad()), Values({12, 12}));
  mul_(factor, 2);
  EXPECT_EQ(error_of([&] { y.backward(); }),
            "backward of scaled reads what it saved, which mul_ has overwritten since");
  y = Tensor();
  EXPECT_EQ(storage->count, 1);
}

TEST(Record, ComputesOnlyWhatSomebodyAsksFor) {
  const Tensor a = leaf(ones({})), b = Tensor(ones({})), c = leaf(ones({}));
  int computed[3] = {};
  const auto op = [&] {
    return record("three", a.array() * 1, {a, b, c}, keep_nothing, [&](const Backward& g) {
      return g.each([&] { return ++computed[0], g.dy(); }, [&] { return ++computed[1], g.dy(); },
                    [&] { return ++computed[2], g.dy(); });
    });
  };
  op().backward();
  EXPECT_EQ(std::vector<int>(computed, computed + 3), std::vector<int>({1, 0, 1}));
  grad(op(), c);
  EXPECT_EQ(std::vector<int>(computed, computed + 3), std::vector<int>({1, 0, 2}));
}

TEST(Record, OptionalInputs) {
  const Tensor x = leaf(full({2}, 2.f));
  const Tensor y = record("with_bias", x.array() * 1, {x, Tensor()}, keep_inputs, [](const Backward& b) {
    EXPECT_FALSE(b.has(1));
    EXPECT_FALSE(b.needs(1));
    EXPECT_FALSE(b.input(1).defined());
    return gradients(b.dy(), Tensor());
  });
  sum(y).backward();
  EXPECT_EQ(values(x.grad()), Values({1, 1}));
}

TEST(Record, IsNothingWhereNobodyAsks) {
  const Tensor x = ones({2});
  const Tensor y = record("plain", x.array() * 1, {x}, keep_inputs, [](const Backward&) { return gradients(); });
  EXPECT_TRUE(y.is_leaf());
  EXPECT_FALSE(recording({x}));
  const Tensor asks = leaf(ones({2}));
  EXPECT_TRUE(recording({x, asks}));
  const NoGrad off;
  EXPECT_FALSE(recording({x, asks}));
}

TEST(Record, IntegerOutputsNeverAsk) {
  const Tensor x = leaf(ones({2}));
  EXPECT_FALSE(record("rounded", cast(x.array(), int64), {x}, keep_nothing, [](const Backward& b) {
                 return gradients(b.dy());
               }).requires_grad());
  const auto both = record("both", std::vector<Array>{x.array() * 2, cast(x.array(), int64)}, {x}, keep_nothing,
                           [](const Backward& b) { return gradients(b.dy(0) * 2); });
  EXPECT_TRUE(both[0].requires_grad());
  EXPECT_FALSE(both[1].requires_grad());
}

std::vector<Tensor> twice_and_thrice(const Tensor& x) {
  return record("both", std::vector<Array>{x.array() * 2, x.array() * 3}, {x}, keep_nothing, [](const Backward& b) {
    Tensor g;
    if (b.dy(0).defined()) g = b.dy(0) * 2;
    if (b.dy(1).defined()) g = g.defined() ? g + b.dy(1) * 3 : b.dy(1) * 3;
    return gradients(g);
  });
}

TEST(Record, SeveralOutputs) {
  const Tensor x = leaf(full({2}, 1.0, float64));
  auto y = twice_and_thrice(x);
  sum(y[0] * y[1]).backward();
  EXPECT_EQ(values(x.grad()), Values({12, 12}));
  x.clear_grad();
  sum(twice_and_thrice(x)[1]).backward();
  EXPECT_EQ(values(x.grad()), Values({3, 3}));
  const auto function = [](const std::vector<Tensor>& in) {
    const auto both = twice_and_thrice(in[0]);
    return std::vector<Tensor>{both[0] * both[1], both[1]};
  };
  EXPECT_EQ(gradcheck(function, {x}), "");
  EXPECT_EQ(gradgradcheck(function, {x}), "");
}

TEST(Record, SeveralOutputsASecondTime) {
  const Tensor x = leaf(full({}, 1.0, float64));
  const auto y = twice_and_thrice(x);
  y[0].backward();
  EXPECT_EQ(error_of([&] { y[0].backward(); }), "both: backward a second time; the graph is gone (retain_graph)");
  EXPECT_EQ(error_of([&] { y[1].backward(); }), "both: backward a second time; the graph is gone (retain_graph)");
  EXPECT_EQ(error_of([&] {
              record("kept", std::vector<Array>{x.array()}, {x}, keep_output,
                     [](const Backward& b) { return gradients(b.dy()); });
            }),
            "kept: record keeps the output of an op with one output only; use saved{}");
}

TEST(Record, AnExceptionBetweenTwoOutputsLeavesNothingBehind) {
  const Tensor x = leaf(full({2}, 1.0, float64));
  const auto y = twice_and_thrice(x);
  bool fails = true;
  // Deeper than y[1]'s place in the order: the gradient of y[1] is in when this one throws.
  const Tensor failing = record("failing", y[0].array() * 1, {y[0]}, keep_nothing, [&](const Backward& b) {
    if (fails) throw ValueError("failing: on purpose");
    return gradients(b.dy());
  });
  const Tensor total = sum(failing + (y[1] * 1) * 1);
  EXPECT_EQ(error_of([&] { total.backward({.retain_graph = true}); }), "failing: on purpose");
  EXPECT_FALSE(x.grad().defined());
  fails = false;
  total.backward();
  EXPECT_EQ(values(x.grad()), Values({5, 5}));
}

TEST(Record, AThousandInputs) {
  std::vector<Tensor> parts;
  for (int i = 0; i < 1000; ++i) parts.push_back(leaf(full({1}, static_cast<double>(i), float64)));
  const auto cat = [](const std::vector<Tensor>& all) {
    const Array out = empty({static_cast<int64_t>(all.size())}, float64);
    for (size_t i = 0; i < all.size(); ++i) {
      const auto at = static_cast<int64_t>(i);
      copy_(slice(out, 0, at, at + 1), all[i].array());
    }
    return record("cat", out, all, keep_inputs, [](const Backward& b) {
      std::vector<Tensor> each;
      for (size_t i = 0; i < b.n_inputs(); ++i) {
        EXPECT_EQ(b.input(i).item<double>(), static_cast<double>(i));
        const auto at = static_cast<int64_t>(i);
        each.push_back(slice(b.dy(), 0, at, at + 1));
      }
      return gradients(std::move(each));
    });
  };
  const Tensor y = cat(parts);
  sum(y * y).backward();
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(parts[static_cast<size_t>(i)].grad().item<double>(), 2 * i);
}

TEST(Record, AnOutputThatItsGradientReadsMakesNoCycle) {
  const Tensor x = leaf(ones({2}));
  const detail::Storage* storage;
  Array watcher;
  {
    const Tensor y = relu(x);
    watcher = y.array();
    storage = watcher.storage();
    EXPECT_EQ(storage->count, 2);
  }
  EXPECT_EQ(storage->count, 1);
}

TEST(Record, IntermediateValuesThatNoGradientReadsGo) {
  const Tensor x = leaf(ones({2}));
  Tensor y = x + 1;
  const Array watcher = y.array();
  const Tensor z = y + 1;
  y = Tensor();
  EXPECT_EQ(watcher.storage()->count, 1);
  sum(z).backward();
  EXPECT_EQ(values(x.grad()), Values({1, 1}));
}

}  // namespace tenon::testing
