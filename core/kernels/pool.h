#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// How a window moves over height and width.
struct PoolGeometry {
  int64_t kernel[2], stride[2], padding[2], dilation[2];
};
/// The windows of a mean. Adaptive ones cover output i of n by [i h / n, (i + 1) h / n), rounded outwards; of the
/// others the geometry is read, without dilation, and padding counts as elements or not.
struct MeanWindows {
  bool adaptive, count_padding;
  PoolGeometry geometry;
};

// All views are images of four dimensions, either all row-major or all channels-last.

/// y [n, c, oh, ow], and, if it has data, where each maximum was: index (int32) = row * width + column of x, -1 where a
/// window holds padding alone.
using MaxPoolKernel = Status(const View& y, const View& index, const View& x, const PoolGeometry&, const Launch&);
/// dx: the sum of dy over the windows whose maximum was there.
using MaxPoolGradKernel = Status(const View& dx, const View& dy, const View& index, const PoolGeometry&, const Launch&);
/// y = x at index, 0 where that is -1. One beyond x's plane is reported by data_fault and skipped.
using MaxPoolPickKernel = Status(const View& y, const View& x, const View& index, const Launch&);
/// y, or dx from dy.
using MeanPoolKernel = Status(const View& out, const View& in, const MeanWindows&, const Launch&);

struct PoolKernels {
  Slot<MaxPoolKernel> max{"max_pool2d", floating};
  Slot<MaxPoolGradKernel> max_grad{"max_pool2d_grad", floating};
  Slot<MaxPoolPickKernel> max_pick{"max_pool2d_pick", floating};
  Slot<MeanPoolKernel> mean{"avg_pool2d", floating}, mean_grad{"avg_pool2d_grad", floating};
};

}  // namespace v0
}  // namespace tenon
