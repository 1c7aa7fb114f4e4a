#pragma once
#include "tenon/optim/optimizer.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace optim {

struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;

  using O = SGDOptions;
  using fields = Fields<&O::lr, &O::momentum, &O::dampening, &O::weight_decay, &O::nesterov>;
  /// Throws ValueError.
  void check() const;
};

/// Stochastic gradient descent: g = grad + weight_decay p; v = momentum v + (1 - dampening) g, v = g in the first step;
/// p = p - lr v, or p - lr (g + momentum v) with Nesterov's rule. As PyTorch's.
class SGD : public OptimizerWith<SGDOptions> {
 public:
  SGD(SGDOptions options, std::vector<Tensor> parameters);
  SGD(std::vector<Tensor> parameters, SGDOptions options = {});
  explicit SGD(const std::vector<ParameterGroup<SGDOptions>>& groups);

 protected:
  void update(size_t group, const Update& update) override;
  std::vector<std::string> state_names(size_t group) const override;
};

}  // namespace optim
}  // namespace v0
}  // namespace tenon
