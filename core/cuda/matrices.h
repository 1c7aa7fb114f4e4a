// The operands of a product in the one form that libraries and tests can rely on.
#pragma once
#include <utility>

#include "tenon/core/kernels/product_operand.h"

namespace tenon::inline v0::cuda_backend {

/// out = a times w, without a batch where all of it has one w. What a library does not take at once is counted by the
/// smaller of the two axes of matrices: `outer`.
struct Product {
  ProductOperand out, a, w;

  Product(const View& out_view, const View& a_view, const View& w_view) : out(out_view), a(a_view), w(w_view) {
    if (out.outer > out.batch) {
      for (ProductOperand* x : {&out, &a, &w}) {
        std::swap(x->outer, x->batch);
        std::swap(x->s_outer, x->s_batch);
      }
    }
    if (out.batch == 1 || w.s_batch != 0 || !runs_on(a) || !runs_on(out)) return;
    merge_batch(out);
    merge_batch(a);
    w.batch = 1;
  }
  int64_t m() const { return out.rows; }
  int64_t n() const { return out.columns; }
  int64_t depth() const { return a.columns; }
  Product part(ProductOperand::Axis axis, int64_t first, int64_t count) const {
    Product p = *this;
    p.out = out.part(axis, first, count);
    p.a = a.part(axis, first, count);
    p.w = w.part(axis, first, count);
    return p;
  }

 private:
  /// Whether the batch runs on as more rows.
  static bool runs_on(const ProductOperand& x) { return x.by_rows() && x.s_batch == x.rows * x.s_row; }
  static void merge_batch(ProductOperand& x) {
    x.rows *= x.batch;
    x.batch = 1;
    x.s_batch = 0;
  }
};

}  // namespace tenon::inline v0::cuda_backend
