#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/random.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

/// Fills parameters. Every function writes in place, records nothing, and draws from the default generator unless one
/// is given. fan_in and fan_out are the connections of one output and one input: of a weight [out, in, ...] in * rest
/// and out * rest. Names and formulas are PyTorch's.
namespace init {

void constant_(const Tensor& x, double value);
void zeros_(const Tensor& x);
void ones_(const Tensor& x);
/// U(low, high)
void uniform_(const Tensor& x, double low = 0, double high = 1, Generator& generator = default_generator());
/// N(mean, std^2)
void normal_(const Tensor& x, double mean = 0, double std = 1, Generator& generator = default_generator());
/// U(-a, a), a = gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010). Throws ShapeError below 2 dimensions.
void xavier_uniform_(const Tensor& x, double gain = 1, Generator& generator = default_generator());
/// N(0, std^2), std = gain sqrt(2 / (fan_in + fan_out)).
void xavier_normal_(const Tensor& x, double gain = 1, Generator& generator = default_generator());
/// U(-a, a), a = sqrt(6 / ((1 + slope^2) fan_in)) (He et al., 2015); slope 0 is relu's.
void kaiming_uniform_(const Tensor& x, double slope = 0, Generator& generator = default_generator());
/// N(0, std^2), std = sqrt(2 / ((1 + slope^2) fan_in)).
void kaiming_normal_(const Tensor& x, double slope = 0, Generator& generator = default_generator());

/// A new array drawn from U(-1/sqrt(fan_in), 1/sqrt(fan_in)): what PyTorch's Linear and Conv2d begin with.
Array fan_in_uniform(const Shape& shape, int64_t fan_in, Generator& generator = default_generator());

}  // namespace init
}  // namespace nn
}  // namespace v0
}  // namespace tenon
