#include "tenon/nn/init.h"

#include <cmath>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/random.h"

namespace tenon::inline v0::nn::init {

namespace {

struct Fans {
  double in, out;
};

Fans fans_of(const Tensor& x, const char* op) {
  TENON_CHECK(x.ndim() >= 2, ShapeError, op, ": expected at least 2 dimensions, got ", x.shape());
  const Shape shape = x.shape();
  double rest = 1;
  for (int i = 2; i < shape.ndim(); ++i) rest *= static_cast<double>(shape[i]);
  return {static_cast<double>(shape[1]) * rest, static_cast<double>(shape[0]) * rest};
}

}  // namespace

void constant_(const Tensor& x, double value) { copy_(x.array(), full({}, value, x.dtype())); }
void zeros_(const Tensor& x) { constant_(x, 0); }
void ones_(const Tensor& x) { constant_(x, 1); }

void uniform_(const Tensor& x, double low, double high, Generator& generator) {
  tenon::uniform_(x.array(), low, high, generator);
}
void normal_(const Tensor& x, double mean, double std, Generator& generator) {
  tenon::normal_(x.array(), mean, std, generator);
}

void xavier_uniform_(const Tensor& x, double gain, Generator& generator) {
  const Fans fans = fans_of(x, "xavier_uniform_");
  const double bound = gain * std::sqrt(6 / (fans.in + fans.out));
  uniform_(x, -bound, bound, generator);
}
void xavier_normal_(const Tensor& x, double gain, Generator& generator) {
  const Fans fans = fans_of(x, "xavier_normal_");
  normal_(x, 0, gain * std::sqrt(2 / (fans.in + fans.out)), generator);
}
void kaiming_uniform_(const Tensor& x, double slope, Generator& generator) {
  const double bound = std::sqrt(6 / ((1 + slope * slope) * fans_of(x, "kaiming_uniform_").in));
  uniform_(x, -bound, bound, generator);
}
void kaiming_normal_(const Tensor& x, double slope, Generator& generator) {
  normal_(x, 0, std::sqrt(2 / ((1 + slope * slope) * fans_of(x, "kaiming_normal_").in)), generator);
}

Array fan_in_uniform(const Shape& shape, int64_t fan_in, Generator& generator) {
  Array x = empty(shape);
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  tenon::uniform_(x, -bound, bound, generator);
  return x;
}

}  // namespace tenon::inline v0::nn::init
