#pragma once
#include "tenon/core/kernels/axis.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// h[i] = a[i] * h[i - 1] + b[i] along the axis, from h[-1] = 0. All row-major, of one shape.
using LinearScanKernel = Status(const View& h, const View& a, const View& b, const AxisLoop&, const Launch&);

struct ScanKernels {
  Slot<AxisKernel> cumsum{"cumsum", floating | dtypes(int64)}, cumprod{"cumprod", floating | dtypes(int64)};
  Slot<LinearScanKernel> linear_scan{"linear_scan", floating};
};

}  // namespace v0
}  // namespace tenon
