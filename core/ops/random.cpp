#include "tenon/core/ops/random.h"

#include <numeric>

#include "tenon/core/check.h"
#include "tenon/core/math/random.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

uint64_t blocks_for(int64_t numel, int64_t per_block) {
  return static_cast<uint64_t>((numel + per_block - 1) / per_block);
}

/// Fills x, over a row-major copy where it is not row-major itself.
void fill(const Slot<RandomKernels::Fill>& slot, const Array& x, double a, double b, Generator& generator,
          const char* op) {
  TENON_CHECK(x.defined(), ValueError, op, ": the array is not defined");
  if (!is_floating(x.dtype())) detail::throw_wrong_dtype(op, x.dtype(), slot.accepted());
  x.mark_write(op);
  if (x.numel() == 0) return;
  const Array out = x.is_contiguous() ? x : empty(x.shape(), x.dtype(), x.device());
  const RandomKey key = generator.reserve(blocks_for(x.numel(), x.dtype() == float64 ? 2 : 4));
  detail::run(slot, x.device(), x.dtype(), out.raw(), a, b, key);
  if (!x.is_contiguous()) copy_(x, out);
}

bool fits(int64_t value, DType dtype) {
  if (dtype == bool_) return value == 0 || value == 1;
  return detail::beyond(value, dtype) == 0;
}

}  // namespace

void uniform_(const Array& x, double low, double high, Generator& generator) {
  TENON_CHECK(low <= high, ValueError, "uniform_: low ", low, " lies above high ", high);
  fill(kernels.random.uniform, x, low, high, generator, "uniform_");
}

void normal_(const Array& x, double mean, double std, Generator& generator) {
  TENON_CHECK(std >= 0, ValueError, "normal_: std must not be negative, got ", std);
  fill(kernels.random.normal, x, mean, std, generator, "normal_");
}

Array rand(const Shape& shape, DType dtype, Device device, Generator& generator) {
  Array out = empty(shape, dtype, device);
  fill(kernels.random.uniform, out, 0, 1, generator, "rand");
  return out;
}

Array randn(const Shape& shape, DType dtype, Device device, Generator& generator) {
  Array out = empty(shape, dtype, device);
  fill(kernels.random.normal, out, 0, 1, generator, "randn");
  return out;
}

Array rand_like(const Array& x, Generator& generator) {
  detail::check_defined("rand_like", x);
  return rand(x.shape(), x.dtype(), x.device(), generator);
}
Array randn_like(const Array& x, Generator& generator) {
  detail::check_defined("randn_like", x);
  return randn(x.shape(), x.dtype(), x.device(), generator);
}

Array randint(int64_t low, int64_t high, const Shape& shape, DType dtype, Device device, Generator& generator) {
  TENON_CHECK(low < high, ValueError, "randint: low ", low, " is not below high ", high);
  TENON_CHECK(fits(low, dtype) && fits(high - 1, dtype), ValueError, "randint: [", low, ", ", high, ") does not fit ",
              name_of(dtype));
  const Array out = empty(shape, int64, device);
  if (out.numel() > 0) {
    const uint64_t range = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    const RandomKey key = generator.reserve(blocks_for(out.numel(), 2));
    detail::run(kernels.random.integer, device, int64, out.raw(), low, range, key);
  }
  return cast(out, dtype);
}

Array randperm(int64_t n, Device device, Generator& generator) {
  TENON_CHECK(n >= 0, ValueError, "randperm: n must not be negative, got ", n);
  const Array out = empty({n}, int64);
  auto* order = static_cast<int64_t*>(out.data());
  std::iota(order, order + n, 0);
  const RandomKey key = generator.reserve(blocks_for(n, 2));
  // Fisher and Yates: position i takes one of those from i on.
  int64_t words[2];
  for (int64_t i = 0; i < n; ++i) {
    if (i % 2 == 0) {
      const uint64_t counter = key.offset + static_cast<uint64_t>(i / 2);
      uint32_t a = static_cast<uint32_t>(counter), b = static_cast<uint32_t>(counter >> 32), c = 0, d = 0;
      math::philox(a, b, c, d, key.seed);
      words[0] = static_cast<int64_t>(math::random::wide(a, b));
      words[1] = static_cast<int64_t>(math::random::wide(c, d));
    }
    const math::random::Integer below{i, static_cast<uint64_t>(n - i)};
    std::swap(order[i], order[below.of(static_cast<uint64_t>(words[i % 2]))]);
  }
  return out.to(device);
}

Array bernoulli(const Array& p, Generator& generator) {
  TENON_CHECK(p.defined(), ValueError, "bernoulli: the input is not defined");
  // Draws of 16 bits are too coarse to compare with: many would be equal to p.
  const DType drawn = is_floating(p.dtype()) ? promote(p.dtype(), float32) : p.dtype();
  return cast(lt(rand(p.shape(), drawn, p.device(), generator), p), p.dtype());
}

RandomKey dropout_key(const Array& x, Generator& generator) { return generator.reserve(blocks_for(x.numel(), 4)); }

Array dropout(const Array& x, double p, Generator& generator) { return dropout(x, p, dropout_key(x, generator)); }

Array dropout(const Array& x, double p, const RandomKey& key) {
  detail::check_defined("dropout", x);
  TENON_CHECK(p >= 0 && p <= 1, ValueError, "dropout: p must lie in [0, 1], got ", p);
  const Array plain = contiguous(x);
  if (p == 1) return zeros_like(plain);
  const Array out = empty_like(plain, plain.dtype());
  if (out.numel() > 0) detail::run(kernels.random.dropout, x.device(), x.dtype(), out.raw(), plain.raw(), p, key);
  return out;
}

}  // namespace tenon::inline v0
