#pragma once
#include "tenon/core/array.h"
#include "tenon/core/kernels/fused.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Matrix product over the last two dimensions, broadcasting the others; any layout is read as it lies.
/// a: [..., m, k], b: [..., k, n] -> [..., m, n]. A 1-d `a` is a row, a 1-d `b` a column; that axis is dropped from the
/// result. Throws ShapeError if the inner dimensions differ or an input is 0-d.
Array matmul(const Array& a, const Array& b);

/// What `linear` applies to its result in the same pass.
struct LinearOptions {
  Activation activation = Activation::none;
};
/// activation(x weight^T + bias). x: [..., in], weight: [out, in], bias: [out] or none -> [..., out].
/// Throws ShapeError where the shapes do not fit.
Array linear(const Array& x, const Array& weight, const Array& bias = {}, const LinearOptions& options = {});

}  // namespace v0
}  // namespace tenon
