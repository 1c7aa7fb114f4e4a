// Memory from outside: who holds it, who releases it, who may write it.
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

/// Memory from outside that counts how often it was released.
struct Outside {
  std::vector<float> data{0, 1, 2, 3, 4, 5};
  std::shared_ptr<int> released = std::make_shared<int>(0);

  std::shared_ptr<void> owner() {
    return {data.data(), [count = released](void*) { ++*count; }};
  }
};

TEST(FromMemory, IsReleasedOnceByTheLastView) {
  Outside outside;
  {
    Array view;
    {
      const Array x = Array::from_memory(outside.data.data(), {2, 3}, outside.owner());
      EXPECT_EQ(x.data(), outside.data.data());
      view = x.transpose(0, 1).slice(0, 1).select(1, 1);
      const auto typed = x.view<float, 2>();
      typed(1, 2) = 50;
    }
    EXPECT_EQ(*outside.released, 0);
    EXPECT_EQ((view.view<const float, 1>()(1)), 50);
    outside.data[4] = 40;  // seen through the view
    EXPECT_EQ((view.view<const float, 1>()(0)), 40);
    const auto last = view.view<const float, 1>();
    view = Array();
    EXPECT_EQ(*outside.released, 0);  // a typed view holds it as well
    EXPECT_EQ(last(0), 40);
  }
  EXPECT_EQ(*outside.released, 1);
}

TEST(FromMemory, IsReleasedOnAnyThread) {
  Outside outside;
  Array x = Array::from_memory(outside.data.data(), {6}, outside.owner());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([x] {
      for (int i = 0; i < 1000; ++i) {
        const Array copy = x, view = copy.slice(0, 2);
        EXPECT_EQ(view.numel(), 4);
      }
    });
  }
  x = Array();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*outside.released, 1);
}

TEST(FromMemory, IsReleasedWhenItIsRefused) {
  Outside outside;
  expect_error<ShapeError>(
      [&] {
        Array::from_memory(outside.data.data(), Shape{2, 3}, Shape{1}, float32, outside.owner());
      },
      "from_memory: 2 dimensions but 1 strides");
  expect_error<ValueError>(
      [&] { Array::from_memory(outside.data.data(), Shape{2}, Shape{-1}, float32, outside.owner()); },
      "from_memory: negative stride in [-1]");
  expect_error<ValueError>(
      [&] {
        Array::from_memory(static_cast<void*>(reinterpret_cast<char*>(outside.data.data()) + 1), Shape{2}, float32,
                           outside.owner());
      },
      "from_memory: the address is not aligned to float32");
  EXPECT_EQ(*outside.released, 3);
}

TEST(FromMemory, ReadOnlyStaysReadOnly) {
  Outside outside;
  const float* data = outside.data.data();
  const Array x = Array::from_memory(data, {2, 3}, outside.owner());
  EXPECT_TRUE(x.read_only());
  const Array view = x.transpose(0, 1).slice(0, 1);
  EXPECT_TRUE(view.read_only());
  EXPECT_EQ((view.view<const float, 2>()(0, 1)), 4);
  expect_error<ReadOnlyError>([&] { view.view<float, 2>(); }, "view: memory is read-only; use view<const T, N>()");
  expect_error<ReadOnlyError>([&] { add_(view, 1); }, "add_: memory is read-only");
  expect_error<ReadOnlyError>([&] { view.copy_(zeros({2, 2})); }, "copy_: memory is read-only");
  EXPECT_FALSE(x.clone().read_only());
  EXPECT_EQ(outside.data[0], 0);
}

TEST(FromMemory, AnyStrides) {
  Outside outside;
  const Array columns = Array::from_memory(outside.data.data(), Shape{2, 3}, Shape{1, 2}, float32, outside.owner());
  EXPECT_FALSE(columns.is_contiguous());
  EXPECT_EQ((columns.view<const float, 2>()(1, 2)), 5);
  EXPECT_EQ((columns.contiguous().view<const float, 2>()(0, 2)), 4);
  const Array gaps = Array::from_memory(outside.data.data(), Shape{2}, Shape{3}, float32, outside.owner());
  EXPECT_EQ(((gaps + 0).view<const float, 1>()(1)), 3);
}

}  // namespace
}  // namespace tenon::testing
