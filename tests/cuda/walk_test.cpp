// Every block and thread of an elementwise launch, on the host: each element is taken once, at the loop's own offsets.
#include "tenon/core/cuda/walk.h"

#include <array>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using cuda_backend::Divider;
using cuda_backend::Walk;

TEST(Walk, DividesAsTheProcessorDoes) {
  const uint32_t most = INT32_MAX;
  std::vector<uint32_t> numbers = {1, 2, 3, 5, 6, 7, 10, 255, 641, 1000003, most / 3, most - 1, most};
  for (int bit = 2; bit < 31; ++bit) {
    for (int off : {-1, 0, 1}) numbers.push_back((1u << bit) + static_cast<uint32_t>(off));
  }
  for (uint32_t size : numbers) {
    const Divider divider(size);
    for (uint32_t n : numbers) {
      const uint64_t times = uint64_t{n / size} * size;
      for (uint64_t m : {uint64_t{n}, times - (times > 0), times, times + size - 1}) {
        if (m > most) continue;
        ASSERT_EQ(divider.quotient(static_cast<uint32_t>(m)), m / size) << m << " / " << size;
      }
    }
  }
}

struct Shaped {
  const char* name;
  std::vector<int64_t> shape;                 // innermost first
  std::vector<std::vector<int64_t>> strides;  // of out, a, b
  bool immediate = false;                     // b is a number
};

alignas(64) unsigned char place[64];

Loop loop_of(const Shaped& s, DType dtype) {
  Loop loop{};
  loop.operands = 3;
  loop.axes = static_cast<int32_t>(s.shape.size());
  for (size_t axis = 0; axis < s.shape.size(); ++axis) loop.shape[axis] = s.shape[axis];
  for (size_t o = 0; o < 3; ++o) {
    loop.data[o] = place;
    loop.dtype[o] = dtype;
    for (size_t axis = 0; axis < s.shape.size(); ++axis) loop.strides[o][axis] = s.strides[o][axis];
  }
  if (s.immediate) loop.data[2] = nullptr;
  return loop;
}

using Offsets = std::array<int64_t, 3>;

/// How often each triple of elements is met.
std::map<Offsets, int> by_loop(const Loop& loop) {
  std::map<Offsets, int> met;
  for (int64_t i = 0; i < loop.numel(); ++i) {
    Offsets at{};
    int64_t rest = i;
    for (int axis = 0; axis < loop.axes; ++axis) {
      for (size_t o = 0; o < 3; ++o) at[o] += loop.data[o] ? rest % loop.shape[axis] * loop.strides[o][axis] : 0;
      rest /= loop.shape[axis];
    }
    ++met[at];
  }
  return met;
}

/// The same by what every thread of the launch does.
std::map<Offsets, int> by_threads(const Loop& loop, int width) {
  using namespace cuda_backend;
  const Walk<3> walk = walk_of<3>(loop, width);
  std::map<Offsets, int> met;
  const auto meet = [&](const int32_t(&at)[3], int32_t i) {
    Offsets element{};
    for (int o = 0; o < 3; ++o) element[static_cast<size_t>(o)] = at[o] + (is_unit(loop, o) && width > 1 ? i : 0);
    ++met[element];
  };
  for (uint32_t block = 0; block < blocks_for(walk.count); ++block) {
    for (uint32_t thread = 0; thread < walk_threads; ++thread) {
      for (uint32_t s = 0; s < walk_steps; ++s) {
        const uint32_t step = step_of(block, thread, s);
        if (step >= walk.count) continue;
        int32_t at[3];
        walk.offsets(step, at);
        for (int32_t i = 0; i < width; ++i) meet(at, i);
      }
      if (width > 1 && block == 0 && thread < walk.tail) {
        meet({0, 0, 0}, static_cast<int32_t>(walk.count * static_cast<uint32_t>(width) + thread));
      }
    }
  }
  return met;
}

const Shaped layouts[] = {
    {"one", {1}, {{1}, {1}, {1}}},
    {"row", {5000}, {{1}, {1}, {1}}},
    {"row with a tail", {5003}, {{1}, {1}, {1}}},
    {"row and number", {5003}, {{1}, {1}, {0}}, true},
    {"row and one element", {1025}, {{1}, {1}, {0}}},
    {"number of rows", {16, 30}, {{1, 16}, {1, 16}, {0, 1}}},
    {"bias", {64, 37}, {{1, 64}, {1, 64}, {1, 0}}},
    {"bias, odd", {63, 37}, {{1, 63}, {1, 63}, {1, 0}}},
    {"transposed", {40, 24}, {{1, 40}, {24, 1}, {1, 40}}},
    {"sliced", {24, 10, 3}, {{1, 24, 240}, {1, 32, 640}, {2, 48, 480}}},
    {"backwards", {24, 10}, {{1, 24}, {-1, 24}, {1, -24}}},
    {"output with gaps", {12, 8}, {{2, 24}, {1, 12}, {1, 12}}},
    {"all axes",
     {2, 3, 2, 3, 2, 3, 2, 3},
     {{1, 2, 6, 12, 36, 72, 216, 432}, {432, 216, 72, 36, 12, 6, 2, 1}, {0, 1, 0, 3, 0, 6, 0, 12}}},
};

TEST(Walk, TakesEveryElementOnce) {
  int wide = 0;
  for (const Shaped& layout : layouts) {
    for (DType dtype : {uint8, bfloat16, float32, float64}) {
      const Loop loop = loop_of(layout, dtype);
      const auto expected = by_loop(loop);
      EXPECT_EQ(by_threads(loop, 1), expected) << layout.name;
      const int width = static_cast<int>(16 / size_of(dtype));
      if (!cuda_backend::can_step(loop, 3, width)) continue;
      ++wide;
      EXPECT_EQ(by_threads(loop, width), expected) << layout.name << ", width " << width;
    }
  }
  EXPECT_GE(wide, 20);
}

TEST(Walk, StepsOnlyWhereEveryStepIsWholeAndAligned) {
  const auto can = [](const Loop& loop) { return cuda_backend::can_step(loop, 3, 4); };
  const Loop row = loop_of(layouts[1], float32), bias = loop_of(layouts[6], float32);
  EXPECT_TRUE(can(row));
  EXPECT_TRUE(can(bias));
  for (const char* name : {"bias, odd", "transposed", "sliced", "backwards", "output with gaps"}) {
    for (const Shaped& layout : layouts) {
      if (layout.name != std::string(name)) continue;
      EXPECT_FALSE(can(loop_of(layout, float32))) << name;
    }
  }
  for (int o = 0; o < 3; ++o) {
    Loop shifted = row;
    shifted.data[o] = place + 4;
    EXPECT_FALSE(can(shifted)) << "operand " << o;
    Loop wider = bias;
    wider.strides[o][1] = 66;
    EXPECT_FALSE(can(wider)) << "operand " << o;
  }
}

/// A loop over memory that is not there.
Loop far_loop(std::vector<int64_t> shape, std::vector<std::vector<int64_t>> strides) {
  Loop loop = loop_of({"", std::move(shape), std::move(strides)}, float16);
  for (int o = 0; o < 3; ++o) loop.data[o] = reinterpret_cast<void*>(uintptr_t{1} << (44 + o));
  return loop;
}

TEST(Walk, CutsWhatThirtyTwoBitsDoNotHold) {
  constexpr int64_t border = int64_t{1} << 31;
  const Loop loops[] = {
      far_loop({border - 1}, {{1}, {1}, {1}}),
      far_loop({border}, {{1}, {1}, {1}}),
      far_loop({3 * border + 5}, {{1}, {1}, {0}}),
      far_loop({1 << 16, 1 << 16}, {{1, 1 << 16}, {1 << 16, 1}, {1, 0}}),
      far_loop({3, 5}, {{1, 3}, {1, 2 * border}, {border, 0}}),
      far_loop({7, 1 << 20, 3000}, {{1, 7, 7 << 20}, {1, 0, 7}, {-1, -7, -(7 << 20)}}),
  };
  for (const Loop& loop : loops) {
    int64_t pieces = 0, elements = 0;
    std::map<uintptr_t, int64_t> first_of_out;
    const Status status = cuda_backend::over_pieces(loop, 3, [&](const Loop& piece) -> Status {
      ++pieces;
      elements += piece.numel();
      EXPECT_TRUE(cuda_backend::is_small(piece, 3));
      EXPECT_TRUE(first_of_out.emplace(reinterpret_cast<uintptr_t>(piece.data[0]), piece.numel()).second);
      // All operands moved alike: the same indices give the offset of each.
      int64_t at =
          static_cast<int64_t>(reinterpret_cast<uintptr_t>(piece.data[0]) - reinterpret_cast<uintptr_t>(loop.data[0])) /
          2;
      int64_t index[Loop::max_axes] = {};
      for (int axis = loop.axes - 1; axis >= 0; --axis) {
        index[axis] = at / loop.strides[0][axis];
        at %= loop.strides[0][axis];
        EXPECT_LE(index[axis] + piece.shape[axis], loop.shape[axis]);
      }
      EXPECT_EQ(at, 0);
      for (int o = 1; o < 3; ++o) {
        int64_t offset = 0;
        for (int axis = 0; axis < loop.axes; ++axis) offset += index[axis] * loop.strides[o][axis];
        EXPECT_EQ(static_cast<char*>(piece.data[o]) - static_cast<char*>(loop.data[o]), 2 * offset);
      }
      return {};
    });
    EXPECT_EQ(status.code, StatusCode::ok);
    EXPECT_EQ(elements, loop.numel());
    EXPECT_EQ(pieces == 1, cuda_backend::is_small(loop, 3));
    EXPECT_LE(pieces, 64);
  }
}

TEST(Walk, EndsAtTheFirstFailure) {
  int calls = 0;
  const Loop loop = far_loop({int64_t{1} << 33}, {{1}, {1}, {1}});
  const Status status = cuda_backend::over_pieces(loop, 3, [&](const Loop&) -> Status {
    return {++calls == 2 ? StatusCode::library : StatusCode::ok, "second"};
  });
  EXPECT_EQ(status.code, StatusCode::library);
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace tenon
