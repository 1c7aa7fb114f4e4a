#pragma once
#include "tenon/core/kernels/fused.h"
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// out [b, m, n] = activation(a [b, m, k] times w [b, k, n], plus bias [n] if it has data). `out` is row-major. One of
/// the last two strides of `a` and `w` is 1, and rows (or columns) do not overlap; 0 in the batch repeats. k may be 0.
using MatmulKernel = Status(const View& out, const View& a, const View& w, const View& bias, Activation, const Launch&);

struct MatmulKernels {
  Slot<MatmulKernel> matmul{"matmul", numeric}, linear{"linear", floating};
};

}  // namespace v0
}  // namespace tenon
