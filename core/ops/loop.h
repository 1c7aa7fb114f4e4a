// Internal: turns operands into the Loop that elementwise and reduction kernels take.
#pragma once
#include <span>

#include "tenon/core/array.h"
#include "tenon/core/kernels/loop.h"

namespace tenon::inline v0::detail {

/// Fills `loop` for operands that broadcast to `shape`: outputs first. An operand without data is the immediate. Axes
/// are sorted by the strides of operand `lead`, then by the others'. False when there is no element to visit.
bool make_loop(Loop& loop, std::span<const View> operands, const int64_t* shape, int ndim, int lead = 0);
/// The same for operands of one shape; null is an immediate of the given dtype.
bool make_loop_alike(Loop& loop, std::span<const Array* const> operands, DType immediate);

/// A dense result of the given shape in the stride order of the first input that has it.
Array result_like(std::span<const Array* const> inputs, const Shape& shape, DType dtype, Device device);

}  // namespace tenon::inline v0::detail
