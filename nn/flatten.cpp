#include "tenon/nn/flatten.h"

#include "tenon/nn/describe.h"

namespace tenon::inline v0::nn {

Tensor Flatten::forward(const Tensor& x) { return x.flatten(options_.start, options_.end); }
std::string Flatten::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
