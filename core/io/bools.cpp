#include "tenon/core/io/bools.h"

#include "tenon/core/geometry.h"

namespace tenon::inline v0::detail {

Array normal_bools(const Array& x) {
  if (x.dtype() != bool_) return x;
  const auto* bytes = static_cast<const uint8_t*>(x.data());
  bool normal = true;
  for (int64_t i = 0; i < x.numel(); ++i) normal &= bytes[i] <= 1;
  if (normal) return x;
  const View v = x.raw();
  Array out = empty_strided(v.shape, v.strides, v.ndim, bool_, cpu);
  for (int64_t i = 0; i < x.numel(); ++i) static_cast<uint8_t*>(out.data())[i] = bytes[i] != 0;
  return out;
}

}  // namespace tenon::inline v0::detail
