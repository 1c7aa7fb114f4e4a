// Internal: what ops on images [n, c, h, w] have in common.
#pragma once
#include "tenon/core/array.h"
#include "tenon/core/options.h"

namespace tenon::inline v0::detail {

/// The most that a kernel, stride, padding or dilation may be: what is computed from them fits.
inline constexpr int64_t most_places = int64_t{1} << 30;

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
