#include "tenon/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>

#include <fmt/format.h>

#include "tenon/autograd/anomaly.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/core/check.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/random.h"
#include "tenon/core/streams.h"
#include "tenon/data/loader.h"
#include "tenon/optim/clip.h"
#include "tenon/optim/grad_scaler.h"
#include "tenon/train/evaluate.h"
#include "tenon/train/forward.h"
#include "tenon/train/metrics_file.h"
#include "tenon/train/progress.h"

namespace tenon::inline v0::train {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> columns(const TrainerOptions& options, bool tests) {
  std::vector<std::string> names = {"epoch", "lr", "seconds"};
  for (const char* set : {"train", "test"}) {
    if (set[1] == 'e' && !tests) break;
    for (const Figure& figure : figures({}, options.task)) names.push_back(text(set, "_", figure.name));
  }
  return names;
}

bool is_finite(const Array& x) { return !is_floating(x.dtype()) || all(isfinite(x)).item<bool>(); }

/// One call of fit.
class Fit {
 public:
  Fit(const Trainer::Parts& parts, const TrainerOptions& options, const data::DatasetPtr& training,
      const data::DatasetPtr& test);
  ~Fit() { parts_.optimizer.set_guard(guard_before_); }
  Fit(const Fit&) = delete;

  TrainResult run();

 private:
  /// A batch whose step has been given to the device, and what is needed to come back to it.
  struct Step {
    int64_t number;  ///< in the epoch, from 1
    data::Sample batch;
    RandomKey random;
    std::vector<Array> buffers;  ///< what they were before
    BatchMetrics metrics;        ///< on the host, like found_bad, when `done` has passed
    Array found_bad;
    Event done;
  };

  bool train_epoch(int64_t number);
  void step(data::Sample batch);
  BatchMetrics forward_backward(const data::Sample& batch, bool scale);
  Tensor scaled(const Tensor& loss, const BatchMetrics& batch);
  void update(const BatchMetrics& batch);
  void settle(size_t most);
  void finish(const Step& step);
  [[noreturn]] void fail(const Step& step);
  std::string find_anomaly(const Step& step, bool infinities);
  std::vector<Array> keep_buffers() const;
  void restore_buffers(const Step& step) const;
  void check_state() const;
  void end_epoch(EpochMetrics metrics);
  bool is_best(const EpochMetrics& metrics) const;
  void save_weights(const char* name) const;
  int64_t batches() const;

  const Trainer::Parts& parts_;
  const TrainerOptions& options_;
  data::DatasetPtr test_;
  data::Loader loader_;
  std::optional<MetricsFile> file_;
  UpdateGuard guard_before_;
  Array found_bad_;  ///< where the optimizer notes that a gradient is not finite, and changes nothing while it is set
  Array stopped_;    ///< found_bad_ less the batches that count nothing
  std::optional<optim::GradScaler> scaler_;  ///< of float16
  /// A buffer of the model (running statistics).
  struct Buffer {
    std::string name;
    Tensor value;
    bool finite;  ///< when the run began: a mask may hold infinities
  };
  std::vector<Buffer> buffers_;
  std::deque<Step> under_way_;
  MetricsSum sum_;
  TrainResult result_;
  int64_t epoch_ = 0;
  int64_t batch_ = 0;
};

Fit::Fit(const Trainer::Parts& parts, const TrainerOptions& options, const data::DatasetPtr& training,
         const data::DatasetPtr& test)
    : parts_(parts),
      options_(options),
      test_(test),
      loader_(training, {.batch_size = options.batch_size,
                         .shuffle = true,
                         .workers = options.workers,
                         .seed = options.seed,
                         .device = options.device}),
      guard_before_(parts.optimizer.guard()),
      found_bad_(zeros({}, bool_, options.device)),
      stopped_(zeros({}, bool_, options.device)),
      sum_(options.task, parts.loss) {
  if (!options.directory.empty()) file_.emplace(options.directory + "/metrics.csv", columns(options, test != nullptr));
  // Parts of a model in training that somebody has put into evaluation stay there.
  if (!parts.model.training()) parts.model.train();
  for (const auto& [name, buffer] : parts.model.named_buffers()) {
    buffers_.push_back({name, buffer, is_finite(buffer.array())});
  }
  if (options.precision == float16) scaler_.emplace();
  parts.optimizer.set_guard({.inverse_scale = guard_before_.inverse_scale, .found_bad = found_bad_});
}

int64_t Fit::batches() const {
  const int64_t all = loader_.batches();
  return options_.max_steps > 0 ? std::min(all, options_.max_steps - result_.steps) : all;
}

TrainResult Fit::run() {
  const int64_t epochs = options_.max_steps > 0
                             ? std::min(options_.epochs, (options_.max_steps - 1) / loader_.batches() + 1)
                             : options_.epochs;
  for (int64_t number = 1; number <= epochs; ++number) {
    if (options_.progress) options_.progress->begin_epoch(number, epochs, batches());
    if (!train_epoch(number)) break;
  }
  return std::move(result_);
}

/// False if the run was stopped.
bool Fit::train_epoch(int64_t number) {
  const auto begin = Clock::now();
  epoch_ = number;
  batch_ = 0;
  sum_ = MetricsSum(options_.task, parts_.loss);
  loader_.seek({.epoch = number - 1});
  const int64_t batches = this->batches();
  double lr = 0;
  while (batch_ < batches) {
    std::optional<data::Sample> batch = loader_.next();
    if (!batch) break;
    ++batch_;
    lr = parts_.optimizer.lr();
    step(std::move(*batch));
    if (options_.stop && options_.stop()) {
      settle(0);
      check_state();
      save_weights("last");
      result_.stopped = true;
      return false;
    }
  }
  settle(0);
  check_state();
  if (parts_.schedule && !options_.schedule_batches) parts_.schedule->step();
  EpochMetrics metrics{.epoch = number, .train = sum_.mean(), .lr = lr};
  if (test_) {
    metrics.test = evaluate(parts_.model, parts_.loss, test_,
                            {.task = options_.task,
                             .batch_size = options_.batch_size,
                             .workers = options_.workers,
                             .device = options_.device,
                             .precision = options_.precision});
  }
  metrics.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  end_epoch(metrics);
  return true;
}

void Fit::step(data::Sample batch) {
  const RandomKey random = default_generator().state();
  std::vector<Array> buffers = keep_buffers();
  parts_.optimizer.zero_grad();
  const BatchMetrics metrics = forward_backward(batch, scaler_.has_value());
  update(metrics);
  if (parts_.schedule && options_.schedule_batches) parts_.schedule->step();
  ++result_.steps;
  under_way_.push_back({batch_, std::move(batch), random, std::move(buffers), metrics.fetch(),
                        found_bad_.to(cpu, {.async = true}), Event(current_stream(options_.device))});
  settle(options_.device.is_cpu() ? 0 : most_under_way);
}

BatchMetrics Fit::forward_backward(const data::Sample& batch, bool scale) {
  const auto [output, loss] = forward(parts_.model, parts_.loss, batch, options_.task, options_.precision);
  const BatchMetrics metrics = sum_.measure(loss.array(), output.array(), batch["target"]);
  (scale ? scaled(loss, metrics) : loss).backward();
  return metrics;
}

/// The loss that float16 is differentiated from. An overflow of its gradients only skips a step; but once a loss itself
/// was not finite every later one is nan here, and no step changes anything. Nor does that of a batch of targets that
/// are all ignored, which counts as an overflow.
Tensor Fit::scaled(const Tensor& loss, const BatchMetrics& batch) {
  const Array bad = logical_not(isfinite(batch.loss));
  stopped_ += batch.counted.defined() ? logical_and(bad, batch.counted > 0) : bad;
  const Array none = logical_or(stopped_, bad);
  return scaler_->scale(loss * Tensor(masked_fill(ones({}, float32, options_.device), none, NAN)));
}

/// Changes the weights, unless the loss or a gradient is not finite. What is wrong is found by `finish`; a batch of
/// targets that are all ignored, whose mean is 0 / 0, is not: there is nothing to learn from it.
void Fit::update(const BatchMetrics& batch) {
  if (scaler_) {
    if (options_.clip_grad_norm) {
      scaler_->unscale_(parts_.optimizer);
      optim::clip_grad_norm(parts_.optimizer.parameters(), *options_.clip_grad_norm);
    }
    scaler_->step(parts_.optimizer);
    return scaler_->update();
  }
  const auto change = [this] {
    if (options_.clip_grad_norm) optim::clip_grad_norm(parts_.optimizer.parameters(), *options_.clip_grad_norm);
    parts_.optimizer.step();
  };
  if (options_.device.is_cpu()) {
    if (std::isfinite(batch.loss.item<double>())) change();
    return;
  }
  // The host does not know yet: the device decides. Once something was wrong no later step changes anything.
  found_bad_ += logical_not(isfinite(batch.loss));
  change();
  if (!batch.counted.defined()) return;
  stopped_ += logical_and(found_bad_, batch.counted > 0);
  copy_(found_bad_, stopped_);
}

/// Reads what steps have left behind: waits until at most so many are under way, and does not wait for these.
void Fit::settle(size_t most) {
  while (!under_way_.empty()) {
    const Step& first = under_way_.front();
    if (under_way_.size() <= most && !first.done.done()) break;
    first.done.synchronize();  // throws what went wrong on the device
    finish(first);
    under_way_.pop_front();
  }
}

void Fit::finish(const Step& step) {
  const auto loss = step.metrics.loss.item<double>();
  const bool ignored = std::isnan(loss) && step.metrics.counts_nothing();
  if (!ignored && (!std::isfinite(loss) || step.found_bad.item<bool>())) fail(step);
  sum_.add(step.metrics);
  if (options_.progress) options_.progress->step(step.batch["input"].size(0), loss);
}

std::vector<Array> Fit::keep_buffers() const {
  std::vector<Array> kept;
  kept.reserve(buffers_.size());
  for (const Buffer& buffer : buffers_) kept.push_back(clone(buffer.value.array()));
  return kept;
}

/// What the batch, and those after it, did to the running statistics is undone.
void Fit::restore_buffers(const Step& step) const {
  for (size_t i = 0; i < buffers_.size(); ++i) copy_(buffers_[i].value.array(), step.buffers[i]);
}

/// Throws ValueError where a step ran over although loss and gradients were finite: what is saved is always finite.
void Fit::check_state() const {
  const auto check = [this](const std::string& name, const Tensor& value) {
    TENON_CHECK(is_finite(value.array()), ValueError, "training stopped in epoch ", epoch_, ", after batch ", batch_,
                ": ", name, " has values that are not finite");
  };
  for (const auto& [name, parameter] : parts_.model.named_parameters()) check(name, parameter);
  for (const Buffer& buffer : buffers_) {
    if (buffer.finite) check(buffer.name, buffer.value);
  }
  if (!scaler_) return;
  constexpr double least = 1e-6;  // more than 30 overflows in a row
  TENON_CHECK(scaler_->get_scale() > least, ValueError, "training stopped in epoch ", epoch_, ", after batch ", batch_,
              ": gradients are not finite in float16, however small the loss is scaled");
}

void Fit::fail(const Step& step) {
  restore_buffers(step);
  const auto loss = step.metrics.loss.item<double>();
  const std::string what = text("training stopped in epoch ", epoch_, ", batch ", step.number, ": ",
                                std::isnan(loss)   ? "the loss is nan"
                                : std::isinf(loss) ? "the loss is infinite"
                                                   : "a gradient is not finite");
  for (const auto& [name, values] : step.batch) {
    TENON_CHECK(is_finite(values), ValueError, what, "; the batch's ", name, " has values that are not finite");
  }
  // Infinities may be meant: they are looked for where there is nothing else to blame.
  std::string cause = std::isinf(loss) ? "" : find_anomaly(step, false);
  if (cause.empty()) cause = find_anomaly(step, true);
  throw ValueError(what + (cause.empty() ? "" : "; ") + cause);
}

/// The same batch with the same random numbers, this time looked at after every op.
std::string Fit::find_anomaly(const Step& step, bool infinities) {
  std::string found;
  try {
    const AnomalyMode anomaly({.infinities = infinities});
    default_generator().set_state(step.random);
    parts_.optimizer.zero_grad();
    forward_backward(step.batch, false);
  } catch (const AnomalyError& error) {
    found = error.what();
  }
  restore_buffers(step);
  return found;
}

void Fit::end_epoch(EpochMetrics metrics) {
  std::vector<double> row = {static_cast<double>(metrics.epoch), metrics.lr, metrics.seconds};
  std::string summary;
  const auto add = [&](const char* prefix, const Metrics& m) {
    for (const Figure& figure : figures(m, options_.task)) {
      row.push_back(figure.value);
      summary += (summary.empty() ? "" : "  ") + (prefix + figure.text);
    }
  };
  add("", metrics.train);
  if (metrics.test) add("test ", *metrics.test);
  const bool best = is_best(metrics);
  if (best) result_.best_epoch = metrics.epoch;
  result_.epochs.push_back(metrics);
  if (best) save_weights("best");
  save_weights("last");
  if (file_) file_->add(row);
  if (options_.progress) options_.progress->end_epoch(summary);
}

bool Fit::is_best(const EpochMetrics& metrics) const {
  if (result_.best_epoch == 0) return true;
  const auto judged = [](const EpochMetrics& m) -> const Metrics& { return m.test ? *m.test : m.train; };
  const Metrics& now = judged(metrics);
  const Metrics& best = judged(result_.epochs[static_cast<size_t>(result_.best_epoch - 1)]);
  return options_.task == Task::classification ? now.accuracy > best.accuracy : now.loss < best.loss;
}

void Fit::save_weights(const char* name) const {
  if (!options_.directory.empty()) {
    save(text(options_.directory, "/", name, ".safetensors"), parts_.model.state());
  }
}

}  // namespace

TrainResult Trainer::fit(const data::DatasetPtr& training, const data::DatasetPtr& test) {
  TENON_CHECK(training && training->size() > 0, ValueError, "train: the training set is empty");
  TENON_CHECK(!test || test->size() > 0, ValueError, "train: the test set is empty");
  return Fit(parts_, options_, training, test).run();
}

}  // namespace tenon::inline v0::train
