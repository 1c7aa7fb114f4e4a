#include "tenon/core/ops/create.h"

#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0 {

using detail::kernels;

Array full(const Shape& shape, Scalar value) {
  return full(shape, value, value.dtype() == float64 ? float32 : value.dtype());
}

Array full(const Shape& shape, Scalar value, DType dtype, Device device) {
  Array out = empty(shape, dtype, device);
  const View number{nullptr, nullptr, nullptr, 0, dtype, 0};
  const View operands[] = {out.raw(), number};
  Loop loop;
  detail::put_scalar(value, dtype, loop.immediate);
  if (detail::make_loop(loop, operands, operands[0].shape, operands[0].ndim)) {
    detail::run(kernels.layout.copy, device, dtype, loop);
  }
  return out;
}

Array zeros(const Shape& shape, DType dtype, Device device) { return full(shape, 0, dtype, device); }
Array ones(const Shape& shape, DType dtype, Device device) { return full(shape, 1, dtype, device); }

Array full_like(const Array& x, Scalar value) { return full(x.shape(), value, x.dtype(), x.device()); }
Array zeros_like(const Array& x) { return full_like(x, 0); }
Array ones_like(const Array& x) { return full_like(x, 1); }

}  // namespace tenon::inline v0
