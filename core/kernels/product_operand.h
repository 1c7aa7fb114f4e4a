// Part of the contract of a backend: header-only, without state, understood by nvcc.
#pragma once
#include "tenon/core/kernels/view.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// An operand of a product, a View of four axes, with sizes and strides of its own, so that parts can be taken:
/// matrices that are counted by `outer` and `batch`. One of the last two strides is 1, and the other is at least as
/// large as the axis that has it.
struct ProductOperand {
  enum Axis { outer_axis, batch_axis, row_axis, column_axis };

  char* data;
  int64_t outer, batch, rows, columns;
  int64_t s_outer, s_batch, s_row, s_column;
  DType dtype;

  explicit ProductOperand(const View& v)
      : data(v.as<char>()),
        outer(v.shape[0]),
        batch(v.shape[1]),
        rows(v.shape[2]),
        columns(v.shape[3]),
        s_outer(v.strides[0]),
        s_batch(v.strides[1]),
        s_row(v.strides[2]),
        s_column(v.strides[3]),
        dtype(v.dtype) {
    // Strides of axes of size 1 tell nothing: make them those of a plain or transposed matrix.
    if (columns == 1) s_column = 1;
    if (rows == 1) s_row = s_column == 1 ? columns : 1;
    if (batch == 1) s_batch = 0;
    if (outer == 1) s_outer = 0;
  }
  bool by_rows() const { return s_column == 1; }
  /// The stride that is not 1.
  int64_t leading() const { return by_rows() ? s_row : s_column; }
  /// `count` from `first` on along an axis.
  ProductOperand part(Axis axis, int64_t first, int64_t count) const {
    ProductOperand p = *this;
    const int64_t strides[] = {s_outer, s_batch, s_row, s_column};
    int64_t* const sizes[] = {&p.outer, &p.batch, &p.rows, &p.columns};
    *sizes[axis] = count;
    p.data += first * strides[axis] * static_cast<int64_t>(size_of(dtype));
    if (p.batch == 1) p.s_batch = 0;
    if (p.outer == 1) p.s_outer = 0;
    return p;
  }
};

}  // namespace v0
}  // namespace tenon
