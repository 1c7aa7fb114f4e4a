#include "tenon/core/ops/matmul.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

/// [batch..., rows, columns] as [batch, rows, columns], without a copy where the strides allow it.
Array as_batch(const Array& x) {
  if (x.ndim() == 3) return x;
  if (x.ndim() == 2) return unsqueeze(x, 0);
  return flatten(x, 0, -3);
}

}  // namespace

Array matmul(const Array& a0, const Array& b0) {
  const Device device = detail::common_device("matmul", {&a0, &b0});
  TENON_CHECK(a0.ndim() > 0 && b0.ndim() > 0, ShapeError, "matmul: expected at least 1 dimension: a is ", a0.shape(),
              ", b is ", b0.shape());
  const DType type = result_type(a0, b0);
  const Array a = cast(a0.ndim() == 1 ? unsqueeze(a0, 0) : a0, type);
  const Array b = cast(b0.ndim() == 1 ? unsqueeze(b0, 1) : b0, type);
  const int64_t m = a.size(-2), k = a.size(-1), n = b.size(-1);
  TENON_CHECK(b.size(-2) == k, ShapeError, "matmul: inner dimensions differ: a is ", a0.shape(), ", b is ", b0.shape(),
              " (", k, " != ", b.size(-2), ")");
  const auto batch_of = [](const Array& x) { return Shape(x.shape().begin(), static_cast<size_t>(x.ndim() - 2)); };
  const Shape batch = broadcast_shapes(batch_of(a), batch_of(b), "matmul");
  const auto with_batch = [&batch](int64_t rows, int64_t columns) {
    Shape shape = batch;
    shape.push_back(rows);
    shape.push_back(columns);
    return shape;
  };
  Shape shape = with_batch(m, n);
  Array out = empty(shape, type, device);
  if (out.numel() > 0) {
    if (k == 0) {
      out = zeros(shape, type, device);
    } else {
      const Array o = as_batch(out), x = as_batch(expand(a, with_batch(m, k))),
                  y = as_batch(expand(b, with_batch(k, n)));
      const View no_bias{nullptr, nullptr, nullptr, 0, type, 0};
      detail::run(kernels.matmul.matmul, device, type, o.raw(), x.raw(), y.raw(), no_bias);
    }
  }
  if (a0.ndim() == 1) out = squeeze(out, -2);
  if (b0.ndim() == 1) out = squeeze(out, -1);
  return out;
}

}  // namespace tenon::inline v0
