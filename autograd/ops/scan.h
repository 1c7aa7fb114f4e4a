#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/scan.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/scan.h. Gradients are scans from the other end; they divide by nothing.

/// dx[i] = dy[i] + dy[i + 1] + ...
Tensor cumsum(const Tensor& x, int64_t axis);
/// dx[i] = y[i - 1] s[i] where s[i] = dy[i] + x[i + 1] s[i + 1]: right where elements are 0
Tensor cumprod(const Tensor& x, int64_t axis);
/// db[i] = dh[i] + a[i + 1] db[i + 1]; da[i] = db[i] h[i - 1]
Tensor linear_scan(const Tensor& a, const Tensor& b, int64_t axis);

}  // namespace v0
}  // namespace tenon
