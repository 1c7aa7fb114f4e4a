#pragma once
#include "tenon/core/array.h"
#include "tenon/core/random.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Random numbers depend on the generator's seed and offset and on an element's position in C order only.

/// Uniform in [0, 1).
Array rand(const Shape& shape, DType dtype = float32, Device device = cpu, Generator& generator = default_generator());
Array rand_like(const Array& x, Generator& generator = default_generator());
/// Standard normal.
Array randn(const Shape& shape, DType dtype = float32, Device device = cpu, Generator& generator = default_generator());
Array randn_like(const Array& x, Generator& generator = default_generator());
/// Integers in [low, high). Throws ValueError unless low < high and the dtype holds them.
Array randint(int64_t low, int64_t high, const Shape& shape, DType dtype = int64, Device device = cpu,
              Generator& generator = default_generator());
/// The numbers 0 to n - 1 in random order, int64.
Array randperm(int64_t n, Device device = cpu, Generator& generator = default_generator());
/// 1 with the probability that stands in p, else 0; of p's dtype.
Array bernoulli(const Array& p, Generator& generator = default_generator());

/// Overwrites x with numbers uniform in [low, high) (rounding may give `high`), or normal ones. They count as a write.
/// Throw DTypeError unless x is floating, ValueError for a negative std or high < low.
void uniform_(const Array& x, double low = 0, double high = 1, Generator& generator = default_generator());
void normal_(const Array& x, double mean = 0, double std = 1, Generator& generator = default_generator());

/// Each element 0 with probability p, else x / (1 - p). Throws ValueError unless 0 <= p <= 1.
Array dropout(const Array& x, double p, Generator& generator = default_generator());
/// The same with numbers drawn before: no mask is kept, the gradient is dropout of dy by the key of the forward.
Array dropout(const Array& x, double p, const RandomKey& key);
/// What dropout of x draws from the generator.
RandomKey dropout_key(const Array& x, Generator& generator = default_generator());

}  // namespace v0
}  // namespace tenon
