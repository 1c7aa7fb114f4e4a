#include "tenon/core/ops/loop.h"

namespace tenon::inline v0::detail {

namespace {

void set_operands(Loop& loop, std::span<const View> operands) {
  loop.operands = static_cast<int32_t>(operands.size());
  for (int o = 0; o < loop.operands; ++o) {
    loop.data[o] = operands[o].data;
    loop.dtype[o] = operands[o].dtype;
  }
}

int64_t stride_for(const View& v, int axis_from_end) {
  const int axis = v.ndim - axis_from_end;
  return !v.data || axis < 0 || v.shape[axis] == 1 ? 0 : v.strides[axis];
}

/// Whether axis `a` lies inside axis `b`: smaller stride in the lead operand, else in the first operand that tells.
bool lies_inside(const Loop& loop, int a, int b, int lead) {
  for (int k = 0; k < loop.operands; ++k) {
    const int o = k == 0 ? lead : k <= lead ? k - 1 : k;
    const int64_t sa = loop.strides[o][a], sb = loop.strides[o][b];
    if (sa != sb && sa && sb) return sa < sb;
  }
  return false;
}

void swap_axes(Loop& loop, int a, int b) {
  std::swap(loop.shape[a], loop.shape[b]);
  for (int o = 0; o < loop.operands; ++o) std::swap(loop.strides[o][a], loop.strides[o][b]);
}

bool runs_on(const Loop& loop, int inner, int outer) {
  for (int o = 0; o < loop.operands; ++o) {
    if (loop.strides[o][outer] != loop.strides[o][inner] * loop.shape[inner]) return false;
  }
  return true;
}

void merge_axes(Loop& loop) {
  int last = 0;
  for (int axis = 1; axis < loop.axes; ++axis) {
    if (runs_on(loop, last, axis)) {
      loop.shape[last] *= loop.shape[axis];
      continue;
    }
    ++last;
    loop.shape[last] = loop.shape[axis];
    for (int o = 0; o < loop.operands; ++o) loop.strides[o][last] = loop.strides[o][axis];
  }
  loop.axes = last + 1;
}

}  // namespace

bool make_loop(Loop& loop, std::span<const View> operands, const int64_t* shape, int ndim, int lead) {
  set_operands(loop, operands);
  loop.axes = 0;
  for (int k = 1; k <= ndim; ++k) {  // innermost first
    const int64_t size = shape[ndim - k];
    if (size == 0) return false;
    if (size == 1) continue;
    loop.shape[loop.axes] = size;
    for (int o = 0; o < loop.operands; ++o) loop.strides[o][loop.axes] = stride_for(operands[o], k);
    for (int a = loop.axes; a > 0 && lies_inside(loop, a, a - 1, lead); --a) swap_axes(loop, a, a - 1);
    ++loop.axes;
  }
  if (loop.axes == 0) {
    loop.axes = 1;
    loop.shape[0] = 1;
    for (int o = 0; o < loop.operands; ++o) loop.strides[o][0] = 0;
    return true;
  }
  merge_axes(loop);
  return true;
}

bool make_loop_alike_in_any_order(Loop& loop, const Array& out, std::initializer_list<const Array*> inputs,
                                  DType immediate) {
  View views[Loop::max_operands] = {out.raw()};
  size_t n = 1;
  for (const Array* x : inputs) views[n++] = x ? x->raw() : View{nullptr, nullptr, nullptr, 0, immediate, 0};
  return make_loop(loop, {views, n}, views[0].shape, views[0].ndim);
}

Array result_like(std::span<const Array* const> inputs, const Shape& shape, DType dtype, Device device) {
  const View wanted{nullptr, shape.begin(), nullptr, shape.ndim(), dtype, 0};
  for (const Array* x : inputs) {
    if (same_shape(x->raw(), wanted)) return empty_like(*x, dtype);
  }
  return empty(shape.begin(), shape.ndim(), dtype, device);
}

}  // namespace tenon::inline v0::detail
