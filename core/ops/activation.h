#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// max(x, 0), elementwise; nan stays.
Array relu(const Array& x);
/// dy where y > 0, else 0: the gradient of relu from its output. At 0 the gradient is 0.
Array relu_grad(const Array& dy, const Array& y);

}  // namespace v0
}  // namespace tenon
