#pragma once
#include <cstdint>

#include "tenon/nn/loss.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// What a model learns, and so what its outputs mean: scores of classes, or numbers.
enum class Task { classification, regression };

/// How good a model is on a set of samples.
struct Metrics {
  double loss = 0;      ///< mean over the samples that count in the loss
  double accuracy = 0;  ///< the share of those whose class is right; 0 in regression
  int64_t samples = 0;
};

/// Metrics of many batches, one after the other.
class MetricsSum {
 public:
  /// The loss must live longer. Throws ValueError for one that is not reduced to one number.
  MetricsSum(Task task, const nn::Loss& loss);

  /// A batch: its loss, the model's outputs [N, ...] and the targets; in classification the outputs are
  /// [N, classes, ...], and the targets classes [N, ...] or probabilities of the outputs' shape.
  void add(double loss, const Array& outputs, const Array& targets);
  Metrics mean() const;

 private:
  Task task_;
  const nn::Loss* by_;
  double loss_ = 0;
  int64_t counted_ = 0;
  int64_t samples_ = 0;
  int64_t right_ = 0;
  int64_t classified_ = 0;
};

}  // namespace train
}  // namespace v0
}  // namespace tenon
