#include "tenon/train/metrics.h"

#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0::train {

void MetricsSum::add(double loss, const Array& outputs, const Array& targets) {
  const int64_t samples = outputs.size(0);
  loss_ += loss * static_cast<double>(samples);
  samples_ += samples;
  if (task_ == Task::regression) return;
  const bool probabilities = is_floating(targets.dtype());
  const Array right = argmax(outputs, 1) == (probabilities ? argmax(targets, 1) : targets);
  right_ += sum(right).item<int64_t>();
  classified_ += right.numel();
}

Metrics MetricsSum::mean() const {
  const auto ratio = [](double a, int64_t b) { return b > 0 ? a / static_cast<double>(b) : 0; };
  return {ratio(loss_, samples_), ratio(static_cast<double>(right_), classified_), samples_};
}

}  // namespace tenon::inline v0::train
