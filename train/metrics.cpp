#include "tenon/train/metrics.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0::train {

MetricsSum::MetricsSum(Task task, const nn::Loss& loss) : task_(task), by_(&loss) {
  TENON_CHECK(loss.reduction() != Reduction::none, ValueError, loss.kind(),
              ": reduction must be mean or sum, got none");
}

void MetricsSum::add(double loss, const Array& outputs, const Array& targets) {
  const int64_t samples = outputs.size(0);
  samples_ += samples;
  const Array mask = by_->counted(targets);
  const int64_t counted = mask.defined() ? sum(mask).item<int64_t>() : samples;
  if (counted == 0) return;  // the mean of nothing is nan
  loss_ += by_->reduction() == Reduction::sum ? loss : loss * static_cast<double>(counted);
  counted_ += counted;
  if (task_ == Task::regression) return;
  const bool probabilities = is_floating(targets.dtype());
  Array right = argmax(outputs, 1) == (probabilities ? argmax(targets, 1) : targets);
  if (mask.defined()) right = logical_and(right, mask);
  right_ += sum(right).item<int64_t>();
  classified_ += mask.defined() ? counted : right.numel();
}

Metrics MetricsSum::mean() const {
  const auto ratio = [](double a, int64_t b) { return b > 0 ? a / static_cast<double>(b) : 0; };
  return {ratio(loss_, counted_), ratio(static_cast<double>(right_), classified_), samples_};
}

}  // namespace tenon::inline v0::train
