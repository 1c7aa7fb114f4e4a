#include "tenon/nn/dropout.h"

#include "tenon/autograd/ops/random.h"
#include "tenon/core/check.h"

namespace tenon::inline v0::nn {

void DropoutOptions::check() const { TENON_CHECK(p >= 0 && p <= 1, ValueError, "p must lie in [0, 1], got ", p); }

Dropout::Dropout(DropoutOptions options) : options_(checked("Dropout", options)) {}

Tensor Dropout::forward(const Tensor& x) { return training() && options_.p > 0 ? dropout(x, options_.p) : x; }
std::string Dropout::description() const { return text("p=", options_.p); }

}  // namespace tenon::inline v0::nn
