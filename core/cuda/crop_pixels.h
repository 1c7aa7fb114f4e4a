// What cropping and mirroring a batch of images does for one element of the result. Host and device: a test walks it
// without a GPU.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/kernels/view.h"

namespace tenon::inline v0::cuda_backend {

/// Element e of out, row-major [N, h, w, C]. T has the elements' size. x has any strides.
template <class T>
struct CropPixels {
  T* out;
  const T* x;
  const int64_t* places;  ///< for each image: row, column, whether it is mirrored
  LargeDivider rows, columns, channels;
  int64_t height, width;  ///< of x
  int64_t strides[4];

  CropPixels(const View& to, const View& from, const View& where)
      : out(to.as<T>()),
        x(from.as<const T>()),
        places(where.as<const int64_t>()),
        rows(to.shape[1]),
        columns(to.shape[2]),
        channels(to.shape[3]),
        height(from.shape[1]),
        width(from.shape[2]),
        strides{from.strides[0], from.strides[1], from.strides[2], from.strides[3]} {}

  TENON_INLINE void operator()(int64_t e) const {
    const int64_t pixel = channels.quotient(e), line = columns.quotient(pixel), n = rows.quotient(line);
    const int64_t channel = e - pixel * channels.divisor(), j = pixel - line * columns.divisor();
    const int64_t* place = places + 3 * n;
    const int64_t row = sum(place[0], line - n * rows.divisor());
    const int64_t column = sum(place[1], place[2] ? columns.divisor() - 1 - j : j);
    const bool inside = row >= 0 && row < height && column >= 0 && column < width;
    out[e] = inside ? x[n * strides[0] + row * strides[1] + column * strides[2] + channel * strides[3]] : T(0);
  }

 private:
  /// Places may be any numbers: a sum that overflows is negative, and so outside.
  TENON_INLINE static int64_t sum(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  }
};

}  // namespace tenon::inline v0::cuda_backend
