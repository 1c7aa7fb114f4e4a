#include "tenon/core/ops/matmul.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/product.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

/// Whether kernels can read the matrices of x: one of the last two strides is 1, and rows (or columns) do not overlap.
bool readable(const View& v) {
  const int64_t rows = v.shape[v.ndim - 2], columns = v.shape[v.ndim - 1];
  const int64_t s_row = v.strides[v.ndim - 2], s_column = v.strides[v.ndim - 1];
  return ((s_column == 1 || columns == 1) && (s_row >= columns || rows == 1)) ||
         ((s_row == 1 || rows == 1) && (s_column >= rows || columns == 1));
}

const Array& as_readable(const Array& x, Array& holder) { return readable(x.raw()) ? x : holder = contiguous(x); }

/// An array as kernels take it: [outer, batch, rows, columns]. Without `batch` it is one matrix.
struct Matrices {
  int64_t shape[4], strides[4];
  View view;

  explicit Matrices(const Array& x, bool transposed = false) : Matrices(x.raw(), transposed) {}
  Matrices(const View& v, bool transposed = false) {
    const int row = v.ndim - 2 + transposed, column = v.ndim - 1 - transposed;
    for (int i = 0; i < 2; ++i) shape[i] = 1, strides[i] = 0;
    shape[2] = v.shape[row];
    shape[3] = v.shape[column];
    strides[2] = v.strides[row];
    strides[3] = v.strides[column];
    view = {v.data, shape, strides, 4, v.dtype, 0};
  }
  /// Operand o of the loop over all matrices of a product.
  Matrices(const View& v, const Loop& batch, int o) : Matrices(v) {
    for (int i = 0; i < batch.axes; ++i) {
      shape[1 - i] = batch.shape[i];
      strides[1 - i] = batch.strides[o][i];
    }
  }
  Matrices(const Matrices&) = delete;
};

View without_matrix(View v) {
  v.ndim -= 2;
  return v;
}

Shape batch_of(const Array& x) { return Shape(x.shape().begin(), static_cast<size_t>(x.ndim() - 2)); }

Shape with_matrix(Shape batch, int64_t rows, int64_t columns) {
  batch.push_back(rows);
  batch.push_back(columns);
  return batch;
}

void run_product(const Array& out, const View& to, const View& a, const View& b) {
  const View no_bias{nullptr, nullptr, nullptr, 0, out.dtype(), 0};
  detail::run(kernels.matmul.matmul, out.device(), out.dtype(), to, a, b, no_bias, Activation::none);
}

}  // namespace

void detail::product_into(const Array& out, const Array& a0, const Array& b0) {
  const View to = out.raw();
  if (out.numel() == 0) return;
  Array hold_a, hold_b;
  const Array &a = as_readable(a0, hold_a), &b = as_readable(b0, hold_b);
  if (to.strides[to.ndim - 1] == 1 || to.shape[to.ndim - 1] == 1) {
    if (to.ndim == 2) return run_product(out, Matrices(to).view, Matrices(a).view, Matrices(b).view);
    const View operands[] = {without_matrix(to), without_matrix(a.raw()), without_matrix(b.raw())};
    Loop batch;
    make_loop(batch, operands, to.shape, to.ndim - 2);
    if (batch.axes <= 2) {
      return run_product(out, Matrices(to, batch, 0).view, Matrices(a.raw(), batch, 1).view,
                         Matrices(b.raw(), batch, 2).view);
    }
  }
  // Plain copies, whose matrices are counted by one axis.
  const auto plain = [&](const Array& x) {
    return contiguous(expand(x, with_matrix(batch_of(out), x.size(-2), x.size(-1))));
  };
  if (out.is_contiguous()) return product_into(out, plain(a), plain(b));
  const Array result = empty(to.shape, to.ndim, to.dtype, out.device());
  product_into(result, plain(a), plain(b));
  copy_(out, result);
}

namespace {

/// Two operands of at least two dimensions and one dtype.
Array product(const Array& a, const Array& b) {
  const int64_t m = a.size(-2), n = b.size(-1);
  if (b.ndim() == 2 && a.ndim() == 2) {
    const int64_t sizes[] = {m, n};
    Array out = empty(sizes, 2, a.dtype(), a.device());
    detail::product_into(out, a, b);
    return out;
  }
  if (b.ndim() == 2) return reshape(product(flatten(a, 0, -2), b), with_matrix(batch_of(a), m, n));
  const Shape shape = with_matrix(broadcast_shapes(batch_of(a), batch_of(b), "matmul"), m, n);
  Array out = empty(shape.begin(), shape.ndim(), a.dtype(), a.device());
  detail::product_into(out, a, b);
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
  const int64_t rows = out.numel() / out_features;
  const int64_t sizes[] = {1, 1, rows, out_features}, strides[] = {0, 0, out_features, 1};
  Array hold_x, hold_w, hold_b;
  const Array& x =
      as_readable(detail::as_dtype(x0.ndim() == 2 ? x0 : hold_x = reshape(x0, {rows, in}), type, hold_x), hold_x);
  const Array& w = as_readable(detail::as_dtype(weight, type, hold_w), hold_w);
  View added{nullptr, nullptr, nullptr, 0, type, 0};
  if (bias.defined()) {
    const Array& b = detail::as_dtype(bias, type, hold_b);
    added = (b.is_contiguous() ? b : hold_b = contiguous(b)).raw();
  }
  const View result{out.data(), sizes, strides, 4, type, 0};
  detail::run(kernels.matmul.linear, device, type, result, Matrices(x).view, Matrices(w, true).view, added,
              options.activation);
  return out;
}

}  // namespace tenon::inline v0
