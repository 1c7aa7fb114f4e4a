#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/fusion.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

/// max(x, 0), elementwise.
class ReLU : public ActivationLayer {
 public:
  using Options = NoOptions;
  explicit ReLU(NoOptions = {}) {}
  Tensor forward(const Tensor& x) override;
  Activation activation() const override;
};

struct GELUOptions {
  bool tanh = false;  ///< the tanh approximation

  using O = GELUOptions;
  using fields = Fields<&O::tanh>;
};

/// x Phi(x), Phi the normal distribution (Hendrycks and Gimpel, 2016), elementwise; with `tanh`
/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
class GELU : public ActivationLayer {
 public:
  using Options = GELUOptions;
  explicit GELU(GELUOptions options = {}) : options_(options) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  GELUOptions options_;
};

/// 1 / (1 + exp(-x)), elementwise.
class Sigmoid : public ActivationLayer {
 public:
  using Options = NoOptions;
  explicit Sigmoid(NoOptions = {}) {}
  Tensor forward(const Tensor& x) override;
};

/// tanh(x), elementwise.
class Tanh : public ActivationLayer {
 public:
  using Options = NoOptions;
  explicit Tanh(NoOptions = {}) {}
  Tensor forward(const Tensor& x) override;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
