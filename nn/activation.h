#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/fusion.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

/// max(x, 0)
class ReLU : public ActivationLayer {
 public:
  using Options = NoOptions;
  explicit ReLU(NoOptions = {}) {}
  Tensor forward(const Tensor& x) override;
  Activation activation() const override { return Activation::relu; }
};

struct GELUOptions {
  bool tanh = false;  ///< the tanh approximation

  using O = GELUOptions;
  using fields = Fields<&O::tanh>;
};

/// x Phi(x), Phi the normal distribution (Hendrycks and Gimpel, 2016).
class GELU : public ActivationLayer {
 public:
  using Options = GELUOptions;
  explicit GELU(GELUOptions options = {}) : options_(options) {}
  Tensor forward(const Tensor& x) override;

 private:
  GELUOptions options_;
};

/// 1 / (1 + exp(-x))
class Sigmoid : public ActivationLayer {
 public:
  using Options = NoOptions;
  explicit Sigmoid(NoOptions = {}) {}
  Tensor forward(const Tensor& x) override;
};

/// tanh(x)
class Tanh : public ActivationLayer {
 public:
  using Options = NoOptions;
  explicit Tanh(NoOptions = {}) {}
  Tensor forward(const Tensor& x) override;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
