// Internal to the CPU loops, compiled once per instruction-set level. Nothing of the standard library with code in it
// may be included here: an inline function compiled with AVX-512 could be the copy that the linker keeps for everybody.
#pragma once
#include "tenon/core/backend.h"
#include "tenon/core/math/compute.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

template <class T>
struct Type {
  using type = T;
};

/// Calls f with the Type of the dtype, if it is one of `Accepted`; the others are not compiled.
template <DTypes Accepted, class F>
[[gnu::always_inline]] inline void by_dtype(DType dtype, const F& f) {
  const auto call = [&]<DType D, class T>() __attribute__((always_inline)) {
    if constexpr (contains(Accepted, D)) {
      if (dtype == D) f(Type<T>{});
    }
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
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
