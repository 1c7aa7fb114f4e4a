#include "tenon/autograd/ops/comparison.h"

#include "tenon/autograd/record.h"

namespace tenon::inline v0 {

namespace {

/// Where x lies in the range, its ends included.
Array inside(const Array& x, const Range& range) {
  if (!range.max.given) return ge(x, range.min.value);
  if (!range.min.given) return le(x, range.max.value);
  return logical_and(ge(x, range.min.value), le(x, range.max.value));
}

}  // namespace

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  return record("where", where(condition.array(), a.array(), b.array()), {a, b}, keep_nothing, saved{condition},
                [](const Backward& g) {
                  return g.each([&] { return where(g.saved(0), g.dy(), 0); },
                                [&] { return where(g.saved(0), 0, g.dy()); });
                });
}
Tensor where(const Tensor& condition, const Tensor& a, Scalar b) {
  return record("where", where(condition.array(), a.array(), b), {a}, keep_nothing, saved{condition},
                [](const Backward& g) { return gradients(where(g.saved(0), g.dy(), 0)); });
}
Tensor where(const Tensor& condition, Scalar a, const Tensor& b) {
  return record("where", where(condition.array(), a, b.array()), {b}, keep_nothing, saved{condition},
                [](const Backward& g) { return gradients(where(g.saved(0), 0, g.dy())); });
}
Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value) {
  return record("masked_fill", masked_fill(x.array(), mask.array(), value), {x}, keep_nothing, saved{mask},
                [](const Backward& g) { return gradients(where(g.saved(0), 0, g.dy())); });
}

Tensor clamp(const Tensor& x, const Range& range) {
  return record("clamp", clamp(x.array(), range), {x}, keep_inputs,
                [range](const Backward& g) { return gradients(where(inside(g.input(0).array(), range), g.dy(), 0)); });
}
Tensor clamp(const Tensor& x, Scalar low, Scalar high) {
  Range range;
  range.min.value = low;
  range.max.value = high;
  range.min.given = range.max.given = true;
  return clamp(x, range);
}
Tensor clamp(const Tensor& x, const Tensor& low, const Tensor& high) {
  return record("clamp", clamp(x.array(), low.array(), high.array()), {x, low, high}, keep_inputs,
                [](const Backward& g) {
                  const Array v = g.input(0).array(), l = g.input(1).array(), h = g.input(2).array();
                  return g.each([&] { return where(logical_and(ge(v, l), le(v, h)), g.dy(), 0); },
                                [&] { return where(logical_and(lt(v, l), lt(l, h)), g.dy(), 0); },
                                [&] { return where(logical_or(gt(v, h), lt(h, l)), g.dy(), 0); });
                });
}

}  // namespace tenon::inline v0
