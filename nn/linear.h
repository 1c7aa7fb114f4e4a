#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/fusion.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct LinearOptions {
  Required<Size> in, out;  ///< features
  bool bias = true;
  Activation activation = Activation::none;  ///< applied to the result in the same pass

  using O = LinearOptions;
  using fields = Fields<&O::in, &O::out, &O::bias, &O::activation>;
};

/// y = activation(x weight^T + bias). [..., in] -> [..., out]. Parameters: weight [out, in], bias [out], both drawn
/// from U(-1/sqrt(in), 1/sqrt(in)). Throws ShapeError where the input has another number of features.
class Linear : public Layer, public Fusable {
 public:
  using Options = LinearOptions;
  explicit Linear(LinearOptions options);
  Linear(int64_t in, int64_t out) : Linear(LinearOptions{.in = in, .out = out}) {}

  Tensor forward(const Tensor& x) override { return forward_with(x, options_.activation); }
  bool fuses(Activation activation) const override;
  Tensor forward_with(const Tensor& x, Activation activation) override;
  std::string description() const override;

 private:
  LinearOptions options_;

 public:
  Parameter weight, bias;  ///< bias is not defined without one
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
