#include "tenon/train/evaluate.h"

#include <deque>

#include "tenon/autograd/grad_mode.h"
#include "tenon/core/streams.h"
#include "tenon/data/loader.h"
#include "tenon/train/forward.h"

namespace tenon::inline v0::train {

Metrics evaluate(nn::Layer& model, nn::Loss& loss, const data::DatasetPtr& set, const EvaluateOptions& options) {
  const NoGrad no_grad;
  const nn::EvaluationMode mode(model);
  MetricsSum sum(options.task, loss);
  data::Loader loader(set, {.batch_size = options.batch_size, .workers = options.workers, .device = options.device});
  // On a device nobody waits for a batch before the next ones are on their way.
  struct Batch {
    BatchMetrics metrics;
    Event done;
  };
  std::deque<Batch> under_way;
  const auto settle = [&](size_t most) {
    for (; under_way.size() > most; under_way.pop_front()) {
      under_way.front().done.synchronize();
      sum.add(under_way.front().metrics);
    }
  };
  for (const data::Sample& batch : loader) {
    const auto [output, value] = forward(model, loss, batch, options.task, options.precision);
    const BatchMetrics metrics = sum.measure(value.array(), output.array(), batch["target"]);
    under_way.push_back({metrics.fetch(), Event(current_stream(options.device))});
    settle(options.device.is_cpu() ? 0 : most_under_way);
  }
  settle(0);
  return sum.mean();
}

}  // namespace tenon::inline v0::train
