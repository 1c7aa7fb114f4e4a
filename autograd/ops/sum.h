#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/sum.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/sum.h. dy, and y below, are spread over the axes that were reduced.

/// dx = dy
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// dx = dy times the product of the others, without a division: right where elements are 0
Tensor prod(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// dx = dy / count
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// dx = 2 dy (x - mean) / (count - correction)
Tensor var(const Tensor& x, const Axes& axes = {}, VarOptions options = {});
/// dx = dy (x - mean) / ((count - correction) y); 0 where y is 0
Tensor std(const Tensor& x, const Axes& axes = {}, VarOptions options = {});
/// p = 1: dx = dy sign(x); p = 2: dx = dy x / y, 0 where y is 0; infinity: dy sign(x), shared out evenly among the
/// largest
Tensor norm(const Tensor& x, double p = 2, const Axes& axes = {}, bool keepdim = false);
/// dx = dy exp(x - y)
Tensor logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

}  // namespace v0
}  // namespace tenon
