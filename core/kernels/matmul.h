#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// out [b, m, n] = a [b, m, k] times w [b, k, n], plus bias [n] if it has data. Any strides; 0 in the batch repeats.
using MatmulKernel = Status(const View& out, const View& a, const View& b, const View& bias, const Launch&);

struct MatmulKernels {
  Slot<MatmulKernel> matmul{"matmul", numeric};
};

}  // namespace v0
}  // namespace tenon
