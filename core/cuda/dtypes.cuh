// From a DType to a type.
#pragma once
#include "tenon/core/backend.h"
#include "tenon/core/cuda/cuda.h"
#include "tenon/core/math/compute.h"

namespace tenon::inline v0::cuda_backend {

template <class T>
struct Type {
  using type = T;
};

/// Calls f with the Type of the dtype, if it is one of `Accepted`; the others are not compiled. f gives a Status.
template <DTypes Accepted, class F>
Status by_dtype(DType dtype, const F& f) {
  const auto call = [&]<DType D, class T>() -> Status {
    if constexpr (contains(Accepted, D)) return f(Type<T>{});
    return {StatusCode::unsupported, "no kernel for this dtype"};
  };
  switch (dtype) {
    case DType::bool_:
      return call.template operator()<DType::bool_, bool>();
    case DType::uint8:
      return call.template operator()<DType::uint8, uint8_t>();
    case DType::int8:
      return call.template operator()<DType::int8, int8_t>();
    case DType::int32:
      return call.template operator()<DType::int32, int32_t>();
    case DType::int64:
      return call.template operator()<DType::int64, int64_t>();
    case DType::float16:
      return call.template operator()<DType::float16, Float16>();
    case DType::bfloat16:
      return call.template operator()<DType::bfloat16, BFloat16>();
    case DType::float32:
      return call.template operator()<DType::float32, float>();
    case DType::float64:
      return call.template operator()<DType::float64, double>();
  }
  return {StatusCode::unsupported, "an unknown dtype"};
}

/// Calls f with an unsigned type of as many bytes: for kernels that only move elements.
template <class F>
Status by_bytes(DType dtype, const F& f) {
  switch (size_of(dtype)) {
    case 1:
      return f(Type<uint8_t>{});
    case 2:
      return f(Type<uint16_t>{});
    case 4:
      return f(Type<uint32_t>{});
    default:
      return f(Type<uint64_t>{});
  }
}

}  // namespace tenon::inline v0::cuda_backend
