#include "tenon/core/cuda/crop_pixels.h"
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/triangle.h"

namespace tenon::inline v0::cuda_backend {

namespace {

template <bool upper>
Status triangle(const View& out, const View& x, const TriangleOptions& options, const Launch& launch) {
  const OnDevice on(launch);
  return by_bytes(x.dtype, [&]<class T>(Type<T>) {
    constexpr int width = pack_of(sizeof(T));
    const int64_t total = options.batch * options.rows * options.columns;
    const LargeDivider columns(options.columns), rows(options.rows);
    T* to = out.as<T>();
    const T* from = x.as<T>();
    if (options.columns % width == 0 && aligned_for_packs(to, from)) {
      return each(total / width, Triangle<upper, T, width>{to, from, columns, rows, options.diagonal}, launch);
    }
    return each(total, Triangle<upper, T, 1>{to, from, columns, rows, options.diagonal}, launch);
  });
}

Status crop_flip(const View& out, const View& x, const View& places, const Launch& launch) {
  const OnDevice on(launch);
  return by_bytes(x.dtype, [&]<class T>(Type<T>) { return each(out.numel(), CropPixels<T>(out, x, places), launch); });
}

}  // namespace

void fill_arrange(Backend& backend) {
  backend.arrange.tril = triangle<false>;
  backend.arrange.triu = triangle<true>;
  backend.arrange.crop_flip = crop_flip;
}

}  // namespace tenon::inline v0::cuda_backend
