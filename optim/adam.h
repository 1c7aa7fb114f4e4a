#pragma once
#include "tenon/optim/optimizer.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace optim {

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;

  using O = AdamOptions;
  using fields = Fields<&O::lr, &O::beta1, &O::beta2, &O::eps, &O::weight_decay>;
  /// Throws ValueError.
  void check() const;
};

/// Adam (Kingma and Ba, 2015): m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p = p - lr m' / (sqrt(v') +
/// eps), m' and v' divided by 1 - beta^step. Weight decay is added to the gradient. As PyTorch's.
class Adam : public OptimizerWith<AdamOptions> {
 public:
  Adam(AdamOptions options, std::vector<Tensor> parameters);
  Adam(std::vector<Tensor> parameters, AdamOptions options = {});
  explicit Adam(const std::vector<ParameterGroup<AdamOptions>>& groups);

 protected:
  Adam(const char* name, const std::vector<ParameterGroup<AdamOptions>>& groups);
  /// Whether weight decay shrinks the parameter itself (AdamW) or is added to the gradient.
  virtual bool decoupled() const { return false; }
  void update(size_t group, const Update& update) override;
  std::vector<std::string> state_names(size_t group) const override;
};

struct AdamWOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0.01;

  using O = AdamWOptions;
  using fields = Fields<&O::lr, &O::beta1, &O::beta2, &O::eps, &O::weight_decay>;
  /// Throws ValueError.
  void check() const;
};

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): p shrinks by lr weight_decay p. As PyTorch's.
class AdamW : public Adam {
 public:
  using Options = AdamWOptions;
  AdamW(AdamWOptions options, std::vector<Tensor> parameters);
  AdamW(std::vector<Tensor> parameters, AdamWOptions options = {});
  explicit AdamW(const std::vector<ParameterGroup<AdamWOptions>>& groups);

 protected:
  bool decoupled() const override { return true; }
};

}  // namespace optim
}  // namespace v0
}  // namespace tenon
