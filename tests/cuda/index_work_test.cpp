// Every thread of the index kernels, on the host: each element is read and written once, wherever it lies, and terms of
// one target are added in the order of the indices.
#include "tenon/core/cuda/index_work.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using namespace cuda_backend;
using Numbers = std::vector<int64_t>;

/// Notes what was out of range.
struct Note {
  std::vector<int64_t>* noted;
  void operator()(int64_t index) const { noted->push_back(index); }
};

/// Different numbers.
Numbers counted(int64_t n, int64_t from = 1) {
  Numbers all(static_cast<size_t>(n));
  std::iota(all.begin(), all.end(), from);
  return all;
}
/// Numbers in [-1, size]: some out of range.
Numbers indices(int64_t n, int64_t size, std::mt19937& random) {
  Numbers all;
  for (int64_t k = 0; k < n; ++k) all.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(size + 2)) - 1);
  return all;
}
/// How often indices are out of range.
size_t strangers(const Numbers& index, int64_t size) {
  return static_cast<size_t>(std::count_if(index.begin(), index.end(), [=](int64_t i) { return !in_range(i, size); }));
}

constexpr AxisLoop loops[] = {{1, 1, 1}, {3, 5, 7}, {1, 9, 4}, {6, 2, 1}, {2, 1, 8}};

TEST(IndexWork, SelectsEachElementOnce) {
  std::mt19937 random(1);
  for (const AxisLoop& a : loops) {
    for (int64_t count : {1, 2, 11}) {
      const Numbers x = counted(a.outer * a.n * a.inner), index = indices(count, a.n, random);
      Numbers out(static_cast<size_t>(a.outer * count * a.inner)), expected = out, noted;
      const SelectRows<int64_t, Note> work{
          out.data(), x.data(), index.data(), {LargeDivider(a.inner), LargeDivider(count), a.n}, {&noted}};
      for (int64_t i = 0; i < a.outer * count * a.inner; ++i) work(i);
      for (int64_t o = 0, at = 0; o < a.outer; ++o) {
        for (int64_t j = 0; j < count; ++j) {
          const int64_t from = index[static_cast<size_t>(j)];
          for (int64_t c = 0; c < a.inner; ++c, ++at) {
            if (!in_range(from, a.n)) continue;
            expected[static_cast<size_t>(at)] = x[static_cast<size_t>((o * a.n + from) * a.inner + c)];
          }
        }
      }
      EXPECT_EQ(out, expected);
      EXPECT_EQ(noted.size(), static_cast<size_t>(a.outer) * strangers(index, a.n));
    }
  }
}

TEST(IndexWork, AddsEachTermOnce) {
  std::mt19937 random(2);
  for (const AxisLoop& a : loops) {
    for (int64_t count : {1, 2, 11}) {
      const Numbers source = counted(a.outer * count * a.inner), index = indices(count, a.n, random);
      Numbers out = counted(a.outer * a.n * a.inner, 1000), sorted = out, expected = out, noted, noted_sorted;
      const LargeDivider inner(a.inner);
      const IndexAdd<int64_t, AddAlone, Note> work{
          out.data(), source.data(), index.data(), {inner, LargeDivider(count), a.n}, {&noted}};
      for (int64_t i = 0; i < a.outer * count * a.inner; ++i) work(i);

      Numbers targets(index.size()), positions(index.size());
      const IndexTargets<Note> aims{targets.data(), positions.data(), index.data(), a.n, {&noted_sorted}};
      for (int64_t j = 0; j < count; ++j) aims(j);
      std::stable_sort(positions.begin(), positions.end(), [&](int64_t p, int64_t q) {
        return targets[static_cast<size_t>(p)] < targets[static_cast<size_t>(q)];
      });
      std::sort(targets.begin(), targets.end());
      const IndexAddSorted<int64_t> sums{sorted.data(),
                                         source.data(),
                                         targets.data(),
                                         positions.data(),
                                         LargeDivider(a.outer * a.inner),
                                         inner,
                                         count,
                                         a.n};
      for (int64_t i = 0; i < a.outer * count * a.inner; ++i) sums(i);

      for (int64_t o = 0, at = 0; o < a.outer; ++o) {
        for (int64_t j = 0; j < count; ++j) {
          const int64_t to = index[static_cast<size_t>(j)];
          for (int64_t c = 0; c < a.inner; ++c, ++at) {
            if (!in_range(to, a.n)) continue;
            expected[static_cast<size_t>((o * a.n + to) * a.inner + c)] += source[static_cast<size_t>(at)];
          }
        }
      }
      EXPECT_EQ(out, expected);
      EXPECT_EQ(sorted, expected);
      EXPECT_EQ(noted.size(), static_cast<size_t>(a.outer) * strangers(index, a.n));
      EXPECT_EQ(noted_sorted.size(), strangers(index, a.n));
    }
  }
}

/// A loop over two axes beside one that indices point along, for three operands, dense in the given order of all three.
struct Indexed {
  Loop loop{};
  IndexedAxis axis{};

  /// order[0] is innermost; 2 is the axis. Along it, operand `indexed` has `size` elements, the others `count`.
  Indexed(const int (&order)[3], int64_t n0, int64_t n1, int64_t count, int64_t size, int indexed) {
    const int64_t shape[] = {n0, n1, count};
    loop.operands = 3;
    loop.axes = 2;
    loop.shape[0] = n0;
    loop.shape[1] = n1;
    axis.count = count;
    axis.size = size;
    for (int o = 0; o < 3; ++o) {
      int64_t stride = 1;
      for (int k : order) {
        (k == 2 ? axis.strides[o] : loop.strides[o][k]) = stride;
        stride *= k == 2 && o == indexed ? size : shape[k];
      }
    }
  }
  int64_t at(int operand, int64_t i, int64_t j, int64_t along) const {
    return i * loop.strides[operand][0] + j * loop.strides[operand][1] + along * axis.strides[operand];
  }
};
constexpr int orders[][3] = {{0, 1, 2}, {2, 0, 1}, {0, 2, 1}, {2, 1, 0}};

template <class Check>
void over_indexed(int indexed, const Check& check) {
  for (const auto& order : orders) {
    for (int64_t count : {1, 4}) {
      for (const auto& [n0, n1] : {std::pair<int64_t, int64_t>{5, 3}, {1, 6}, {1, 1}, {7, 1}}) {
        check(Indexed(order, n0, n1, count, 6, indexed));
      }
    }
  }
}

TEST(IndexWork, GathersEachElementOnce) {
  std::mt19937 random(3);
  over_indexed(1, [&](const Indexed& k) {
    const int64_t n0 = k.loop.shape[0], n1 = k.loop.shape[1], total = n0 * n1 * k.axis.count;
    const Numbers x = counted(n0 * n1 * k.axis.size), index = indices(total, k.axis.size, random);
    Numbers out(static_cast<size_t>(total)), expected = out, noted;
    const AlongAxis along(k.loop, k.axis, 1);
    ASSERT_EQ(along.axes.total, total);
    const Gather<int64_t, Note> work{out.data(),  x.data(),          index.data(), along,
                                     k.axis.size, k.axis.strides[1], {&noted}};
    for (int64_t i = 0; i < total; ++i) work(i);
    for (int64_t i = 0; i < n0; ++i) {
      for (int64_t j = 0; j < n1; ++j) {
        for (int64_t c = 0; c < k.axis.count; ++c) {
          const int64_t from = index[static_cast<size_t>(k.at(2, i, j, c))];
          if (!in_range(from, k.axis.size)) continue;
          expected[static_cast<size_t>(k.at(0, i, j, c))] = x[static_cast<size_t>(k.at(1, i, j, from))];
        }
      }
    }
    EXPECT_EQ(out, expected);
    EXPECT_EQ(noted.size(), strangers(index, k.axis.size));
  });
}

TEST(IndexWork, ScattersEachTermOnce) {
  std::mt19937 random(4);
  over_indexed(0, [&](const Indexed& k) {
    const int64_t n0 = k.loop.shape[0], n1 = k.loop.shape[1], total = n0 * n1 * k.axis.count;
    const Numbers source = counted(total), index = indices(total, k.axis.size, random);
    Numbers out = counted(n0 * n1 * k.axis.size, 1000), sorted = out, expected = out, noted, noted_sorted;
    const ScatterAdd<int64_t, AddAlone, Note> work{
        out.data(),  source.data(),     index.data(), AlongAxis(k.loop, k.axis, 0),
        k.axis.size, k.axis.strides[0], {&noted}};
    for (int64_t i = 0; i < total; ++i) work(i);

    LoopAxes<3> axes;
    for (int a = 0; a < 2; ++a)
      axes.add(k.loop.shape[a], k.loop.strides[0][a], k.loop.strides[1][a], k.loop.strides[2][a]);
    const int64_t none = axes.total * k.axis.size;
    const LargeDivider lines(axes.total);
    Numbers targets(static_cast<size_t>(total)), positions(static_cast<size_t>(total));
    const ScatterTargets<Note> aims{targets.data(), positions.data(),  index.data(),   axes, lines, k.axis.size,
                                    none,           k.axis.strides[2], {&noted_sorted}};
    for (int64_t i = 0; i < total; ++i) aims(i);
    std::stable_sort(positions.begin(), positions.end(), [&](int64_t p, int64_t q) {
      return targets[static_cast<size_t>(p)] < targets[static_cast<size_t>(q)];
    });
    std::sort(targets.begin(), targets.end());
    const ScatterSorted<int64_t> sums{
        sorted.data(), source.data(), targets.data(),    positions.data(), axes, lines, LargeDivider(k.axis.size),
        total,         none,          k.axis.strides[0], k.axis.strides[1]};
    for (int64_t i = 0; i < total; ++i) sums(i);

    for (int64_t i = 0; i < n0; ++i) {
      for (int64_t j = 0; j < n1; ++j) {
        for (int64_t c = 0; c < k.axis.count; ++c) {
          const int64_t to = index[static_cast<size_t>(k.at(2, i, j, c))];
          if (!in_range(to, k.axis.size)) continue;
          expected[static_cast<size_t>(k.at(0, i, j, to))] += source[static_cast<size_t>(k.at(1, i, j, c))];
        }
      }
    }
    EXPECT_EQ(out, expected);
    EXPECT_EQ(sorted, expected);
    EXPECT_EQ(noted.size(), strangers(index, k.axis.size));
    EXPECT_EQ(noted_sorted.size(), strangers(index, k.axis.size));
  });
}

// What a float16's sum depends on: the first index's term comes first.
TEST(IndexWork, SortedTermsKeepTheOrderOfTheIndices) {
  Float16 out[] = {Float16(2048.f)};
  const Float16 source[] = {Float16(1.f), Float16(1.f), Float16(-2048.f)};
  const int64_t targets[] = {0, 0, 0}, positions[] = {0, 1, 2};
  const IndexAddSorted<Float16> sums{out, source, targets, positions, LargeDivider(1), LargeDivider(1), 3, 1};
  for (int64_t i = 0; i < 3; ++i) sums(i);
  EXPECT_EQ(static_cast<float>(out[0]), 0.f);  // both ones were lost before 2048 went
}

TEST(IndexWork, UnravelsBeyond32Bits) {
  const int64_t shape[] = {3, int64_t{1} << 31, 5};
  Unravel work{nullptr, nullptr, {}, 3};
  for (int k = 0; k < 3; ++k) work.size[k] = LargeDivider(shape[2 - k]);
  Numbers flat = {0, 4, 5, (int64_t{1} << 31) - 1, int64_t{1} << 31, 3 * 5 * (int64_t{1} << 31) - 1}, out(18);
  work.flat = flat.data();
  work.out = out.data();
  for (int64_t i = 0; i < 6; ++i) work(i);
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ((out[3 * i] * shape[1] + out[3 * i + 1]) * shape[2] + out[3 * i + 2], flat[i]);
    for (size_t k = 0; k < 3; ++k) EXPECT_TRUE(in_range(out[3 * i + k], shape[k]));
  }
}

TEST(IndexWork, PlacesBeyond32Bits) {
  const int64_t inner = 1000, count = 3000000, size = 4;
  const SelectedRows rows{LargeDivider(inner), LargeDivider(count), size};
  for (int64_t i :
       {int64_t{INT32_MAX}, int64_t{INT32_MAX} + 1, inner * count - 1, inner * count, 2 * inner * count + 7}) {
    const SelectedRows::Place p = rows.place(i);
    EXPECT_EQ((p.outer * count + p.j) * inner + p.column, i);
    EXPECT_TRUE(in_range(p.j, count) && in_range(p.column, inner));
    EXPECT_EQ(rows.at(p, 3), (p.outer * size + 3) * inner + p.column);
  }
}

}  // namespace
}  // namespace tenon
