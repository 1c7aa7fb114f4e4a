#include "tenon/train/metrics.h"

#include <numbers>

#include <fmt/format.h>

#include "tenon/core/check.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0::train {

double Metrics::bits() const { return loss / std::numbers::ln2; }

std::vector<Figure> figures(const Metrics& m, Task task) {
  std::vector<Figure> all{{"loss", m.loss, fmt::format("loss {:.4f}", m.loss)}};
  if (task == Task::classification) {
    all.push_back({"accuracy", m.accuracy, fmt::format("accuracy {:.2f} %", 100 * m.accuracy)});
  }
  if (task == Task::language) all.push_back({"bits", m.bits(), fmt::format("bits {:.3f}", m.bits())});
  return all;
}

MetricsSum::MetricsSum(Task task, const nn::Loss& loss) : task_(task), by_(&loss) {
  TENON_CHECK(loss.reduction() != Reduction::none, ValueError, loss.kind(),
              ": reduction must be mean or sum, got none");
}

BatchMetrics BatchMetrics::fetch() const {
  BatchMetrics fetched = *this;
  for (Array* number : {&fetched.loss, &fetched.counted, &fetched.right}) {
    if (number->defined()) *number = number->to(cpu, {.async = true});
  }
  return fetched;
}

BatchMetrics MetricsSum::measure(const Array& loss, const Array& outputs, const Array& targets) const {
  BatchMetrics batch;
  batch.samples = outputs.size(0);
  batch.loss = loss;
  const Array mask = by_->counted(targets);
  if (mask.defined()) batch.counted = sum(mask);
  if (task_ != Task::classification) return batch;
  const bool probabilities = is_floating(targets.dtype());
  Array right = argmax(outputs, 1) == (probabilities ? argmax(targets, 1) : targets);
  if (mask.defined()) right = logical_and(right, mask);
  batch.right = sum(right);
  batch.predictions = right.numel();
  return batch;
}

void MetricsSum::add(const BatchMetrics& batch) {
  samples_ += batch.samples;
  const int64_t counted = batch.counted.defined() ? batch.counted.item<int64_t>() : batch.samples;
  if (counted == 0) return;  // the mean of nothing is nan
  const auto loss = batch.loss.item<double>();
  loss_ += by_->reduction() == Reduction::sum ? loss : loss * static_cast<double>(counted);
  counted_ += counted;
  if (task_ != Task::classification) return;
  right_ += batch.right.item<int64_t>();
  classified_ += batch.counted.defined() ? counted : batch.predictions;
}

Metrics MetricsSum::mean() const {
  const auto ratio = [](double a, int64_t b) { return b > 0 ? a / static_cast<double>(b) : 0; };
  return {ratio(loss_, counted_), ratio(static_cast<double>(right_), classified_), samples_};
}

}  // namespace tenon::inline v0::train
