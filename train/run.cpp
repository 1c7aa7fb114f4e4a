#include "tenon/train/run.h"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "tenon/core/check.h"
#include "tenon/core/determinism.h"
#include "tenon/core/io/file.h"
#include "tenon/core/random.h"
#include "tenon/nn/layers.h"
#include "tenon/optim/registry.h"
#include "tenon/train/build.h"
#include "tenon/train/config/yaml.h"
#include "tenon/train/evaluate.h"
#include "tenon/train/pipeline.h"
#include "tenon/train/progress.h"
#include "tenon/train/run_directory.h"
#include "tenon/train/signals.h"

namespace tenon::inline v0::train {

namespace {

/// The data sets behind their pipeline. What was learnt and seen on the way is noted in the config.
struct Sets {
  data::DatasetPtr training, test;
};

Sets make_sets(TrainConfig& config) {
  DataConfig& data = config.data.value;
  const data::DatasetPtr training = make_dataset(data, data.train, "train");
  const data::DatasetPtr test = data.test ? make_dataset(data, *data.test, "test") : nullptr;
  TENON_CHECK(training->size() > 0, ValueError, "data.train: there is no sample");
  TENON_CHECK(!test || test->class_names() == training->class_names(), ValueError,
              "data.test: its classes are not those of data.train");
  const Shape shape = training->get(0, {})["input"].shape();
  data.input_shape.assign(shape.begin(), shape.end());
  if (data.class_names.empty()) data.class_names = training->class_names();
  const Pipeline pipeline = Pipeline::fit(data.transforms, "data.transforms", training);
  data.transforms = pipeline.resolved();
  return {pipeline.apply(training, true), test ? pipeline.apply(test, false) : nullptr};
}

/// One sample through model and loss: what does not fit together is found before a run begins.
void check_fit(nn::Layer& model, nn::Loss& loss, const data::DatasetPtr& set, const EvaluateOptions& options) {
  try {
    evaluate(model, loss, data::subset(set, {0}), options);
  } catch (const Error& error) {
    throw ConfigError(text("model and data do not fit together: ", error.what()));
  }
}

std::string class_list(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += name + "\n";
  return all;
}

std::string judgement(const TrainResult& result, Task task) {
  const EpochMetrics& best = result.epochs[static_cast<size_t>(result.best_epoch - 1)];
  const Metrics& m = best.test ? *best.test : best.train;
  const std::string where = best.test ? "test " : "";
  return task == Task::classification
             ? fmt::format("epoch {}, {}accuracy {:.2f} %", best.epoch, where, 100 * m.accuracy)
             : fmt::format("epoch {}, {}loss {:.6g}", best.epoch, where, m.loss);
}

RunResult run_named(TrainConfig config, const std::string& directory, const std::string& name) {
  apply_process_settings(config);
  manual_seed(config.seed);
  const Device where = device(config.device);
  nn::Sequential model = make_model(config);
  model.to(where);
  const auto loss = nn::losses().make(ConfigReader(config.loss, "loss"));
  const auto optimizer = optim::optimizers().make(ConfigReader(config.optimizer, "optimizer"), model.parameters());
  const Sets sets = make_sets(config);
  const Task task = task_of(config);
  config.task = task;
  const int64_t batch = config.data.value.batch_size, workers = config.data.value.workers;
  check_fit(model, *loss, sets.training, {.task = task, .device = where});

  const int64_t batches = (sets.training->size() + batch - 1) / batch;
  std::unique_ptr<optim::Schedule> schedule;
  if (config.schedule) {
    config.schedule = with_length(*config.schedule, schedule_steps(config, batches));
    schedule = optim::schedules().make(ConfigReader(*config.schedule, "schedule"), *optimizer);
  }

  const auto run = directory.empty() ? RunDirectory::create_next("runs", name) : RunDirectory::create(directory);
  write_file(run.file("config.yaml"), to_yaml(resolve(config)));
  if (!config.data.value.class_names.empty()) {
    write_file(run.file("class_names.txt"), class_list(config.data.value.class_names));
  }

  Progress progress(ProgressOptions::standard_output());
  progress.print(fmt::format("{}: {} training samples{}, {} parameters, {} thread{}", name, sets.training->size(),
                             sets.test ? fmt::format(", {} test samples", sets.test->size()) : "",
                             model.parameter_count(), num_threads(), num_threads() == 1 ? "" : "s"));
  progress.print(fmt::format("writing to {}", run.path()));
  const StopSignals signals;
  Trainer trainer({model, *loss, *optimizer, schedule.get()},
                  {.epochs = config.epochs,
                   .max_steps = config.max_steps,
                   .batch_size = batch,
                   .workers = workers,
                   .seed = config.seed,
                   .task = task,
                   .clip_grad_norm = config.clip_grad_norm,
                   .schedule_batches = config.schedule_every == Every::batch,
                   .device = where,
                   .directory = run.path(),
                   .progress = &progress,
                   .stop = [&] { return signals.requested() != 0; }});
  RunResult result{run.path(), trainer.fit(sets.training, sets.test), 0};
  if (result.training.stopped) {
    result.signal = signals.requested();
    progress.print(fmt::format("interrupted; the weights are in {}", run.file("last.safetensors")));
  } else {
    progress.print(
        fmt::format("best: {}; weights in {}", judgement(result.training, task), run.file("best.safetensors")));
  }
  return result;
}

}  // namespace

RunResult run(const std::string& config, const std::string& directory, const std::vector<std::string>& overrides) {
  return run_named(read_train_config(config, overrides), directory, std::filesystem::path(config).stem().string());
}

RunResult run(TrainConfig config, const std::string& directory) {
  TENON_CHECK(!directory.empty(), ValueError, "run: the path of the directory is empty");
  return run_named(std::move(config), directory, std::filesystem::path(directory).filename().string());
}

}  // namespace tenon::inline v0::train
