#include "tenon/core/ops/reduce.h"

#include <utility>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0::detail {

Shape reduced_shape(const Shape& shape, uint32_t mask, bool keepdim) {
  Shape result;
  for (int i = 0; i < shape.ndim(); ++i) {
    if (!(mask >> i & 1)) {
      result.push_back(shape[i]);
    } else if (keepdim) {
      result.push_back(1);
    }
  }
  return result;
}

ReductionPlan::ReductionPlan(const char* op, DTypes accepted, const Array& x, const Axes& axes, bool keepdim,
                             DType result, double empty_value) {
  TENON_CHECK(x.defined(), ValueError, op, ": the input is not defined");
  if (!contains(accepted, x.dtype())) throw_wrong_dtype(op, x.dtype(), accepted);
  const View v = x.raw();
  const uint32_t mask = axes.mask(v.ndim, op);
  const bool everything = mask + 1 == 1u << v.ndim;
  const Shape shape = everything && !keepdim ? Shape() : reduced_shape(x.shape(), mask, keepdim);
  const int64_t elements = v.numel();
  if (elements == 0) {
    out = full(shape, empty_value, result, x.device());
    return;
  }
  out = empty(shape.begin(), shape.ndim(), result, x.device());
  if (everything && v.layout & dense) {  // in the order of memory
    count = elements;
    loop.operands = 2;
    loop.axes = 1;
    loop.shape[0] = count;
    const View operands[] = {out.raw(), v};
    for (int o = 0; o < 2; ++o) {
      loop.strides[o][0] = o;
      loop.data[o] = operands[o].data;
      loop.dtype[o] = operands[o].dtype;
    }
    return;
  }
  const View o = out.raw();
  int64_t strides[max_ndim];
  for (int i = 0, k = 0; i < v.ndim; ++i) {
    const bool reduced = mask >> i & 1;
    strides[i] = reduced ? 0 : o.strides[k];
    if (reduced) count *= v.shape[i];
    k += !reduced || keepdim;
  }
  const View spread{o.data, v.shape, strides, v.ndim, result, 0};
  const View operands[] = {spread, v};
  make_loop(loop, operands, v.shape, v.ndim, 1);
}

Array reduce_or_copy(const ElementwiseSlot& slot, const Array& x, const Axes& axes, bool keepdim, double empty_value) {
  ReductionPlan plan(slot.name(), slot.accepted(), x, axes, keepdim, x.dtype(), empty_value);
  if (x.numel() > 0) run(plan.count == 1 ? kernels.layout.copy : slot, x.device(), x.dtype(), plan.loop);
  return std::move(plan.out);
}

}  // namespace tenon::inline v0::detail
