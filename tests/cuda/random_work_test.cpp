// Every block of the random kernels, on the host: each element is written once, with the bits that the CPU draws.
#include "tenon/core/cuda/random_work.h"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/dispatch.h"

namespace tenon {
namespace {

using namespace cuda_backend;

constexpr RandomKey keys[] = {{7, 0}, {7, 5}, {1, (uint64_t{1} << 32) - 3}, {2, ~uint64_t{0} - 2}};
constexpr int64_t sizes[] = {1, 2, 3, 4, 5, 8, 1001};
constexpr Launch on_cpu{"random", nullptr, nullptr, nullptr, 0, 0};

template <class T>
constexpr DType dtype_of = DType::float32;
template <>
constexpr DType dtype_of<double> = DType::float64;
template <>
constexpr DType dtype_of<Float16> = DType::float16;
template <>
constexpr DType dtype_of<BFloat16> = DType::bfloat16;
template <>
constexpr DType dtype_of<int64_t> = DType::int64;

/// n elements and one behind them, aligned for packs or one element off.
template <class T>
class Elements {
 public:
  Elements(int64_t n, bool packed) : shape_(n), memory_(static_cast<size_t>(n) / 2 + 4), off_(!packed) {
    std::memset(static_cast<void*>(memory_.data()), 0x5a, memory_.size() * sizeof(Pair));
  }
  T* data() { return memory_[0].v + off_; }
  View view() { return {data(), &shape_, &stride_, 1, dtype_of<T>, row_major | dense}; }
  bool same(Elements& other) { return !std::memcmp(data(), other.data(), static_cast<size_t>(shape_ + 1) * sizeof(T)); }

 private:
  struct alignas(16) Pair {
    T v[16 / sizeof(T)];
  };
  int64_t shape_, stride_ = 1;
  std::vector<Pair> memory_;
  int off_;
};

template <class Work>
void run(const Work& work) {
  for (int64_t block = 0; block < work.blocks(); ++block) work(block);
}

template <class T, template <class> class Make, class Slot>
void check_fill(const Slot& slot) {
  using C = typename math::Compute<T>::type;
  constexpr int count = math::random::per_block<T>;
  for (const RandomKey& key : keys) {
    for (int64_t n : sizes) {
      for (bool packed : {true, false}) {
        Elements<T> expected(n, true), got(n, packed);
        ASSERT_EQ(slot.function()(expected.view(), 2, 3, key, on_cpu).code, StatusCode::ok);
        // The slots take low and high, mean and standard deviation; Uniform low and width.
        const C second = __is_same(Make<T>, math::random::Uniform<T>) ? C(1) : C(3);
        run(FillBlock<count, T, Make<T>>{got.data(), n, key, {C(2), second}, packed});
        EXPECT_TRUE(got.same(expected)) << n << " elements, packed " << packed << ", offset " << key.offset;
      }
    }
  }
}

TEST(RandomWork, DrawsTheBitsOfTheCpu) {
  const RandomKernels& cpu_kernels = tenon::detail::kernels.random;
  const auto every = [&]<class T>(T) {
    check_fill<T, math::random::Uniform>(cpu_kernels.uniform);
    check_fill<T, math::random::Normal>(cpu_kernels.normal);
  };
  every(float());
  every(double());
  every(Float16());
  every(BFloat16());
}

TEST(RandomWork, DrawsTheIntegersOfTheCpu) {
  for (const RandomKey& key : keys) {
    for (int64_t n : sizes) {
      for (uint64_t range : {uint64_t{10}, uint64_t{0}, uint64_t{1} << 63}) {
        Elements<int64_t> expected(n, true), got(n, false);
        ASSERT_EQ(tenon::detail::kernels.random.integer.function()(expected.view(), -4, range, key, on_cpu).code,
                  StatusCode::ok);
        run(FillBlock<2, int64_t, math::random::Integer>{got.data(), n, key, {-4, range}, false});
        EXPECT_TRUE(got.same(expected)) << n << " elements, range " << range;
      }
    }
  }
}

TEST(RandomWork, DropsWhatTheCpuDrops) {
  for (const RandomKey& key : keys) {
    for (int64_t n : sizes) {
      for (bool packed : {true, false}) {
        Elements<float> x(n, packed), expected(n, true), got(n, packed);
        for (int64_t i = 0; i < n; ++i) x.data()[i] = static_cast<float>(i + 1);
        ASSERT_EQ(tenon::detail::kernels.random.dropout.function()(expected.view(), x.view(), 0.25, key, on_cpu).code,
                  StatusCode::ok);
        run(DropBlock<float>{got.data(), x.data(), n, key, 1u << 30, static_cast<float>(1 / 0.75), packed});
        EXPECT_TRUE(got.same(expected)) << n << " elements, packed " << packed;
      }
    }
  }
}

// The last block of 2^31 elements and one more: its counter and its place.
TEST(RandomWork, CountsBlocksBeyond32Bits) {
  const int64_t n = (int64_t{1} << 34) + 3;
  const FillBlock<4, float, math::random::Uniform<float>> work{nullptr, n, {1, 2}, {0, 1}, true};
  EXPECT_EQ(work.blocks(), (int64_t{1} << 32) + 1);
  const Words low = words_of({1, 2}, 0), high = words_of({1, 2}, int64_t{1} << 32);
  EXPECT_FALSE(low.a == high.a && low.b == high.b);
  Pack<float, 4> pack{{1, 2, 3, 4}};
  float out[8] = {};
  // So that element n - 3 is out[0]: what lies before it is not there.
  const uintptr_t begin = reinterpret_cast<uintptr_t>(out) - static_cast<uintptr_t>(n - 3) * sizeof(float);
  store_cut<4>(reinterpret_cast<float*>(begin), n - 3, n, pack, true);
  EXPECT_EQ(out[2], 3);
  EXPECT_EQ(out[3], 0);
}

}  // namespace
}  // namespace tenon
