#include "tenon/core/ops/reduce.h"

#include "tenon/core/check.h"
#include "tenon/core/geometry.h"
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

Array reduce(const ElementwiseSlot& slot, const Array& x, const Axes& axes, bool keepdim, DType result,
             Scalar empty_value) {
  TENON_CHECK(x.defined(), ValueError, slot.name(), ": the input is not defined");
  const View v = x.raw();
  const uint32_t mask = axes.mask(v.ndim, slot.name());
  const Shape shape = reduced_shape(x.shape(), mask, keepdim);
  if (v.numel() == 0) return full(shape, empty_value, result, x.device());
  Array out = empty(shape.begin(), shape.ndim(), result, x.device());
  const View o = out.raw();
  int64_t strides[max_ndim];
  for (int i = 0, k = 0; i < v.ndim; ++i) {
    const bool reduced = mask >> i & 1;
    strides[i] = reduced ? 0 : o.strides[k];
    k += !reduced || keepdim;
  }
  const View spread{o.data, v.shape, strides, v.ndim, result, 0};
  const View operands[] = {spread, v};
  Loop loop;
  if (make_loop(loop, operands, v.shape, v.ndim, 1)) run(slot, x.device(), v.dtype, loop);
  return out;
}

}  // namespace tenon::inline v0::detail
