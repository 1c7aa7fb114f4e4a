// cuBLASLt behind one header of ours.
#pragma once
#include "tenon/core/cuda/matrices.h"
#include "tenon/core/kernels/launch.h"

namespace tenon::inline v0::cuda_backend {

/// out = a w, for floating dtypes and a depth above 0; plus bias [n] (contiguous, or null) where cuBLASLt has an
/// algorithm that adds it before it rounds: `bias_added` says whether. StatusCode::unsupported: it has none at all.
/// Sums are kept in float or, of float64, in double; float32 uses TF32 where the launch allows it.
Status by_cublas(const Product& p, const void* bias, const Launch& launch, bool& bias_added);

}  // namespace tenon::inline v0::cuda_backend
