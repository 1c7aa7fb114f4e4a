// Internal: what gradients of reductions have in common.
#pragma once
#include "tenon/autograd/record.h"

namespace tenon::inline v0::detail {

/// The gradient of a reduction over `axes` (a bit set), with or without keepdim, laid over the shape of what was
/// reduced. A view.
Tensor spread(const Tensor& dy, const Shape& shape, uint32_t axes);
/// How many elements one result is made of.
int64_t reduced_count(const Shape& shape, uint32_t axes);
/// 1 / count where x is the extreme value y, `count` being how many such there are; else 0. No gradient.
Tensor shares_of_extremes(const Array& x, const Array& y, uint32_t axes);

}  // namespace tenon::inline v0::detail
