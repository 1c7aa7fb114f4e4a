#include "tenon/core/ops/attention.h"

#include <algorithm>
#include <cmath>

#include "tenon/core/check.h"
#include "tenon/core/geometry.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/product.h"
#include "tenon/core/ops/random.h"

namespace tenon::inline v0 {

using detail::kernels;
using detail::product_into;

namespace {

constexpr const char* op = "scaled_dot_product_attention";

Shape leading(const Array& x) { return Shape(x.shape().begin(), static_cast<size_t>(x.ndim() - 2)); }

Shape with_matrix(Shape batch, int64_t rows, int64_t columns) {
  batch.push_back(rows);
  batch.push_back(columns);
  return batch;
}

/// [..., L, S]. Throws where q, k and v do not fit.
Shape scores_shape(const Array& q, const Array& k, const Array& v) {
  detail::check_defined(op, q, k, v);
  const auto operands = [&] { return text("q is ", q.shape(), ", k is ", k.shape(), ", v is ", v.shape()); };
  TENON_CHECK(q.ndim() >= 2 && k.ndim() >= 2 && v.ndim() >= 2, ShapeError, op,
              ": expected at least 2 dimensions: ", operands());
  TENON_CHECK(q.size(-1) == k.size(-1), ShapeError, op, ": q and k have ", q.size(-1), " and ", k.size(-1),
              " features: ", operands());
  TENON_CHECK(k.size(-2) == v.size(-2), ShapeError, op, ": k and v have ", k.size(-2), " and ", v.size(-2),
              " positions: ", operands());
  const Shape batch = broadcast_shapes(broadcast_shapes(leading(q), leading(k), op), leading(v), op);
  return with_matrix(batch, q.size(-2), k.size(-2));
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  const int added = to.ndim() - from.ndim();
  bool fits = added >= 0;
  for (int i = 0; fits && i < from.ndim(); ++i) fits = from[i] == to[i + added] || from[i] == 1;
  return fits;
}

/// The mask as the kernel reads it: of the shape of the scores, a step of 1 along the last axis.
Array spread_mask(const Array& mask, const Shape& shape, DType dtype) {
  Array x = mask.dtype() == bool_ ? mask : cast(mask, dtype);
  if (x.ndim() == 0) x = reshape(x, {1});
  const int64_t columns = shape[shape.ndim() - 1];
  if (x.size(-1) != columns) {
    Shape wide = x.shape();
    wide[wide.ndim() - 1] = columns;
    x = expand(x, wide);
  }
  if (columns > 1 && x.strides()[x.ndim() - 1] != 1) x = contiguous(x);
  return expand(x, shape);
}

/// A new array in the stride order of x where it is as large but for its last axis and repeats nothing, else row-major.
Array in_order_of(const Array& x, const Shape& shape, DType dtype) {
  const View v = x.raw();
  const int last = shape.ndim() - 1;
  bool alike = v.ndim == shape.ndim() && v.strides[last] == 1;
  for (int i = 0; alike && i < last; ++i) alike = v.shape[i] == shape[i] && (v.strides[i] != 0 || shape[i] == 1);
  if (!alike) return empty(shape.begin(), shape.ndim(), dtype, x.device());
  const Shape strides = detail::dense_strides_in_order({nullptr, shape.begin(), v.strides, v.ndim, dtype, 0});
  return empty_strided(shape.begin(), strides.begin(), shape.ndim(), dtype, x.device());
}

/// The operands as one dtype.
struct Operands {
  Array q, k, v;
  Operands(const Array& q0, const Array& k0, const Array& v0, DType type)
      : q(cast(q0, type)), k(cast(k0, type)), v(cast(v0, type)) {}
};

}  // namespace

double attention_scale(const Array& q, const AttentionOptions& options) {
  return options.scale.value_or(1 / std::sqrt(static_cast<double>(std::max<int64_t>(q.size(-1), 1))));
}

RandomKey attention_key(const Array& q, const Array& k, const Array& v, const AttentionOptions& options,
                        Generator& generator) {
  if (options.dropout == 0) return {};
  return generator.reserve(static_cast<uint64_t>((scores_shape(q, k, v).numel() + 3) / 4));
}

Attended attention_with_weights(const Array& q0, const Array& k0, const Array& v0, const Array& mask,
                                const AttentionOptions& options, const RandomKey& key) {
  const Shape shape = scores_shape(q0, k0, v0);
  detail::check_same_device(op, q0, {&k0, &v0, mask.defined() ? &mask : &q0}, "q k v mask");
  TENON_CHECK(options.dropout >= 0 && options.dropout <= 1, ValueError, op, ": dropout must lie in [0, 1], got ",
              options.dropout);
  DType type = promote(result_type(q0, k0), v0.dtype());
  if (mask.defined()) {
    TENON_CHECK(mask.dtype() == bool_ || is_floating(mask.dtype()), DTypeError, op,
                ": expected a mask of bool or floating numbers, got ", name_of(mask.dtype()));
    TENON_CHECK(broadcasts_to(mask.shape(), shape), ShapeError, op, ": the mask ", mask.shape(),
                " does not broadcast to ", shape);
    if (mask.ndim() > 0) type = promote(type, mask.dtype());
  }
  if (!is_floating(type)) detail::throw_wrong_dtype(op, type, floating);
  const Operands o(q0, k0, v0, type);
  const Array p = empty(shape, type, q0.device());
  product_into(p, o.q, transpose(o.k));
  if (p.numel() > 0) {
    const Array seen = mask.defined() ? spread_mask(mask, shape, type) : Array();
    detail::run(kernels.attention.softmax, p.device(), type, p.raw(), p.raw(),
                seen.defined() ? seen.raw() : View{nullptr, nullptr, nullptr, 0, type, 0},
                AttentionSettings{attention_scale(q0, options), options.is_causal});
  }
  Shape result = shape;
  result[result.ndim() - 1] = v0.size(-1);
  const Array y = in_order_of(o.q, result, type);
  product_into(y, options.dropout > 0 ? dropout(p, options.dropout, key) : p, o.v);
  return {y, p};
}

Array scaled_dot_product_attention(const Array& q, const Array& k, const Array& v, const Array& mask,
                                   const AttentionOptions& options, const RandomKey& key) {
  return attention_with_weights(q, k, v, mask, options, key).y;
}
Array scaled_dot_product_attention(const Array& q, const Array& k, const Array& v, const Array& mask,
                                   const AttentionOptions& options, Generator& generator) {
  return scaled_dot_product_attention(q, k, v, mask, options, attention_key(q, k, v, options, generator));
}

AttentionGradients attention_grad(const Array& dy0, const Array& q0, const Array& k0, const Array& v0, const Array& p,
                                  const AttentionOptions& options, const RandomKey& key, AttentionWanted wanted) {
  const DType type = p.dtype();
  const Operands o(q0, k0, v0, type);
  const Array dy = cast(dy0, type);
  const Shape batch = leading(p);
  const auto slope_of = [&](const Array& x) {
    return in_order_of(x, with_matrix(batch, x.size(-2), x.size(-1)), type);
  };
  const bool drops = options.dropout > 0;
  AttentionGradients g;
  if (wanted.v) {
    g.dv = slope_of(o.v);
    product_into(g.dv, transpose(drops ? dropout(p, options.dropout, key) : p), dy);
  }
  if (!wanted.q && !wanted.k && !wanted.mask) return g;
  Array ds = empty_like(p, type);
  product_into(ds, dy, transpose(o.v));
  if (drops) ds = dropout(ds, options.dropout, key);
  // The mask is added behind the scale: where its gradient is wanted, the scale comes last.
  const double scale = attention_scale(q0, options);
  if (p.numel() > 0) {
    detail::run(kernels.attention.softmax_grad, p.device(), type, ds.raw(), ds.raw(), p.raw(),
                AttentionSettings{wanted.mask ? 1 : scale, options.is_causal});
  }
  if (wanted.mask) {
    g.dmask = ds;
    if (wanted.q || wanted.k) ds = ds * scale;
  }
  if (wanted.q) {
    g.dq = slope_of(o.q);
    product_into(g.dq, ds, o.k);
  }
  if (wanted.k) {
    g.dk = slope_of(o.k);
    product_into(g.dk, transpose(ds), o.q);
  }
  return g;
}

}  // namespace tenon::inline v0
