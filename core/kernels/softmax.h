#pragma once
#include "tenon/core/kernels/axis.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// From the output y and its gradient, both row-major.
using SoftmaxGradKernel = Status(const View& dx, const View& dy, const View& y, const AxisLoop&, const Launch&);

struct SoftmaxKernels {
  Slot<AxisKernel> softmax{"softmax", floating}, log_softmax{"log_softmax", floating};
  Slot<SoftmaxGradKernel> softmax_grad{"softmax_grad", floating}, log_softmax_grad{"log_softmax_grad", floating};
};

}  // namespace v0
}  // namespace tenon
