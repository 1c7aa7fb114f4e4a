#pragma once
#include "tenon/core/kernels/fused.h"
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// out [o, b, m, n] = activation(a [o, b, m, k] times w [o, b, k, n], plus bias [n] if it has data). One of the last
/// two strides of `a` and `w` is 1, and rows (or columns) do not overlap; 0 in the batch repeats. The last stride of
/// `out` is 1; of a `linear` it is row-major, but rows may lie apart on the CPU. k may be 0.
using MatmulKernel = Status(const View& out, const View& a, const View& w, const View& bias, Activation, const Launch&);

struct MatmulKernels {
  Slot<MatmulKernel> matmul{"matmul", numeric}, linear{"linear", floating};
};

}  // namespace v0
}  // namespace tenon
