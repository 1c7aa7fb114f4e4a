#include "tenon/autograd/ops/join.h"

#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/record.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0 {

namespace {

std::vector<Array> arrays_of(const std::vector<Tensor>& tensors) {
  std::vector<Array> arrays;
  arrays.reserve(tensors.size());
  for (const Tensor& t : tensors) arrays.push_back(t.array());
  return arrays;
}

/// The parts of x along an axis, recorded as one op: the gradient is joined once.
std::vector<Tensor> parts_of(const char* op, std::vector<Array>&& parts, const Tensor& x, int64_t axis) {
  const int at = normalize_axis(axis, x.ndim(), op);
  std::vector<int64_t> sizes;
  sizes.reserve(parts.size());
  for (const Array& part : parts) sizes.push_back(part.size(at));
  return record(op, std::move(parts), {x}, keep_nothing, [at, sizes](const Backward& b) {
    std::vector<Tensor> slopes;
    slopes.reserve(sizes.size());
    const Tensor* used = nullptr;
    for (size_t i = 0; i < sizes.size() && !used; ++i) used = b.dy(i).defined() ? &b.dy(i) : nullptr;
    Shape shape = b.shape_of(0);
    for (size_t i = 0; i < sizes.size(); ++i) {
      shape[at] = sizes[i];
      slopes.push_back(b.dy(i).defined() ? b.dy(i) : Tensor(zeros(shape, used->dtype(), used->device())));
    }
    return gradients(cat(slopes, at));
  });
}

}  // namespace

Tensor cat(const std::vector<Tensor>& tensors, int64_t axis) {
  Array joined = cat(arrays_of(tensors), axis);
  const int at = normalize_axis(axis, joined.ndim(), "cat");
  return record("cat", static_cast<Array&&>(joined), tensors, keep_nothing, [at](const Backward& b) {
    Gradients parts(b.n_inputs());
    int64_t start = 0;
    for (size_t i = 0; i < b.n_inputs(); ++i) {
      const int64_t stop = start + b.shape_of(i)[at];
      if (b.needs(i)) parts[i] = slice(b.dy(), at, start, stop);
      start = stop;
    }
    return parts;
  });
}

Tensor stack(const std::vector<Tensor>& tensors, int64_t axis) {
  Array joined = stack(arrays_of(tensors), axis);
  const int at = normalize_axis(axis, joined.ndim(), "stack");
  return record("stack", static_cast<Array&&>(joined), tensors, keep_nothing, [at](const Backward& b) {
    Gradients parts(b.n_inputs());
    for (size_t i = 0; i < b.n_inputs(); ++i) {
      if (b.needs(i)) parts[i] = select(b.dy(), at, static_cast<int64_t>(i));
    }
    return parts;
  });
}

std::vector<Tensor> split(const Tensor& x, int64_t size, int64_t axis) {
  return parts_of("split", split(x.array(), size, axis), x, axis);
}
std::vector<Tensor> split(const Tensor& x, const std::vector<int64_t>& sizes, int64_t axis) {
  return parts_of("split", split(x.array(), sizes, axis), x, axis);
}
std::vector<Tensor> chunk(const Tensor& x, int64_t count, int64_t axis) {
  return parts_of("chunk", chunk(x.array(), count, axis), x, axis);
}

}  // namespace tenon::inline v0
