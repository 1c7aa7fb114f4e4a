#include "tenon/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "tenon/autograd/anomaly.h"
#include "tenon/core/check.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/random.h"
#include "tenon/data/loader.h"
#include "tenon/optim/clip.h"
#include "tenon/train/evaluate.h"
#include "tenon/train/metrics_file.h"
#include "tenon/train/progress.h"

namespace tenon::inline v0::train {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> columns(const TrainerOptions& options, bool tests) {
  std::vector<std::string> names = {"epoch", "lr", "seconds"};
  for (const char* set : {"train", "test"}) {
    if (set[1] == 'e' && !tests) break;
    names.push_back(text(set, "_loss"));
    if (options.task == Task::classification) names.push_back(text(set, "_accuracy"));
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
  bool train_epoch(int64_t number);
  void step(const data::Sample& batch);
  double forward_backward(const data::Sample& batch, MetricsSum& sum) const;
  bool counts_nothing(const Array& target) const;
  [[noreturn]] void fail(const data::Sample& batch, double loss, const RandomKey& random) const;
  std::string find_anomaly(const data::Sample& batch, const RandomKey& random, bool infinities) const;
  void keep_buffers();
  void restore_buffers() const;
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
  Array found_bad_;
  /// Each buffer of the model (running statistics), and what it was before the batch.
  struct KeptBuffer {
    std::string name;
    Tensor buffer;
    Array before;
    bool finite;  ///< when the run began: a mask may hold infinities
  };
  std::vector<KeptBuffer> buffers_;
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
      loader_(training,
              {.batch_size = options.batch_size, .shuffle = true, .workers = options.workers, .seed = options.seed}),
      guard_before_(parts.optimizer.guard()),
      found_bad_(zeros({}, bool_, options.device)),
      sum_(options.task, parts.loss) {
  if (!options.directory.empty()) file_.emplace(options.directory + "/metrics.csv", columns(options, test != nullptr));
  // Parts of a model in training that somebody has put into evaluation stay there.
  if (!parts.model.training()) parts.model.train();
  for (const auto& [name, buffer] : parts.model.named_buffers()) {
    buffers_.push_back({name, buffer, clone(buffer.array()), is_finite(buffer.array())});
  }
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
    const std::optional<data::Sample> batch = loader_.next();
    if (!batch) break;
    ++batch_;
    lr = parts_.optimizer.lr();
    step(*batch);
    if (options_.stop && options_.stop()) {
      check_state();
      save_weights("last");
      result_.stopped = true;
      return false;
    }
  }
  check_state();
  if (parts_.schedule && !options_.schedule_batches) parts_.schedule->step();
  EpochMetrics metrics{.epoch = number, .train = sum_.mean(), .lr = lr};
  if (test_) {
    metrics.test = evaluate(parts_.model, parts_.loss, test_,
                            {.task = options_.task,
                             .batch_size = options_.batch_size,
                             .workers = options_.workers,
                             .device = options_.device});
  }
  metrics.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  end_epoch(metrics);
  return true;
}

void Fit::step(const data::Sample& batch) {
  const RandomKey random = default_generator().state();
  parts_.optimizer.zero_grad();
  keep_buffers();
  const double loss = forward_backward(batch, sum_);
  // The mean over targets that are all ignored is 0 / 0: there is nothing to learn, and nothing wrong.
  if (!(std::isnan(loss) && counts_nothing(batch["target"]))) {
    if (options_.clip_grad_norm) optim::clip_grad_norm(parts_.optimizer.parameters(), *options_.clip_grad_norm);
    // With a gradient that is not finite this changes nothing, and says so in found_bad_.
    if (std::isfinite(loss)) parts_.optimizer.step();
    if (!std::isfinite(loss) || found_bad_.item<bool>()) fail(batch, loss, random);
  }
  if (parts_.schedule && options_.schedule_batches) parts_.schedule->step();
  ++result_.steps;
  if (options_.progress) options_.progress->step(batch["input"].size(0), loss);
}

bool Fit::counts_nothing(const Array& target) const {
  const Array counted = parts_.loss.counted(target);
  return counted.defined() && !any(counted).item<bool>();
}

double Fit::forward_backward(const data::Sample& batch, MetricsSum& sum) const {
  const Tensor target = batch["target"].to(options_.device);
  const Tensor output = parts_.model(batch["input"].to(options_.device));
  const Tensor loss = parts_.loss(output, target);
  loss.backward();
  const auto value = loss.item<double>();
  sum.add(value, output.array(), target.array());
  return value;
}

void Fit::keep_buffers() {
  for (KeptBuffer& kept : buffers_) copy_(kept.before, kept.buffer.array());
}

/// What the batch did to the running statistics is undone.
void Fit::restore_buffers() const {
  for (const KeptBuffer& kept : buffers_) copy_(kept.buffer.array(), kept.before);
}

/// Throws ValueError where a step ran over although loss and gradients were finite: what is saved is always finite.
void Fit::check_state() const {
  const auto check = [this](const std::string& name, const Tensor& value) {
    TENON_CHECK(is_finite(value.array()), ValueError, "training stopped in epoch ", epoch_, ", after batch ", batch_,
                ": ", name, " has values that are not finite");
  };
  for (const auto& [name, parameter] : parts_.model.named_parameters()) check(name, parameter);
  for (const KeptBuffer& kept : buffers_) {
    if (kept.finite) check(kept.name, kept.buffer);
  }
}

void Fit::fail(const data::Sample& batch, double loss, const RandomKey& random) const {
  restore_buffers();
  const std::string what = text("training stopped in epoch ", epoch_, ", batch ", batch_, ": ",
                                std::isnan(loss)   ? "the loss is nan"
                                : std::isinf(loss) ? "the loss is infinite"
                                                   : "a gradient is not finite");
  for (const auto& [name, values] : batch) {
    TENON_CHECK(is_finite(values), ValueError, what, "; the batch's ", name, " has values that are not finite");
  }
  // Infinities may be meant: they are looked for where there is nothing else to blame.
  std::string cause = std::isinf(loss) ? "" : find_anomaly(batch, random, false);
  if (cause.empty()) cause = find_anomaly(batch, random, true);
  throw ValueError(what + (cause.empty() ? "" : "; ") + cause);
}

/// The same batch with the same random numbers, this time looked at after every op.
std::string Fit::find_anomaly(const data::Sample& batch, const RandomKey& random, bool infinities) const {
  std::string found;
  try {
    const AnomalyMode anomaly({.infinities = infinities});
    default_generator().set_state(random);
    parts_.optimizer.zero_grad();
    MetricsSum ignored(options_.task, parts_.loss);
    forward_backward(batch, ignored);
  } catch (const AnomalyError& error) {
    found = error.what();
  }
  restore_buffers();
  return found;
}

void Fit::end_epoch(EpochMetrics metrics) {
  const bool classifies = options_.task == Task::classification;
  std::vector<double> row = {static_cast<double>(metrics.epoch), metrics.lr, metrics.seconds};
  std::string summary;
  const auto add = [&](const char* prefix, const Metrics& m) {
    row.push_back(m.loss);
    summary += fmt::format("{}{}loss {:.4f}", summary.empty() ? "" : "  ", prefix, m.loss);
    if (!classifies) return;
    row.push_back(m.accuracy);
    summary += fmt::format("  {}accuracy {:.2f} %", prefix, 100 * m.accuracy);
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
