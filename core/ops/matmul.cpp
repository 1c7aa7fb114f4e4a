#include "tenon/core/ops/matmul.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

/// An array as kernels take it: [batch, rows, columns], one of the last two strides 1. Arrays of more dimensions have
/// their batch merged before.
struct Matrices {
  Array holder;
  int64_t shape[3], strides[3];
  View view;

  Matrices(const Array& x, bool transposed = false) {
    set(x, transposed);
    if (readable()) return;
    holder = contiguous(x);
    set(holder, transposed);
  }
  Matrices(const Matrices&) = delete;

 private:
  void set(const Array& x, bool transposed) {
    const View v = x.raw();
    const int row = v.ndim - 2 + transposed, column = v.ndim - 1 - transposed;
    shape[0] = v.ndim == 3 ? v.shape[0] : 1;
    shape[1] = v.shape[row];
    shape[2] = v.shape[column];
    strides[0] = shape[0] == 1 ? 0 : v.strides[0];
    strides[1] = v.strides[row];
    strides[2] = v.strides[column];
    view = {v.data, shape, strides, 3, v.dtype, 0};
  }
  bool readable() const {
    const bool rows = (strides[2] == 1 || shape[2] == 1) && (strides[1] >= shape[2] || shape[1] == 1);
    const bool columns = (strides[1] == 1 || shape[1] == 1) && (strides[2] >= shape[1] || shape[2] == 1);
    return rows || columns;
  }
};

Shape batch_of(const Array& x) { return Shape(x.shape().begin(), static_cast<size_t>(x.ndim() - 2)); }

Shape with_matrix(Shape batch, int64_t rows, int64_t columns) {
  batch.push_back(rows);
  batch.push_back(columns);
  return batch;
}

void run_product(const Array& out, const Array& a, const Array& b) {
  const View no_bias{nullptr, nullptr, nullptr, 0, a.dtype(), 0};
  detail::run(kernels.matmul.matmul, out.device(), out.dtype(), Matrices(out).view, Matrices(a).view, Matrices(b).view,
              no_bias, Activation::none);
}

/// Two operands of at least two dimensions and one dtype.
Array product(const Array& a, const Array& b) {
  const int64_t m = a.size(-2), k = a.size(-1), n = b.size(-1);
  if (b.ndim() == 2 && a.ndim() == 2) {
    const int64_t sizes[] = {m, n};
    Array out = empty(sizes, 2, a.dtype(), a.device());
    if (m != 0 && n != 0) run_product(out, a, b);
    return out;
  }
  if (b.ndim() == 2) return reshape(product(flatten(a, 0, -2), b), with_matrix(batch_of(a), m, n));
  const Shape batch = broadcast_shapes(batch_of(a), batch_of(b), "matmul");
  const Shape shape = with_matrix(batch, m, n);
  Array out = empty(shape.begin(), shape.ndim(), a.dtype(), a.device());
  if (out.numel() == 0) return out;
  const auto merged = [](const Array& x) { return flatten(x, 0, -3); };
  run_product(merged(out), merged(expand(a, with_matrix(batch, m, k))), merged(expand(b, with_matrix(batch, k, n))));
  return out;
}

}  // namespace

Array matmul(const Array& a, const Array& b) {
  detail::common_device("matmul", {&a, &b}, "a b");
  TENON_CHECK(a.ndim() > 0 && b.ndim() > 0, ShapeError, "matmul: expected at least 1 dimension: a is ", a.shape(),
              ", b is ", b.shape());
  const int64_t k = a.size(-1), rows_of_b = b.size(b.ndim() == 1 ? 0 : -2);
  TENON_CHECK(k == rows_of_b, ShapeError, "matmul: inner dimensions differ: a is ", a.shape(), ", b is ", b.shape(),
              " (", k, " != ", rows_of_b, ")");
  if (a.ndim() == 1) return squeeze(matmul(unsqueeze(a, 0), b), b.ndim() == 1 ? 0 : -2);
  if (b.ndim() == 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
  const DType type = result_type(a, b);
  if (a.dtype() == type && b.dtype() == type) return product(a, b);
  return product(cast(a, type), cast(b, type));
}

Array linear(const Array& x0, const Array& weight, const Array& bias, const LinearOptions& options) {
  const Device device = detail::common_device("linear", {&x0, &weight, bias.defined() ? &bias : &x0}, "x weight bias");
  TENON_CHECK(weight.ndim() == 2, ShapeError, "linear: expected a weight [out, in], got ", weight.shape());
  const int64_t in = weight.size(1), out_features = weight.size(0);
  TENON_CHECK(x0.ndim() > 0, ShapeError, "linear: expected [..., ", in, "], got input ", x0.shape());
  TENON_CHECK(x0.size(-1) == in, ShapeError, "linear: expected ", in, " input features, got ", x0.size(-1), " (input ",
              x0.shape(), ")");
  TENON_CHECK(!bias.defined() || (bias.ndim() == 1 && bias.size(0) == out_features), ShapeError,
              "linear: expected a bias [", out_features, "], got ", bias.shape());
  const DType type = bias.defined() ? promote(result_type(x0, weight), bias.dtype()) : result_type(x0, weight);
  Shape shape = x0.shape();
  shape[shape.ndim() - 1] = out_features;
  const Array out = empty(shape.begin(), shape.ndim(), type, device);
  if (out.numel() == 0) return out;
  const int64_t rows = out.numel() / out_features, sizes[] = {1, rows, out_features}, strides[] = {0, out_features, 1};
  Array hold_x, hold_w, hold_b;
  const Array& x = detail::as_dtype(x0.ndim() == 2 ? x0 : hold_x = reshape(x0, {rows, in}), type, hold_x);
  const Array& w = detail::as_dtype(weight, type, hold_w);
  View added{nullptr, nullptr, nullptr, 0, type, 0};
  if (bias.defined()) {
    const Array& b = detail::as_dtype(bias, type, hold_b);
    added = (b.is_contiguous() ? b : hold_b = contiguous(b)).raw();
  }
  const View result{out.data(), sizes, strides, 3, type, 0};
  detail::run(kernels.matmul.linear, device, type, result, Matrices(x).view, Matrices(w, true).view, added,
              options.activation);
  return out;
}

}  // namespace tenon::inline v0
