// Internal: turns operands into the Loop that elementwise and reduction kernels take.
#pragma once
#include <span>

#include "tenon/core/array.h"
#include "tenon/core/kernels/loop.h"

namespace tenon::inline v0::detail {

/// Fills `loop` for operands that broadcast to `shape`: outputs first. An operand without data is the immediate. Axes
/// are sorted by the strides of operand `lead`, then by the others'. False when there is no element to visit.
bool make_loop(Loop& loop, std::span<const View> operands, const int64_t* shape, int ndim, int lead = 0);
/// The same for an output and inputs of its shape; null is an immediate of the given dtype. Where all lie in C order,
/// which is most often, there is nothing to sort or merge.
bool make_loop_alike_in_any_order(Loop& loop, const Array& out, std::initializer_list<const Array*> inputs,
                                  DType immediate);
[[gnu::always_inline]] inline bool make_loop_alike(Loop& loop, const Array& out,
                                                   std::initializer_list<const Array*> inputs, DType immediate) {
  uint8_t layout = out.raw().layout;
  loop.data[0] = out.data();
  loop.dtype[0] = out.dtype();
  loop.strides[0][0] = 1;
  int o = 1;
  for (const Array* x : inputs) {
    loop.data[o] = x ? x->data() : nullptr;
    loop.dtype[o] = x ? x->dtype() : immediate;
    loop.strides[o][0] = x ? 1 : 0;
    if (x) layout &= x->raw().layout;
    ++o;
  }
  if (!(layout & row_major)) [[unlikely]]
    return make_loop_alike_in_any_order(loop, out, inputs, immediate);
  loop.operands = o;
  loop.axes = 1;
  loop.shape[0] = out.numel();
  return loop.shape[0] != 0;
}

/// A dense result of the given shape in the stride order of the first input that has it.
Array result_like(std::span<const Array* const> inputs, const Shape& shape, DType dtype, Device device);

}  // namespace tenon::inline v0::detail
