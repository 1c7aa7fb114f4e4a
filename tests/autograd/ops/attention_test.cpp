#include "tenon/autograd/ops/attention.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/core/ops/arrange.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {
namespace {

using Values = std::vector<double>;

Tensor leaf(const Shape& shape, uint64_t seed, DType dtype = float64) {
  Generator generator(seed);
  return Tensor(randn(shape, dtype, cpu, generator)).requires_grad(true);
}

// As PyTorch 2.13 decides, with a mask of either kind: neither nan nor a mean of all.
TEST(Attention, APositionThatSeesNothingGetsZeroAndGivesNoGradient) {
  const Array seen = from_values({3, 3}, {1, 0, 1, 0, 0, 0, 1, 1, 1}, bool_);
  const Array added = from_values({3, 3}, {0, -INFINITY, 0, -INFINITY, -INFINITY, -INFINITY, 0, 0, 0});
  for (const DType dtype : {float64, float32, bfloat16}) {
    for (const Array& mask : {seen, added.to(dtype)}) {
      for (const bool create_graph : {false, true}) {
        const Tensor q = leaf({2, 3, 4}, 1, dtype), k = leaf({2, 3, 4}, 2, dtype), v = leaf({2, 3, 4}, 3, dtype);
        const Tensor y = scaled_dot_product_attention(q, k, v, mask);
        EXPECT_EQ(values(select(y.array(), 1, 1)), Values(8, 0));
        const std::vector<Tensor> slopes = grad({sum(y)}, {q, k, v}, {.create_graph = create_graph});
        EXPECT_EQ(values(select(slopes[0].array(), 1, 1)), Values(8, 0));
        for (const Tensor& slope : slopes) {
          double total = 0;
          for (double g : values(slope.array())) total += std::abs(g);
          EXPECT_TRUE(std::isfinite(total) && total > 0);
        }
      }
    }
  }
}

TEST(Attention, NothingToSeeIsZero) {
  const Array y = scaled_dot_product_attention(ones({2, 3, 4}), ones({2, 0, 4}), ones({2, 0, 5}));
  EXPECT_EQ(y.shape(), Shape({2, 3, 5}));
  EXPECT_EQ(values(y), Values(30, 0));
}

// Heads that are a view of [batch, positions, heads, features], as layers have them: nothing is copied.
TEST(Attention, HeadsBesideEachOtherStayThere) {
  const auto heads = [](const Tensor& x) { return transpose(reshape(x, {2, 5, 3, 4}), 1, 2); };
  const Tensor q = leaf({2, 5, 12}, 1), k = leaf({2, 5, 12}, 2), v = leaf({2, 5, 12}, 3);
  const Tensor y = scaled_dot_product_attention(heads(q), heads(k), heads(v), {}, {.is_causal = true});
  EXPECT_EQ(y.strides(), heads(q).strides());
  const auto apart = [&](const Tensor& x) { return contiguous(heads(x)); };
  const Tensor z = scaled_dot_product_attention(apart(q), apart(k), apart(v), {}, {.is_causal = true});
  EXPECT_TRUE(z.is_contiguous());
  const std::vector<Tensor> got = grad({sum(y * y)}, {q, k, v}), expected = grad({sum(z * z)}, {q, k, v});
  for (size_t i = 0; i < 3; ++i) {
    const Values a = values(got[i].array()), b = values(expected[i].array());
    for (size_t j = 0; j < a.size(); ++j) EXPECT_NEAR(a[j], b[j], 1e-12);
  }
}

TEST(Attention, OfARepeatedQueryTheResultIsPlain) {
  const Array q = leaf({1, 1, 4}, 1).array(), k = leaf({2, 5, 4}, 2).array(), v = leaf({2, 5, 6}, 3).array();
  const Array y = scaled_dot_product_attention(expand(q, {2, 3, 4}), k, v);
  EXPECT_TRUE(y.is_contiguous());
  EXPECT_EQ(values(y), values(scaled_dot_product_attention(contiguous(expand(q, {2, 3, 4})), k, v)));
}

TEST(Attention, MasksInEveryLayout) {
  const Array q = leaf({2, 3, 5, 4}, 1).array(), k = leaf({2, 3, 7, 4}, 2).array(), v = leaf({2, 3, 7, 4}, 3).array();
  const Array full = leaf({2, 3, 5, 7}, 4).array();
  const Array masks[] = {full,
                         transpose(contiguous(transpose(full))),
                         slice(full, 1, 0, 1),
                         slice(full, 3, 2, 3),
                         select(select(full, 0, 0), 0, 1),
                         select(select(select(full, 0, 0), 0, 1), 0, 3),
                         slice(leaf({2, 3, 5, 14}, 5).array(), 3, 0, to_end, 2),
                         from_values({}, {-3})};
  for (const Array& mask : masks) {
    const Values a = values(scaled_dot_product_attention(q, k, v, mask));
    const Values b = values(scaled_dot_product_attention(q, k, v, contiguous(expand(mask, full.shape()))));
    EXPECT_EQ(a, b) << text(mask.shape(), mask.strides());
  }
}

TEST(Attention, DropoutDrawsFromItsGenerator) {
  const Tensor q = leaf({1, 4, 8, 16}, 1), k = leaf({1, 4, 8, 16}, 2), v = leaf({1, 4, 8, 16}, 3);
  Generator one(5), two(5);
  const AttentionOptions options{.dropout = 0.5};
  const Values first = values(scaled_dot_product_attention(q, k, v, {}, options, one).array());
  EXPECT_EQ(values(scaled_dot_product_attention(q.array(), k.array(), v.array(), {}, options, two)), first);
  EXPECT_EQ(one.state().offset, two.state().offset);
  EXPECT_NE(values(scaled_dot_product_attention(q, k, v, {}, options, one).array()), first);
  EXPECT_EQ(values(scaled_dot_product_attention(q, k, v, {}, {.dropout = 1}).array()), Values(512, 0));
}

}  // namespace
}  // namespace tenon::testing
