// Every element of a cropped and mirrored batch, on the host.
#include "tenon/core/cuda/crop_pixels.h"

#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using namespace cuda_backend;

constexpr int64_t count = 7, height = 4, width = 5, channels = 3;

/// Where an element of x lies; strides as given.
struct Images {
  int64_t shape[4] = {count, height, width, channels};
  int64_t strides[4];
  std::vector<uint16_t> data = std::vector<uint16_t>(count * height * width * channels);

  explicit Images(std::initializer_list<int64_t> s) {
    std::copy(s.begin(), s.end(), strides);
    for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<uint16_t>(i + 1);
  }
  uint16_t at(int64_t n, int64_t row, int64_t column, int64_t c) const {
    if (row < 0 || row >= height || column < 0 || column >= width) return 0;
    return data[static_cast<size_t>(n * strides[0] + row * strides[1] + column * strides[2] + c * strides[3])];
  }
};

View view_of(const void* data, const int64_t* shape, const int64_t* strides, DType dtype) {
  return {const_cast<void*>(data), shape, strides, 4, dtype, 0};
}

TEST(CropPixels, EveryElementComesFromItsPlace) {
  const std::vector<int64_t> places = {0, 0, 0, 0, 0,   1, -2, -1,        1,         3, 4,
                                       0, 1, 2, 1, 100, 0, 0,  INT64_MAX, INT64_MIN, 1};
  for (const Images& x : {Images({60, 15, 3, 1}), Images({60, 5, 1, 20})}) {
    for (const auto& [h, w] : {std::pair<int64_t, int64_t>{4, 5}, {3, 2}, {6, 9}, {1, 1}}) {
      const int64_t shape[4] = {count, h, w, channels}, none[4] = {};
      std::vector<uint16_t> out(static_cast<size_t>(count * h * w * channels), 0xffff);
      const CropPixels<uint16_t> crop(view_of(out.data(), shape, none, float16),
                                      view_of(x.data.data(), x.shape, x.strides, float16),
                                      view_of(places.data(), none, none, int64));
      for (int64_t e = 0; e < static_cast<int64_t>(out.size()); ++e) crop(e);
      size_t e = 0;
      for (int64_t n = 0; n < count; ++n) {
        const int64_t* place = &places[static_cast<size_t>(3 * n)];
        const bool far = place[0] > height;
        for (int64_t i = 0; i < h; ++i) {
          for (int64_t j = 0; j < w; ++j) {
            for (int64_t c = 0; c < channels; ++c, ++e) {
              const int64_t column = far ? 0 : place[1] + (place[2] ? w - 1 - j : j);
              ASSERT_EQ(out[e], far ? 0 : x.at(n, place[0] + i, column, c)) << n << " " << i << " " << j << " " << c;
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace tenon
