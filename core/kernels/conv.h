#pragma once
#include "tenon/core/kernels/fused.h"
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// How a window moves over height and width.
struct ConvGeometry {
  int64_t stride[2], padding[2], dilation[2];
  int64_t groups;
};

// Images are channels-last: x [n, c, h, w], y and dy [n, o, oh, ow]. Weights are row-major: [o, c / groups, kh, kw].

/// y = activation(x * weight, plus bias [o] if it has data).
using ConvKernel = Status(const View& y, const View& x, const View& weight, const View& bias, const ConvGeometry&,
                          Activation, const Launch&);
using ConvInputGradKernel = Status(const View& dx, const View& dy, const View& weight, const ConvGeometry&,
                                   const Launch&);
using ConvWeightGradKernel = Status(const View& dweight, const View& dy, const View& x, const ConvGeometry&,
                                    const Launch&);

struct ConvKernels {
  Slot<ConvKernel> conv2d{"conv2d", floating};
  Slot<ConvInputGradKernel> input_grad{"conv2d_input_grad", floating};
  Slot<ConvWeightGradKernel> weight_grad{"conv2d_weight_grad", floating};
};

}  // namespace v0
}  // namespace tenon
