#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct DropoutOptions {
  double p = 0.5;  ///< the probability of a zero

  using O = DropoutOptions;
  using fields = Fields<&O::p>;
  /// Throws ValueError unless 0 <= p <= 1.
  void check() const;
};

/// In training each element is zero with probability p, the others are divided by 1 - p (Srivastava et al., 2014). In
/// evaluation, and with p = 0, x itself.
class Dropout : public Layer {
 public:
  using Options = DropoutOptions;
  explicit Dropout(DropoutOptions options = {});
  explicit Dropout(double p) : Dropout(DropoutOptions{.p = p}) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  DropoutOptions options_;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
