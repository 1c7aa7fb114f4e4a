#include "tenon/autograd/ops/index.h"

#include "tenon/autograd/ops/arrange.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0 {

namespace {

Tensor zeros_for(const Tensor& dy, const Shape& shape) { return zeros(shape, dy.dtype(), dy.device()); }

/// dy, framed by zeros behind each axis, as large as `shape`.
Tensor padded_to(const Tensor& dy, const Shape& shape) {
  if (dy.shape() == shape) return dy;
  std::vector<int64_t> widths;
  for (int i = shape.ndim() - 1; i >= 0; --i) {
    widths.push_back(0);
    widths.push_back(shape[i] - dy.size(i));
  }
  return pad(dy, widths);
}

}  // namespace

Tensor detail::scattered(const Tensor& dy, const Shape& shape, int64_t axis, const Tensor& indices) {
  return scatter_add(zeros_for(dy, shape), axis, indices, dy);
}

Tensor index_select(const Tensor& x, int64_t axis, const Tensor& index) {
  return record("index_select", index_select(x.array(), axis, index.array()), {x}, keep_nothing, saved{index},
                [axis](const Backward& b) {
                  return gradients(index_add(zeros_for(b.dy(), b.shape_of(0)), axis, b.saved(0), b.dy()));
                });
}

Tensor embedding(const Tensor& index, const Tensor& weight) {
  return record(
      "embedding", embedding(index.array(), weight.array()), {weight}, keep_nothing, saved{index},
      [](const Backward& b) {
        const Tensor rows = reshape(b.dy(), {b.saved(0).numel(), b.shape_of(0)[1]});
        return gradients(index_add(zeros_for(rows, b.shape_of(0)), 0, Tensor(reshape(b.saved(0), {-1})), rows));
      });
}

Tensor index_add(const Tensor& x, int64_t axis, const Tensor& index, const Tensor& source) {
  return record("index_add", index_add(x.array(), axis, index.array(), source.array()), {x, source}, keep_nothing,
                saved{index}, [axis](const Backward& b) {
                  return b.each([&] { return b.dy(); }, [&] { return index_select(b.dy(), axis, Tensor(b.saved(0))); });
                });
}

Tensor gather(const Tensor& x, int64_t axis, const Tensor& index) {
  return record(
      "gather", gather(x.array(), axis, index.array()), {x}, keep_nothing, saved{index},
      [axis](const Backward& b) { return gradients(detail::scattered(b.dy(), b.shape_of(0), axis, b.saved(0))); });
}

Tensor scatter_add(const Tensor& x0, int64_t axis, const Tensor& index, const Tensor& source0) {
  auto [x, source] = widest_precision(x0, source0);
  return record("scatter_add", scatter_add(x.array(), axis, index.array(), source.array()), {x, source}, keep_nothing,
                saved{index}, [axis](const Backward& b) {
                  return b.each([&] { return b.dy(); },
                                [&] { return padded_to(gather(b.dy(), axis, Tensor(b.saved(0))), b.shape_of(1)); });
                });
}

Tensor masked_select(const Tensor& x, const Tensor& mask) {
  Array chosen = masked_select(x.array(), mask.array());
  return record("masked_select", static_cast<Array&&>(chosen), {x}, keep_nothing, saved{mask}, [](const Backward& b) {
    const Array& m = b.saved(0);
    const Shape shape = broadcast_shapes(b.shape_of(0), m.shape(), "masked_select");
    const Array positions = reshape(nonzero(reshape(expand(m, shape), {-1})), {-1});
    return gradients(reshape(index_add(zeros_for(b.dy(), {shape.numel()}), 0, positions, b.dy()), shape));
  });
}

Tensor nonzero(const Tensor& x) { return nonzero(x.array()); }
Tensor one_hot(const Tensor& index, int64_t classes) { return one_hot(index.array(), classes); }

}  // namespace tenon::inline v0
