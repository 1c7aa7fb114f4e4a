#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tenon/nn/loss.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// What a model learns, and so what its outputs mean: scores of classes; numbers; or, in a language, scores [N, T,
/// tokens] of what comes next at each place of a text, where the loss sees each place as a sample: [N T, tokens].
enum class Task { classification, regression, language };

/// How good a model is on a set of samples.
struct Metrics {
  double loss = 0;      ///< mean over the samples that count in the loss
  double accuracy = 0;  ///< in classification the share of those whose class is right
  int64_t samples = 0;  ///< places of a text in language

  /// The loss, if it is a cross-entropy, in bits: of a text, how many a token takes.
  double bits() const;
};

/// A number that is shown of metrics.
struct Figure {
  std::string name;  ///< in files: `accuracy`
  double value;
  std::string text;  ///< for people: `accuracy 82.82 %`
};
/// The loss, and what else says how good a model is at its task: the accuracy, or the bits.
std::vector<Figure> figures(const Metrics& metrics, Task task);

/// What one batch adds to metrics, on the device that computed it. Numbers are 0-d.
struct BatchMetrics {
  int64_t samples = 0;
  int64_t predictions = 0;  ///< of classes
  Array loss;
  Array counted;  ///< how many samples count in the loss; not defined: all
  Array right;    ///< how many of the predictions are right; defined in classification alone

  /// The same on its way to the host, which may read it when an Event that was made afterwards has passed.
  BatchMetrics fetch() const;
  /// Whether no sample counts. The mean of nothing is nan, and nothing is wrong. On the host.
  bool counts_nothing() const { return counted.defined() && counted.item<int64_t>() == 0; }
};

/// So many batches may be under way on a device before the host waits for the first of them: the device does not run
/// dry while the host prepares the next one.
inline constexpr size_t most_under_way = 4;

/// Metrics of many batches, one after the other.
class MetricsSum {
 public:
  /// The loss must live longer. Throws ValueError for one that is not reduced to one number.
  MetricsSum(Task task, const nn::Loss& loss);

  /// What is known of a batch: its loss, the model's outputs [N, ...] and the targets; in classification the outputs
  /// are [N, classes, ...], and the targets classes [N, ...] or probabilities of the outputs' shape. Nothing waits for
  /// it.
  BatchMetrics measure(const Array& loss, const Array& outputs, const Array& targets) const;
  /// Counts a batch. Waits for its numbers if they are on a device.
  void add(const BatchMetrics& batch);
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
