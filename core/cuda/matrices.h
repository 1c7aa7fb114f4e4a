// The operands of a product in the one form that libraries and tests can rely on.
#pragma once
#include "tenon/core/kernels/view.h"

namespace tenon::inline v0::cuda_backend {

/// A View of three axes with strides of its own. One of the last two strides is 1, and the other is at least as large
/// as the axis that has it.
struct Matrices {
  char* data;
  int64_t batch, rows, columns;
  int64_t s_batch, s_row, s_column;
  DType dtype;

  explicit Matrices(const View& v)
      : data(v.as<char>()),
        batch(v.shape[0]),
        rows(v.shape[1]),
        columns(v.shape[2]),
        s_batch(v.strides[0]),
        s_row(v.strides[1]),
        s_column(v.strides[2]),
        dtype(v.dtype) {
    // Strides of axes of size 1 tell nothing: make them those of a plain or transposed matrix.
    if (columns == 1) s_column = 1;
    if (rows == 1) s_row = s_column == 1 ? columns : 1;
    if (batch == 1) s_batch = 0;
  }
  bool by_rows() const { return s_column == 1; }
  /// The stride that is not 1.
  int64_t leading() const { return by_rows() ? s_row : s_column; }
  /// The matrices from `first`, `count` of them.
  Matrices part(int64_t first, int64_t count) const {
    Matrices p = *this;
    p.data += first * s_batch * static_cast<int64_t>(size_of(dtype));
    p.batch = count;
    if (count == 1) p.s_batch = 0;
    return p;
  }
  /// Whether the batch runs on as more rows.
  bool runs_on() const { return by_rows() && s_batch == rows * s_row; }
  void merge_batch() {
    rows *= batch;
    batch = 1;
    s_batch = 0;
  }
};

/// out = a times w, without a batch where all of it has one w.
struct Product {
  Matrices out, a, w;

  Product(const View& out_view, const View& a_view, const View& w_view) : out(out_view), a(a_view), w(w_view) {
    if (out.batch == 1 || w.s_batch != 0 || !a.runs_on() || !out.runs_on()) return;
    out.merge_batch();
    a.merge_batch();
    w.batch = 1;
  }
  int64_t m() const { return out.rows; }
  int64_t n() const { return out.columns; }
  int64_t depth() const { return a.columns; }
  Product part(int64_t first, int64_t count) const {
    Product p = *this;
    p.out = out.part(first, count);
    p.a = a.part(first, count);
    p.w = w.part(first, count);
    return p;
  }
};

}  // namespace tenon::inline v0::cuda_backend
