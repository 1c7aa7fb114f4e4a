#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The dtype that holds both, as in PyTorch: the wider of a category; floating beats integer beats bool; uint8 with
/// int8 gives int32 (there is no int16); float16 with bfloat16 gives float32.
DType promote(DType a, DType b);
/// The dtype of an operation on both: an array with dimensions beats a 0-d array of its category, which beats a number.
DType result_type(const Array& a, const Array& b);
DType result_type(const Array& a, const Scalar& b);

}  // namespace v0
}  // namespace tenon
