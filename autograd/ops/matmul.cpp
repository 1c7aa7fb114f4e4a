#include "tenon/autograd/ops/matmul.h"

#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/factors.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/autograd/precision.h"

namespace tenon::inline v0 {

using detail::keep_factors;

namespace {

/// dy with the axes that a 1-d operand had dropped from the product.
Tensor with_matrix_axes(const Tensor& dy, int a_ndim, int b_ndim) {
  Tensor full = b_ndim == 1 ? unsqueeze(dy, -1) : dy;
  return a_ndim == 1 ? unsqueeze(full, -2) : full;
}

Tensor grad_a(const Tensor& dy, const Tensor& b) {
  // Column: dy [..., m, 1] times the row b [1, k].
  return matmul(dy, b.ndim() == 1 ? unsqueeze(b, 0) : transpose(b));
}

Tensor grad_b(const Tensor& dy, const Tensor& a, int b_ndim) {
  if (b_ndim == 1) return squeeze(matmul(transpose(a.ndim() == 1 ? unsqueeze(a, 0) : a), dy), -1);
  if (a.ndim() == 1) return matmul(unsqueeze(a, 1), dy);
  // One product over all rows instead of a batch of products that would have to be summed.
  if (b_ndim == 2 && a.ndim() > 2) return matmul(transpose(flatten(a, 0, -2)), flatten(dy, 0, -2));
  return matmul(transpose(a), dy);
}

/// [..., n] as [rows, n].
Tensor as_rows(const Tensor& x) {
  if (x.ndim() == 2) return x;
  return x.ndim() == 1 ? unsqueeze(x, 0) : flatten(x, 0, -2);
}

}  // namespace

Tensor matmul(const Tensor& a0, const Tensor& b0) {
  auto [a, b] = low_precision(a0, b0);
  return record("matmul", matmul(a.array(), b.array()), {a, b}, keep_factors(a, b), [](const Backward& g) {
    const int a_ndim = g.shape_of(0).ndim(), b_ndim = g.shape_of(1).ndim();
    const Tensor dy = with_matrix_axes(g.dy(), a_ndim, b_ndim);
    return g.each([&] { return grad_a(dy, g.input(1)); }, [&] { return grad_b(dy, g.input(0), b_ndim); });
  });
}

Tensor linear(const Tensor& x0, const Tensor& weight0, const Tensor& bias0, const LinearOptions& options) {
  auto [x, weight, bias] = low_precision(x0, weight0, bias0);
  const bool relu = options.activation == Activation::relu;
  const Keep keep = keep_factors(x, weight) | (relu ? keep_output : keep_nothing);
  return record("linear", linear(x.array(), weight.array(), bias.array(), options), {x, weight, bias}, keep,
                [relu](const Backward& b) {
                  const Tensor dz = relu ? relu_grad(b.dy(), b.output()) : b.dy();
                  return b.each([&] { return matmul(dz, b.input(1)); },
                                [&] { return matmul(transpose(as_rows(dz)), as_rows(b.input(0))); },
                                [&] { return sum(as_rows(dz), 0); });
                });
}

}  // namespace tenon::inline v0
