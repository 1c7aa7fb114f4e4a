// Internal: what ops on images [n, c, h, w] have in common.
#pragma once
#include "tenon/core/array.h"

namespace tenon::inline v0::detail {

/// Throws ShapeError unless x has four dimensions.
void check_image(const Array& x, const char* op);
/// Uninitialised, channels-last, or row-major where that is the same.
Array empty_image(int64_t n, int64_t c, int64_t h, int64_t w, DType dtype, Device device);
/// x itself if it is channels-last, else a copy that is.
Array as_channels_last(const Array& x);

}  // namespace tenon::inline v0::detail
