#include "tenon/data/transform.h"

#include <limits>
#include <numeric>

#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/join.h"
#include "tenon/core/ops/layout.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

namespace {

using data::Draw;
using data::Interpolation;

/// [4, 5, 2]
Array picture() {
  return from_values({4, 5, 2},
                     {37,  254, 235, 101, 140, 146, 72, 212, 255, 139, 137, 252, 203, 234, 133, 156, 79,  157, 192, 142,
                      144, 50,  129, 68,  204, 215, 71, 215, 237, 233, 252, 241, 134, 247, 25,  222, 178, 96,  20,  86},
                     float32);
}

void expect_near(const Array& x, const Shape& shape, const std::vector<double>& expected, double tolerance) {
  EXPECT_EQ(x.shape(), shape);
  const std::vector<double> actual = values(x);
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], tolerance) << i;
}

}  // namespace

// The expected values are those of PyTorch 2.13, torch.nn.functional.interpolate on the same picture.
TEST(Resize, Smaller) {
  expect_near(data::resize(picture(), {.size = {2, 3}, .antialias = false}), {2, 3, 2},
              {131.0, 224.5, 136.5, 151.0, 174.1666, 155.1667, 175.8333, 149.5, 114.5, 218.5, 127.1667, 158.1667},
              2e-4);
  expect_near(data::resize(picture(), {.size = {2, 3}}), {2, 3, 2},
              {142.7143, 193.6939, 143.6349, 165.0, 160.8979, 168.7755, 168.898, 164.0204, 122.7936, 188.4603, 129.1837,
               156.449},
              2e-4);
  expect_near(data::resize(picture(), {.size = {2, 3}, .mode = Interpolation::nearest}), {2, 3, 2},
              {37, 254, 235, 101, 72, 212, 144, 50, 129, 68, 71, 215}, 0);
}

TEST(Resize, Larger) {
  const std::vector<double> bilinear{
      37.0,  254.0, 185.5,   139.25,  179.5833, 127.25,   111.6667, 173.5,    117.75,  193.75,  255.0, 139.0,
      107.0, 252.6, 186.2,   208.725, 167.3917, 170.125,  110.85,   161.5417, 110.4,   165.4,   210.9, 141.1,
      140.5, 151.0, 159.625, 151.0,   167.4583, 171.125,  129.5417, 185.7083, 109.875, 186.375, 214.5, 187.5,
      176.4, 107.3, 141.975, 118.1,   142.05,   177.35,   130.6333, 201.35,   120.3,   181.7,   171.9, 188.9,
      252.0, 241.0, 163.5,   245.5,   70.4167,  232.4167, 88.75,    169.5,    138.5,   93.5,    20.0,  86.0};
  expect_near(data::resize(picture(), {.size = {5, 6}, .antialias = false}), {5, 6, 2}, bilinear, 2e-4);
  expect_near(data::resize(picture(), {.size = {5, 6}}), {5, 6, 2}, bilinear, 2e-4);
  const Array row = arange(26).to(float32).reshape({1, 26, 1});
  const Array wide = data::resize(row, {.size = {1, 22}, .mode = Interpolation::nearest});
  EXPECT_EQ(values(wide)[11], 12) << "11 * (26 / 22) is 13 in float64, and less in float32";
}

TEST(Resize, BytesAreRounded) {
  const Array bytes = picture().to(uint8);
  const Array small = data::resize(bytes, {.size = {2, 3}, .antialias = false});
  EXPECT_EQ(small.dtype(), uint8);
  EXPECT_EQ(values(small), (std::vector<double>{131, 224, 136, 151, 174, 155, 176, 150, 114, 218, 127, 158}));
  EXPECT_EQ(values(data::resize(bytes, {.size = {4, 5}})), values(bytes));
}

TEST(Resize, Refuses) {
  expect_error<ShapeError>(
      [] {
        data::resize(zeros({2, 2}), {.size = 2});
      },
      "resize: expected an image [height, width, channels], got [2, 2]");
  expect_error<DTypeError>(
      [] {
        data::resize(zeros({2, 2, 1}, int64), {.size = 2});
      },
      "resize: expected uint8 or float32, got int64");
  expect_error<ValueError>(
      [] {
        data::resize(zeros({2, 2, 1}), {.size = {0, 2}});
      },
      "resize: size must be positive, got [0, 2]");
  expect_error<ShapeError>(
      [] {
        data::resize(zeros({0, 2, 1}), {.size = 2});
      },
      "resize: the image is empty: [0, 2, 1]");
}

TEST(Transform, SwapChannels) {
  const Array rgb = from_values({1, 2, 3}, {1, 2, 3, 4, 5, 6}, uint8);
  const Array bgr = data::swap_channels(rgb);
  EXPECT_EQ(values(bgr), (std::vector<double>{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(values(data::swap_channels(bgr)), values(rgb));
  EXPECT_EQ(values(rgb)[0], 1);
  EXPECT_EQ(values(data::swap_channels(from_values({1, 1, 4}, {1, 2, 3, 4}, float32))),
            (std::vector<double>{3, 2, 1, 4}));
  expect_error<ShapeError>(
      [] {
        data::swap_channels(zeros({2, 2, 1}));
      },
      "swap_channels: expected 3 or 4 channels, got 1");
}

TEST(Transform, CropIsAView) {
  const Array image = picture();
  const Array part = data::crop(image, 1, 2, {2, 3});
  EXPECT_EQ(part.shape(), Shape({2, 3, 2}));
  EXPECT_EQ(part.data(), static_cast<char*>(image.data()) + (1 * 5 + 2) * 2 * sizeof(float));
  EXPECT_EQ(data::center_crop(image, {2, 3}).data(), data::crop(image, 1, 1, {2, 3}).data());
  expect_error<IndexError>(
      [&] {
        data::crop(image, 3, 0, {2, 2});
      },
      "crop: 2 x 2 from (3, 0) leaves the image of 4 x 5");
  expect_error<IndexError>([&] { data::center_crop(image, 6); }, "crop: 6 x 6 from (-1, 0) leaves the image of 4 x 5");
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  expect_error<IndexError>(
      [&] {
        data::crop(image, most, 0, {2, 2});
      },
      "crop: 2 x 2 from (9223372036854775807, 0) leaves the image of 4 x 5");
  expect_error<IndexError>(
      [&] {
        data::crop(image, 1, 0, {most, 2});
      },
      "crop: 9223372036854775807 x 2 from (1, 0) leaves the image of 4 x 5");
}

TEST(Transform, RandomOnesDependOnTheDrawOnly) {
  const Array image = picture();
  std::vector<const void*> corners;
  int flipped = 0;
  for (int64_t index = 0; index < 100; ++index) {
    data::Draw draw(1, 2, index), again(1, 2, index);
    const Array part = data::random_crop(image, 2, 0, draw);
    EXPECT_EQ(part.data(), data::random_crop(image, 2, 0, again).data());
    corners.push_back(part.data());
    const Array mirrored = data::random_flip(image, 0.25, draw);
    flipped += values(mirrored)[0] == 255;
    EXPECT_EQ(values(mirrored)[0], values(data::random_flip(image, 0.25, again))[0]);
  }
  std::sort(corners.begin(), corners.end());
  EXPECT_EQ(std::unique(corners.begin(), corners.end()) - corners.begin(), 3 * 4) << "every place comes up";
  EXPECT_NEAR(flipped, 25, 15);
  data::Draw draw;
  EXPECT_EQ(values(data::random_flip(image, 1, draw).select(0, 0)),
            (std::vector<double>{255, 139, 72, 212, 140, 146, 235, 101, 37, 254}));
  const Array padded = data::random_crop(ones({1, 1, 1}), 3, 1, draw);
  EXPECT_EQ(values(padded), (std::vector<double>{0, 0, 0, 0, 1, 0, 0, 0, 0}));
  expect_error<IndexError>([&] { data::random_crop(image, 9, 1, draw); },
                           "random_crop: 9 x 9 is larger than the image of 6 x 7");
}

TEST(Transform, ABatchOnADeviceIsWhatItsImagesAreOneByOne) {
  constexpr int64_t count = 40;
  for (const DType dtype : {uint8, float32}) {
    const Array images = arange(count * 5 * 6 * 3).to(uint8).reshape({count, 5, 6, 3}).to(dtype);
    for (const Device device : {cpu, fake()}) {
      const auto one_by_one = [&](auto f) {
        std::vector<Array> all;
        for (int64_t i = 0; i < count; ++i) {
          Draw draw(3, 1, i);
          all.push_back(f(images.select(0, i), draw));
        }
        return stack(all, 0);
      };
      const auto together = [&](auto f) {
        std::vector<Draw> draws;
        for (int64_t i = 0; i < count; ++i) draws.emplace_back(3, 1, i);
        const Array all = f(images.to(device), std::span(draws));
        EXPECT_EQ(all.device(), device);
        EXPECT_EQ(all.dtype(), dtype);
        return all.cpu();
      };
      for (const auto& [size, padding] : {std::pair<Pair, int64_t>{{5, 6}, 2}, {{3, 4}, 0}, {{8, 9}, 3}}) {
        const Array expected = one_by_one([&](const Array& x, Draw& draw) {
          return data::random_flip(data::random_crop(x, size, padding, draw), 0.5, draw);
        });
        const Array batch = together([&](const Array& x, std::span<Draw> draws) {
          return data::random_flip_batch(data::random_crop_batch(x, size, padding, draws), 0.5, draws);
        });
        EXPECT_TRUE(all(expected == batch).item<bool>());
      }
      const Array middles = one_by_one([](const Array& x, Draw&) { return data::center_crop(x, {3, 2}); });
      const Array batch = together([](const Array& x, std::span<Draw>) { return data::center_crop_batch(x, {3, 2}); });
      EXPECT_TRUE(all(middles == batch).item<bool>());
    }
  }
  std::vector<Draw> draws(2);
  const Array images = zeros({2, 4, 5, 1});
  expect_error<IndexError>([&] { data::random_crop_batch(images, 9, 1, draws); },
                           "random_crop: 9 x 9 is larger than the image of 6 x 7");
  expect_error<ShapeError>([&] { data::random_flip_batch(images.select(0, 0), 0.5, draws); },
                           "random_flip: expected images [N, height, width, channels], got [4, 5, 1]");
  expect_error<ShapeError>(
      [&] {
        data::random_flip_batch(zeros({3, 4, 5, 1}), 0.5, draws);
      },
      "random_flip: 3 images, but 2 draws");
  expect_error<DTypeError>([&] { data::center_crop_batch(images.to(int64), 2); },
                           "center_crop: expected uint8 or float32, got int64");
}

TEST(Transform, ToCHW) {
  const Array bytes = from_values({1, 2, 3}, {0, 51, 255, 102, 153, 204}, uint8);
  const Array chw = data::to_chw(bytes);
  EXPECT_EQ(chw.shape(), Shape({3, 1, 2}));
  EXPECT_EQ(chw.dtype(), float32);
  expect_near(chw, {3, 1, 2}, {0, 0.4, 0.2, 0.6, 1, 0.8}, 1e-7);
  EXPECT_EQ(values(data::to_chw(unsqueeze(bytes, 0))), values(chw));
  EXPECT_EQ(values(data::to_chw(from_values({1, 1, 2}, {7, 300}, float32))), (std::vector<double>{7, 300}));
  expect_error<ShapeError>(
      [] {
        data::to_chw(zeros({2, 2}));
      },
      "to_chw: expected images [..., height, width, channels], got [2, 2]");
  expect_error<DTypeError>(
      [] {
        data::to_chw(zeros({2, 2, 3}, float64));
      },
      "to_chw: expected uint8 or float32, got float64");
}

TEST(Transform, Normalize) {
  const Array x = from_values({2, 1, 2}, {1, 2, 3, 4}, float32);
  EXPECT_EQ(values(data::normalize(x, {1, 2}, {2, 4})), (std::vector<double>{0, 0.5, 0.25, 0.5}));
  EXPECT_EQ(values(data::normalize(x, {1}, {2})), (std::vector<double>{0, 0.5, 1, 1.5}));
  EXPECT_EQ(data::normalize(unsqueeze(x, 0), {1, 2}, {2, 4}).shape(), Shape({1, 2, 1, 2}));
  const Array table = from_values({2, 2}, {1, 2, 3, 4}, float32);
  EXPECT_EQ(values(data::normalize(table, {1, 2}, {2, 4})), (std::vector<double>{0, 0, 1, 0.5}));
  EXPECT_EQ(values(data::normalize(table.select(0, 1), {1, 2}, {2, 4})), (std::vector<double>{1, 0.5}));
  expect_error<ShapeError>([&] { data::normalize(x, {1, 2, 3}, {1}); }, "normalize: 3 values of mean for 2 channels");
  expect_error<ShapeError>(
      [&] {
        data::normalize(table, {1}, {1, 2, 3});
      },
      "normalize: 3 values of std for 2 features");
  expect_error<ShapeError>([&] { data::normalize(zeros({}), {1}, {1}); },
                           "normalize: expected [..., channels, height, width] or [..., features], got []");
  expect_error<ValueError>([&] { data::normalize(x, {1}, {0}); }, "normalize: std must be positive, got 0");
}

}  // namespace tenon::testing
