#include "tenon/autograd/ops/sum.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/arrange.h"
#include "tenon/autograd/ops/exponential.h"
#include "tenon/autograd/ops/join.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/scan.h"
#include "tenon/autograd/ops/spread.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0 {

using detail::reduced_count;
using detail::spread;

namespace {

/// The axes as a bit set, for the gradient; 0 where none will be computed.
uint32_t reduced_axes(const Tensor& x, const Axes& axes, const char* op) {
  return recording({x}) ? axes.mask(x.ndim(), op) : 0;
}

std::vector<int64_t> listed(uint32_t axes) {
  std::vector<int64_t> list;
  for (int i = 0; axes >> i; ++i) {
    if (axes >> i & 1) list.push_back(i);
  }
  return list;
}

}  // namespace

Tensor detail::spread(const Tensor& dy, const Shape& shape, uint32_t axes) {
  Shape kept = shape;
  for (int i = 0; i < shape.ndim(); ++i) {
    if (axes >> i & 1) kept[i] = 1;
  }
  return expand(dy.shape() == kept ? dy : reshape(dy, kept), shape);
}

int64_t detail::reduced_count(const Shape& shape, uint32_t axes) {
  int64_t count = 1;
  for (int i = 0; i < shape.ndim(); ++i) {
    if (axes >> i & 1) count *= shape[i];
  }
  return count;
}

Tensor detail::shares_of_extremes(const Array& x, const Array& y, uint32_t axes) {
  const Array extreme = cast(eq(x, spread(y, x.shape(), axes).array()), x.dtype());
  return Tensor(div(extreme, sum(extreme, listed(axes), true)));
}

namespace {

/// The product of all elements before each, along the last axis.
Tensor product_before(const Tensor& x) {
  Shape first = x.shape();
  first[x.ndim() - 1] = 1;
  return cat({Tensor(ones(first, x.dtype(), x.device())), slice(cumprod(x, -1), -1, 0, -1)}, -1);
}

/// For each element, the product of all others that are reduced with it.
Tensor product_of_others(const Tensor& x, uint32_t axes) {
  if (x.numel() == 0) return x;
  std::vector<int64_t> order, back(static_cast<size_t>(x.ndim()));
  Shape rows;
  for (const bool reduced : {false, true}) {
    for (int i = 0; i < x.ndim(); ++i) {
      if ((axes >> i & 1) != reduced) continue;
      back[static_cast<size_t>(i)] = static_cast<int64_t>(order.size());
      order.push_back(i);
    }
  }
  const Tensor moved = permute(x, order);
  const Tensor row = reshape(moved, {-1, reduced_count(x.shape(), axes)});
  const Tensor others = product_before(row) * flip(product_before(flip(row, -1)), -1);
  return permute(reshape(others, moved.shape()), back);
}

/// x less its mean.
Tensor centred(const Tensor& x, uint32_t axes) { return x - mean(x, listed(axes), true); }

/// y, but 1 where it is 0, where the factor beside it is 0 too.
Tensor safe_divisor(const Tensor& y) { return y + Tensor(cast(eq(y.array(), 0), y.dtype())); }

}  // namespace

Tensor sum(const Tensor& x0, const Axes& axes, bool keepdim) {
  auto [x] = full_precision(x0);
  Array total = sum(x.array(), axes, keepdim);
  const uint32_t mask = reduced_axes(x, axes, "sum");
  return record("sum", static_cast<Array&&>(total), {x}, keep_nothing,
                [mask](const Backward& b) { return gradients(spread(b.dy(), b.shape_of(0), mask)); });
}

Tensor prod(const Tensor& x0, const Axes& axes, bool keepdim) {
  auto [x] = full_precision(x0);
  Array product = prod(x.array(), axes, keepdim);
  const uint32_t mask = reduced_axes(x, axes, "prod");
  return record("prod", static_cast<Array&&>(product), {x}, keep_inputs, [mask](const Backward& b) {
    return gradients(spread(b.dy(), b.shape_of(0), mask) * product_of_others(b.input(0), mask));
  });
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdim) {
  Array average = mean(x.array(), axes, keepdim);
  const uint32_t mask = reduced_axes(x, axes, "mean");
  return record("mean", static_cast<Array&&>(average), {x}, keep_nothing, [mask](const Backward& b) {
    const Shape shape = b.shape_of(0);
    return gradients(spread(b.dy() / reduced_count(shape, mask), shape, mask));
  });
}

Tensor var(const Tensor& x, const Axes& axes, VarOptions options) {
  Array variance = var(x.array(), axes, options);
  const uint32_t mask = reduced_axes(x, axes, "var");
  return record("var", static_cast<Array&&>(variance), {x}, keep_inputs,
                [mask, correction = options.correction](const Backward& b) {
                  const Shape shape = b.shape_of(0);
                  const double freedom = static_cast<double>(reduced_count(shape, mask)) - correction;
                  return gradients(spread(b.dy() * (2 / freedom), shape, mask) * centred(b.input(0), mask));
                });
}

Tensor std(const Tensor& x, const Axes& axes, VarOptions options) {
  Array deviation = std(x.array(), axes, options);
  const uint32_t mask = reduced_axes(x, axes, "std");
  return record("std", static_cast<Array&&>(deviation), {x}, keep_inputs | keep_output,
                [mask, correction = options.correction](const Backward& b) {
                  const Shape shape = b.shape_of(0);
                  const double freedom = static_cast<double>(reduced_count(shape, mask)) - correction;
                  const Tensor factor = b.dy() / (safe_divisor(b.output()) * freedom);
                  return gradients(spread(factor, shape, mask) * centred(b.input(0), mask));
                });
}

Tensor norm(const Tensor& x0, double p, const Axes& axes, bool keepdim) {
  auto [x] = full_precision(x0);
  Array length = norm(x.array(), p, axes, keepdim);
  const uint32_t mask = reduced_axes(x, axes, "norm");
  const Keep keep = p == 1 ? keep_inputs : keep_inputs | keep_output;
  return record("norm", static_cast<Array&&>(length), {x}, keep, [p, mask](const Backward& b) {
    const Tensor v = b.input(0);
    if (p == 2) return gradients(spread(b.dy() / safe_divisor(b.output()), v.shape(), mask) * v);
    const Tensor dx = spread(b.dy(), v.shape(), mask) * sign(v);
    if (p == 1) return gradients(dx);
    return gradients(dx * detail::shares_of_extremes(abs(v.array()), b.output().array(), mask));
  });
}

Tensor logsumexp(const Tensor& x0, const Axes& axes, bool keepdim) {
  auto [x] = full_precision(x0);
  Array result = logsumexp(x.array(), axes, keepdim);
  const uint32_t mask = reduced_axes(x, axes, "logsumexp");
  return record("logsumexp", static_cast<Array&&>(result), {x}, keep_inputs | keep_output, [mask](const Backward& b) {
    const Shape shape = b.shape_of(0);
    return gradients(spread(b.dy(), shape, mask) * exp(b.input(0) - spread(b.output(), shape, mask)));
  });
}

}  // namespace tenon::inline v0
