// Internal: what ops on images [n, c, h, w] have in common.
#pragma once
#include "tenon/core/array.h"
#include "tenon/core/options.h"

namespace tenon::inline v0::detail {

/// The most that a kernel, stride, padding or dilation may be: what is computed from them fits.
inline constexpr int64_t most_places = int64_t{1} << 30;

/// Throws ValueError for a part of a window (`what`: kernel, stride, padding, dilation) that is below `least` or too
/// large: `conv2d: expected a stride of at least 1, got 0 x 2`.
void check_window(Pair value, int64_t least, const char* what, const char* op);
/// How many places a window has along one axis, 0 where it does not fit; `ceil`: the last may reach beyond the padding.
inline int64_t places(int64_t size, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
                      bool ceil = false) {
  const int64_t room = size + 2 * padding - dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : (room + (ceil ? stride - 1 : 0)) / stride + 1;
}
/// Throws ShapeError unless x has four dimensions.
void check_image(const Array& x, const char* op);
/// Uninitialised, channels-last, or row-major where that is the same.
Array empty_image(int64_t n, int64_t c, int64_t h, int64_t w, DType dtype, Device device);
/// Height and width of an image, a weight or a plane's gradient, whose shape this is.
inline Pair extent(const Shape& shape) { return {shape[2], shape[3]}; }
/// x in one of the layouts that kernels read: channels-last stays, all else becomes row-major.
Array as_image(const Array& x);
/// x in the layout of `like`, which is one of these.
Array laid_out_as(const Array& like, const Array& x);
/// x itself if it is channels-last, else a copy that is.
Array as_channels_last(const Array& x);

}  // namespace tenon::inline v0::detail
