#include "tenon/autograd/accumulate.h"
#include "tenon/autograd/engine.h"
#include "tenon/core/check.h"

namespace tenon::inline v0 {

using detail::Run;

namespace {

/// A gradient that the caller gave, as the engine takes it.
Tensor given_gradient(const Tensor& gradient, const Tensor& output, const char* caller) {
  TENON_CHECK(gradient.shape() == output.shape(), ShapeError, caller, ": the gradient is ", gradient.shape(),
              ", the tensor ", output.shape());
  return detail::fit(Tensor(gradient), output.array(), caller, 0);
}

}  // namespace

void Tensor::backward() const { backward(BackwardOptions()); }
void Tensor::backward(const Tensor& gradient) const { backward(BackwardOptions{.gradient = gradient}); }

void Tensor::backward(const BackwardOptions& options) const {
  TENON_CHECK(requires_grad(), GradError, "backward: tensor has no graph");
  Tensor gradient = options.gradient.defined() ? given_gradient(options.gradient, *this, "backward")
                                               : detail::unit_gradient(*this, "backward");
  Run run(options.retain_graph, options.create_graph, nullptr);
  run.seed(*this, std::move(gradient));
  run.go();
}

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const GradOptions& options) {
  const auto& given = options.grad_outputs;
  TENON_CHECK(given.empty() || given.size() == outputs.size(), ValueError, "grad: ", given.size(), " grad_outputs for ",
              outputs.size(), " outputs");
  std::vector<Tensor> output_gradients;
  for (size_t i = 0; i < outputs.size(); ++i) {
    TENON_CHECK(outputs[i].requires_grad(), GradError, "grad: output ", i, " has no graph");
    const bool has = !given.empty() && given[i].defined();
    output_gradients.push_back(has ? given_gradient(given[i], outputs[i], "grad")
                                   : detail::unit_gradient(outputs[i], "grad"));
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    TENON_CHECK(inputs[i].requires_grad() || (options.allow_unused && inputs[i].defined()), GradError, "grad: input ",
                i, " does not ask for gradients");
  }
  std::vector<Tensor> result =
      detail::gradients_by(outputs, output_gradients, inputs, options.retain_graph, options.create_graph, false);
  for (size_t i = 0; i < result.size(); ++i) {
    TENON_CHECK(options.allow_unused || result[i].defined(), GradError, "grad: input ", i,
                " is not used by the outputs (allow_unused)");
  }
  return result;
}

}  // namespace tenon::inline v0
