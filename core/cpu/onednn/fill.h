#pragma once
#include "tenon/core/backend.h"

namespace tenon::inline v0 {

namespace detail {
/// Puts the kernels that libraries serve into the CPU's table, which the level's loops have filled: those stay behind
/// them, for what a library does not take and for what is too small to be worth its call.
void fill_onednn(Backend& backend);
}  // namespace detail

namespace onednn {
/// The table as the level's loops filled it.
extern Backend loops;
// One line a family.
void fill_conv(ConvKernels& kernels);
void fill_matmul(MatmulKernels& kernels);
}  // namespace onednn

}  // namespace tenon::inline v0
