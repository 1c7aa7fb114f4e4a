#include "tenon/core/ops/pool.h"

#include "tenon/core/ops/random.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

TEST(MaxPoolPick, AnIndexBeyondTheImage) {
  const Array x = arange(16).to(float32).reshape({1, 1, 4, 4});
  expect_error<IndexError>(
      [&] {
        max_pool2d_pick(x, full({1, 1, 1, 1}, 1000000, int32));
      },
      "max_pool2d_pick: index 1000000 is out of range for axis 2 of size 16");
  EXPECT_EQ(values(max_pool2d_pick(x, full({1, 1, 1, 2}, 15, int32))), (std::vector<double>{15, 15}));
  EXPECT_EQ(values(max_pool2d_pick(x, full({1, 1, 1, 1}, -1, int32))), (std::vector<double>{0}));
}

TEST(MaxPool, IndicesOfAnyLayout) {
  Generator generator(3);
  const Array x = randn({2, 3, 4, 6}, float32, cpu, generator);
  const MaxPooled<Array> pooled = max_pool2d_with_indices(x, {.kernel = 2});
  const Array wide = zeros({2, 3, 2, 6}, int32);
  wide.slice(3, 0, 6, 2).copy_(pooled.indices);
  for (const Array& indices : {wide.slice(3, 0, 6, 2), pooled.indices.transpose().clone().transpose()}) {
    EXPECT_EQ(values(max_pool2d_pick(x, indices)), values(pooled.values));
    EXPECT_EQ(values(max_pool2d_grad(pooled.values, indices, {4, 6}, {.kernel = 2})),
              values(max_pool2d_grad(pooled.values, pooled.indices, {4, 6}, {.kernel = 2})));
  }
}

}  // namespace tenon::testing
