#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenon/data/dataset.h"
#include "tenon/nn/loss.h"
#include "tenon/nn/module.h"
#include "tenon/optim/schedule.h"
#include "tenon/train/metrics.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

class Progress;

struct TrainerOptions {
  int64_t epochs = 10;
  int64_t max_steps = 0;  ///< ends after so many batches; 0: after all epochs
  int64_t batch_size = 64;
  int64_t workers = 0;  ///< threads that prepare batches
  uint64_t seed = 0;    ///< of the order of the samples and what is random about them
  Task task = Task::classification;
  std::optional<double> clip_grad_norm = {};  ///< gradients together are scaled to at most this norm
  bool schedule_batches = false;              ///< the schedule makes a step after each batch, not each epoch
  Device device = cpu;
  DType precision = float32;   ///< float16, bfloat16: forward passes run in an Autocast of it; weights stay as they are
  std::string directory = {};  ///< gets metrics.csv, best.safetensors and last.safetensors; empty: nothing is written
  Progress* progress = nullptr;     ///< shows how far it is; null: nothing is shown
  std::function<bool()> stop = {};  ///< asked after each batch: whether to end now
};

/// What is known after an epoch.
struct EpochMetrics {
  int64_t epoch = 0;  ///< from 1
  Metrics train;      ///< over the epoch's batches, each before its own update
  std::optional<Metrics> test = {};
  double lr = 0;  ///< of the first group in the last batch
  double seconds = 0;
};

struct TrainResult {
  std::vector<EpochMetrics> epochs;
  int64_t best_epoch =
      0;  ///< by the accuracy on the test set, or the loss in regression; without one, on the training set
  int64_t steps = 0;
  bool stopped = false;  ///< by `stop`, in the middle of an epoch
};

/// The training loop: epochs of batches; forward, loss, backward, clipping, a step of the optimizer, of the schedule;
/// metrics, and after each epoch an evaluation and the weights.
///
///     optim::SGD sgd(model.parameters(), {.lr = 0.1});
///     train::Trainer trainer({model, loss, sgd}, {.epochs = 5});
///     train::TrainResult result = trainer.fit(training_set, test_set);
class Trainer {
 public:
  /// What is trained, and by what. All must live longer.
  struct Parts {
    nn::Layer& model;
    nn::Loss& loss;
    optim::Optimizer& optimizer;
    optim::Schedule* schedule = nullptr;
  };

  Trainer(const Parts& parts, TrainerOptions options) : parts_(parts), options_(std::move(options)) {}

  /// Trains. A model in evaluation is put into training before, with all within it; one in training stays as it is, so
  /// that a part that was put into evaluation is trained in it. Throws ValueError, naming epoch, batch, op and module,
  /// where the loss or a gradient is not finite: parameters and buffers (running statistics) are then those before that
  /// batch. Throws ValueError where a parameter or a buffer is no longer finite at the end of an epoch or on `stop`,
  /// when it would be saved: what is in the directory is finite. In float16 the loss is scaled (optim::GradScaler): a
  /// gradient that overflows only skips the step.
  TrainResult fit(const data::DatasetPtr& training, const data::DatasetPtr& test = nullptr);

 private:
  Parts parts_;
  TrainerOptions options_;
};

}  // namespace train
}  // namespace v0
}  // namespace tenon
