#include "tenon/autograd/ops/join.h"

#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/record.h"

namespace tenon::inline v0 {

namespace {

std::vector<Array> arrays_of(const std::vector<Tensor>& tensors) {
  std::vector<Array> arrays;
  arrays.reserve(tensors.size());
  for (const Tensor& t : tensors) arrays.push_back(t.array());
  return arrays;
}

/// The same cuts as those of the arrays, by slices, which know their gradient.
std::vector<Tensor> sliced(const Tensor& x, const std::vector<Array>& parts, int64_t axis) {
  std::vector<Tensor> slices;
  slices.reserve(parts.size());
  int64_t start = 0;
  for (const Array& part : parts) {
    const int64_t stop = start + part.size(axis);
    slices.push_back(slice(x, axis, start, stop));
    start = stop;
  }
  return slices;
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
  return sliced(x, split(x.array(), size, axis), axis);
}
std::vector<Tensor> split(const Tensor& x, const std::vector<int64_t>& sizes, int64_t axis) {
  return sliced(x, split(x.array(), sizes, axis), axis);
}
std::vector<Tensor> chunk(const Tensor& x, int64_t count, int64_t axis) {
  return sliced(x, chunk(x.array(), count, axis), axis);
}

}  // namespace tenon::inline v0
