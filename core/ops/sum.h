#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Reductions over the given axes, by default all. `keepdim` leaves the axes in place with size 1. They throw IndexError
// for an axis out of range or given twice. Floating results are summed pairwise: the rounding error grows with the
// logarithm of the count.

/// The sum; of no elements: 0. bool and integers give int64.
Array sum(const Array& x, const Axes& axes = {}, bool keepdim = false);
/// The product; of no elements: 1. bool and integers give int64.
Array prod(const Array& x, const Axes& axes = {}, bool keepdim = false);
/// sum / count; of no elements: nan. Throws DTypeError unless x is floating.
Array mean(const Array& x, const Axes& axes = {}, bool keepdim = false);

struct VarOptions {
  double correction = 1;  ///< what is taken off the count: 1 gives the unbiased estimate, 0 the population's variance
  bool keepdim = false;
};
/// sum((x - mean)^2) / max(0, count - correction); nan or infinity where that divides by 0. The mean is taken out block
/// by block, so nothing cancels. Throws DTypeError unless x is floating.
Array var(const Array& x, const Axes& axes = {}, VarOptions options = {});
/// sqrt(var(x)). Write `tenon::std(x)`: behind `using namespace tenon` the word alone is also the namespace.
Array std(const Array& x, const Axes& axes = {}, VarOptions options = {});

/// The p-norm of the elements as one vector: sum(|x|) for p = 1, sqrt(sum(x^2)) for 2, max(|x|) for infinity; of no
/// elements: 0. Throws ValueError for another p, DTypeError unless x is floating.
Array norm(const Array& x, double p = 2, const Axes& axes = {}, bool keepdim = false);

/// log(sum(exp(x))), computed from x - max(x): nothing overflows; of no elements: -infinity. Throws DTypeError unless x
/// is floating.
Array logsumexp(const Array& x, const Axes& axes = {}, bool keepdim = false);

}  // namespace v0
}  // namespace tenon
