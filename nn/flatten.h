#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct FlattenOptions {
  int64_t start = 1, end = -1;  ///< the axes that become one

  using O = FlattenOptions;
  using fields = Fields<&O::start, &O::end>;
};

/// Merges the axes from `start` to `end` into one, by default all but the batch: [N, ...] -> [N, features]. Negative
/// ones count from the back. Throws IndexError for an axis that the input has not, ShapeError where end is before
/// start.
class Flatten : public Layer {
 public:
  using Options = FlattenOptions;
  explicit Flatten(FlattenOptions options = {}) : options_(options) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  FlattenOptions options_;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
