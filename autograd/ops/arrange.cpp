#include "tenon/autograd/ops/arrange.h"

#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/autograd/record.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/join.h"

namespace tenon::inline v0 {

Tensor flip(const Tensor& x, const Axes& axes) {
  return record("flip", flip(x.array(), axes), {x}, keep_nothing,
                [axes](const Backward& b) { return gradients(flip(b.dy(), axes)); });
}

Tensor roll(const Tensor& x, int64_t shift, int64_t axis) {
  return record("roll", roll(x.array(), shift, axis), {x}, keep_nothing,
                [=](const Backward& b) { return gradients(roll(b.dy(), -shift, axis)); });
}

Tensor tile(const Tensor& x, const Shape& counts) {
  return record("tile", tile(x.array(), counts), {x}, keep_nothing, [](const Backward& b) {
    const Shape inner = b.shape_of(0);
    Tensor dx = b.dy();
    const int added = dx.ndim() - inner.ndim();
    for (int i = 0; i < dx.ndim(); ++i) {  // an axis as [outer, count, size of x, inner]
      const int64_t size = i < added ? 1 : inner[i - added], count = size == 0 ? 1 : dx.size(i) / size;
      if (count == 1) continue;
      Shape apart = {1, count, size, 1}, shape = dx.shape();
      for (int k = 0; k < dx.ndim(); ++k) {
        if (k != i) apart[k < i ? 0 : 3] *= shape[k];
      }
      shape[i] = size;
      dx = reshape(sum(reshape(dx, apart), 1), shape);
    }
    return gradients(reshape(dx, inner));
  });
}

Tensor pad(const Tensor& x, const std::vector<int64_t>& widths, Scalar value) {
  std::vector<int64_t> back = widths;
  for (int64_t& width : back) width = -width;
  return record("pad", pad(x.array(), widths, value), {x}, keep_nothing,
                [back](const Backward& b) { return gradients(pad(b.dy(), back)); });
}

Tensor crop_flip(const Tensor& x, const Tensor& places, Pair size) {
  return record("crop_flip", crop_flip(x.array(), places.array(), size), {x}, keep_nothing, saved{places},
                [size](const Backward& b) {
                  const Shape from = b.shape_of(0);
                  // Where x's own corner lies in the part: seen from its last column where it was mirrored.
                  const Array there = b.saved(0).to(int64);
                  const Array top = slice(there, 1, 0, 1), left = slice(there, 1, 1, 2), mirrored = slice(there, 1, 2);
                  const Array back = cat({-top, where(mirrored != 0, left + (size.w - from[2]), -left), mirrored}, 1);
                  return gradients(crop_flip(b.dy(), Tensor(back), {from[1], from[2]}));
                });
}

Tensor tril(const Tensor& x, int64_t diagonal) {
  return record("tril", tril(x.array(), diagonal), {x}, keep_nothing,
                [diagonal](const Backward& b) { return gradients(tril(b.dy(), diagonal)); });
}
Tensor triu(const Tensor& x, int64_t diagonal) {
  return record("triu", triu(x.array(), diagonal), {x}, keep_nothing,
                [diagonal](const Backward& b) { return gradients(triu(b.dy(), diagonal)); });
}

}  // namespace tenon::inline v0
