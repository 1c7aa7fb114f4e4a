// Backward passes at once, on graphs that share only leaves.
#include <thread>

#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

template <class F>
void in_threads(int n, F f) {
  std::vector<std::thread> threads;
  for (int i = 0; i < n; ++i) threads.emplace_back(f, i);
  for (std::thread& t : threads) t.join();
}

TEST(Threads, SharedLeaves) {
  const Tensor w = leaf(full({8}, 2.0, float64)), v = leaf(full({8}, 3.0, float64));
  in_threads(3, [&](int) {
    for (int k = 0; k < 50; ++k) {
      Tensor y = w;
      for (int i = 0; i < 10; ++i) y = y + w * v;
      sum(y).backward();
    }
  });
  EXPECT_EQ(values(w.grad()), Values(8, 150 * 31));
  EXPECT_EQ(values(v.grad()), Values(8, 150 * 20));
}

TEST(Threads, GradOnSharedLeaves) {
  const Tensor w = leaf(full({8}, 2.0, float64));
  in_threads(3, [&](int) {
    for (int k = 0; k < 50; ++k) EXPECT_EQ(grad(sum(w * w * w), w).array().select(0, 0).item<double>(), 12);
  });
  EXPECT_FALSE(w.grad().defined());
}

TEST(Threads, HandlesGoInOneWhileAnotherRuns) {
  const Tensor w = leaf(full({8}, 2.0, float64));
  for (int k = 0; k < 50; ++k) {
    Tensor h = relu(w * w), y = sum(h * h);
    std::thread other([moved = std::move(h)]() mutable { moved = Tensor(); });
    y.backward();
    other.join();
  }
  EXPECT_EQ(values(w.grad()), Values(8, 50 * 32));
}

TEST(Threads, GradModeBelongsToTheThread) {
  const NoGrad off;
  std::thread([] { EXPECT_TRUE(grad_enabled()); }).join();
  EXPECT_FALSE(grad_enabled());
}

}  // namespace tenon::testing
