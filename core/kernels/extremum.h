#pragma once
#include "tenon/core/kernels/axis.h"
#include "tenon/core/kernels/sum.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Along one axis of `x`: the extreme value, and the int64 position of the first that is equal to it. Row-major; values
/// without data are not written.
using ExtremeKernel = Status(const View& values, const View& indices, const View& x, const AxisLoop&, const Launch&);

/// nan is larger and smaller than everything.
struct ExtremumKernels {
  Slot<ReductionKernel> amax{"amax"}, amin{"amin"}, any{"any", dtypes(bool_)}, all{"all", dtypes(bool_)};
  Slot<ExtremeKernel> max{"max"}, min{"min"}, argmax{"argmax"}, argmin{"argmin"};
};

}  // namespace v0
}  // namespace tenon
