#include "tenon/core/ops/images.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0::detail {

void check_window(Pair value, int64_t least, const char* what, const char* op) {
  TENON_CHECK(value.h >= least && value.w >= least, ValueError, op, ": expected a ", what, " of at least ", least,
              ", got ", value.h, " x ", value.w);
  TENON_CHECK(value.h <= most_places && value.w <= most_places, ValueError, op, ": a ", what, " of at most ",
              most_places, " is possible, got ", value.h, " x ", value.w);
}

void check_image(const Array& x, const char* op) {
  TENON_CHECK(x.defined(), ValueError, op, ": the input is not defined");
  TENON_CHECK(x.ndim() == 4, ShapeError, op, ": expected an input [n, c, h, w], got ", x.shape());
}

Array empty_image(int64_t n, int64_t c, int64_t h, int64_t w, DType dtype, Device device) {
  const int64_t shape[] = {n, c, h, w}, strides[] = {h * w * c, 1, w * c, c};
  return c > 1 ? empty_strided(shape, strides, 4, dtype, device) : empty(shape, 4, dtype, device);
}

Array as_image(const Array& x) { return x.raw().layout & channels_last ? x : contiguous(x); }

Array laid_out_as(const Array& like, const Array& x) {
  return like.raw().layout & channels_last ? as_channels_last(x) : contiguous(x);
}

Array as_channels_last(const Array& x) {
  const View v = x.raw();
  if (v.layout & channels_last) return x;
  const Array image = empty_image(v.shape[0], v.shape[1], v.shape[2], v.shape[3], v.dtype, x.device());
  copy_(image, x);
  return image;
}

}  // namespace tenon::inline v0::detail
