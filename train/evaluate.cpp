#include "tenon/train/evaluate.h"

#include "tenon/autograd/grad_mode.h"
#include "tenon/data/loader.h"

namespace tenon::inline v0::train {

Metrics evaluate(nn::Layer& model, nn::Loss& loss, const data::DatasetPtr& set, const EvaluateOptions& options) {
  const NoGrad no_grad;
  const nn::EvaluationMode mode(model);
  MetricsSum sum(options.task, loss);
  data::Loader loader(set, {.batch_size = options.batch_size, .workers = options.workers});
  for (const data::Sample& batch : loader) {
    const Tensor target = batch["target"].to(options.device);
    const Tensor output = model(batch["input"].to(options.device));
    sum.add(loss(output, target).item<double>(), output.array(), target.array());
  }
  return sum.mean();
}

}  // namespace tenon::inline v0::train
