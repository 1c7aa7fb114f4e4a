#include "tenon/core/geometry.h"

#include <algorithm>
#include <numeric>

#include "tenon/core/check.h"

namespace tenon::inline v0::detail {

namespace {

/// Whether walking the axes in `order` (outermost first) meets the elements one after the other.
bool runs_on(const int64_t* shape, const int64_t* strides, const int* order, int ndim) {
  int64_t expected = 1;
  for (int k = ndim - 1; k >= 0; --k) {
    const int axis = order[k];
    if (shape[axis] == 1) continue;
    if (strides[axis] != expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/// Whether there is any order in which the elements come one after the other: what lies next to what is found so far is
/// the axis with the stride of that.
bool fills_a_block(const int64_t* shape, const int64_t* strides, int ndim) {
  int64_t expected = 1;
  int left = 0;
  for (int i = 0; i < ndim; ++i) left += shape[i] != 1;
  while (left > 0) {
    int next = 0;
    while (next < ndim && (strides[next] != expected || shape[next] == 1)) ++next;
    if (next == ndim) return false;
    expected *= shape[next];
    --left;
  }
  return true;
}

/// The axes, outermost first, by falling stride; equal strides keep their order.
void stride_order(const int64_t* shape, const int64_t* strides, int ndim, int* order) {
  std::iota(order, order + ndim, 0);
  // Insertion by hand: std::stable_sort allocates.
  for (int i = 1; i < ndim; ++i) {
    if (shape[order[i]] == 1) continue;
    for (int k = i; k > 0; --k) {
      if (shape[order[k - 1]] != 1 && strides[order[k - 1]] >= strides[order[k]]) break;
      std::swap(order[k - 1], order[k]);
    }
  }
}

}  // namespace

uint8_t layout_of(const int64_t* shape, const int64_t* strides, int ndim) {
  constexpr int nhwc_order[4] = {0, 2, 3, 1};
  bool in_order = true, elements = true;
  for (int64_t expected = 1, i = ndim - 1; i >= 0; --i) {
    elements &= shape[i] != 0;
    if (shape[i] == 1 || !in_order) continue;
    in_order = strides[i] == expected;
    expected *= shape[i];
  }
  if (!elements) return row_major | dense;
  uint8_t layout = in_order ? row_major | dense : 0;
  if (ndim == 4 && runs_on(shape, strides, nhwc_order, 4)) layout |= channels_last | dense;
  return layout ? layout : fills_a_block(shape, strides, ndim) ? dense : 0;
}

Shape row_major_strides(const Shape& shape) {
  Shape strides = shape;
  int64_t stride = 1;
  for (int i = shape.ndim() - 1; i >= 0; --i) {
    strides[i] = stride;
    if (shape[i] == 0) continue;
    TENON_CHECK(!__builtin_mul_overflow(stride, shape[i], &stride), ShapeError, "shape ", shape,
                " has more elements than can be counted");
  }
  return strides;
}

Shape dense_strides_in_order(const View& view) {
  int order[max_ndim];
  stride_order(view.shape, view.strides, view.ndim, order);
  Shape strides(view.shape, static_cast<size_t>(view.ndim));
  int64_t stride = 1;
  for (int k = view.ndim - 1; k >= 0; --k) {
    strides[order[k]] = stride;
    stride *= view.shape[order[k]];
  }
  return strides;
}

bool strides_for_reshape(const View& view, const Shape& shape, Shape& strides) {
  strides = row_major_strides(shape);
  if (view.layout & row_major) return true;
  // Walk both shapes from the inside; a group of new axes must fill a group of old axes whose elements run on.
  int old_axis = view.ndim - 1, new_axis = shape.ndim() - 1;
  while (new_axis >= 0) {
    if (shape[new_axis] == 1) {
      --new_axis;
      continue;
    }
    while (old_axis >= 0 && view.shape[old_axis] == 1) --old_axis;
    int64_t old_size = view.shape[old_axis], new_size = shape[new_axis];
    int64_t stride = view.strides[old_axis];
    strides[new_axis] = stride;
    while (old_size != new_size) {
      if (new_size < old_size) {
        stride *= shape[new_axis];
        if (--new_axis < 0) return false;
        strides[new_axis] = stride;
        new_size *= shape[new_axis];
      } else {
        const int64_t runs_to = view.strides[old_axis] * view.shape[old_axis];
        do --old_axis;
        while (old_axis >= 0 && view.shape[old_axis] == 1);
        if (old_axis < 0 || view.strides[old_axis] != runs_to) return false;
        old_size *= view.shape[old_axis];
      }
    }
    --new_axis;
    --old_axis;
  }
  return true;
}

}  // namespace tenon::inline v0::detail
