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
#include "tenon/train/check_fit.h"
#include "tenon/train/config/yaml.h"
#include "tenon/train/pipeline.h"
#include "tenon/train/progress.h"
#include "tenon/train/run_directory.h"
#include "tenon/train/signals.h"

namespace tenon::inline v0::train {

namespace {

bool same_type(const ConfigValue& a, const ConfigValue& b) {
  ConfigReader first(a, "data.test"), second(b, "data.train");
  return first.take_tag("type").text() == second.take_tag("type").text();
}

/// What was learnt and seen on the way is noted in the config.
Sets make_sets(TrainConfig& config) {
  DataConfig& data = config.data.value;
  const Device computes = device_named(config.device);
  const Device where = data.device == "auto" ? computes : device_named(data.device, "data.device");
  TENON_CHECK(where.is_cpu() || where == computes, ConfigError, "data.device: ", where,
              " is not where the run computes (device: ", config.device, "); write that, or cpu");
  Sets sets{make_dataset(data, data.train, "train"), nullptr};
  TENON_CHECK(sets.training->size() > 0, ValueError, "data.train: there is no sample");
  const ConfigValue conventions = sets.training->conventions();
  if (data.test) {
    if (same_type(*data.test, data.train)) data.test = fill_open(*data.test, conventions);
    sets.test = make_dataset(data, *data.test, "test");
    TENON_CHECK(sets.test->size() > 0, ValueError, "data.test: there is no sample");
    check_same_classes(data, sets);
  }
  data.train = fill_open(data.train, conventions);
  const Shape shape = sets.training->get(0, {})["input"].shape();
  data.input_shape.assign(shape.begin(), shape.end());
  if (data.class_names.empty()) data.class_names = sets.training->class_names();
  sets.pipeline = Pipeline::fit(data.transforms, "data.transforms", sets.training);
  data.transforms = sets.pipeline.resolved();
  sets.pipeline.check_runs_on(where);
  sets.training = data::on_device(sets.training, where);
  if (sets.test) sets.test = data::on_device(sets.test, where);
  return sets;
}

/// Everything that a config describes.
struct Parts {
  std::unique_ptr<nn::Layer> model;
  std::unique_ptr<nn::Loss> loss = {};
  std::unique_ptr<optim::Optimizer> optimizer = {};
  std::unique_ptr<optim::Schedule> schedule = {};
  Sets sets = {};
};

/// Makes the parts; weights are drawn from the default generator. Afterwards the config says everything about the run.
Parts build(TrainConfig& config) {
  const Device where = device_named(config.device);
  Parts parts{make_model(config)};
  parts.model->to(where);
  const ConfigReader loss(config.loss, "loss");
  parts.loss = nn::losses().make(loss);
  if (parts.loss->reduction() == Reduction::none) loss.fail_option("reduction must be mean or sum, got none");
  parts.optimizer = optim::optimizers().make(ConfigReader(config.optimizer, "optimizer"), parts.model->parameters());
  parts.sets = make_sets(config);
  config.task = task_of(config);
  if (config.schedule) {
    const int64_t batch = config.data.value.batch_size;
    const int64_t batches = (parts.sets.training->size() - 1) / batch + 1;
    config.schedule = with_length(*config.schedule, schedule_steps(config, batches));
    parts.schedule = optim::schedules().make(ConfigReader(*config.schedule, "schedule"), *parts.optimizer);
  }
  return parts;
}

/// A line each, also of a class that is a line break.
std::string class_list(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) {
    for (char c : name) all += c == '\n' ? std::string("\\n") : std::string(1, c);
    all += "\n";
  }
  return all;
}

/// The directory of the run, by default the next one under runs/, with what is known before the first step.
RunDirectory make_directory(const TrainConfig& config, const std::string& path, const std::string& name) {
  RunDirectory run = path.empty() ? RunDirectory::create_next("runs", name) : RunDirectory::create(path);
  write_file(run.file("config.yaml"), to_yaml(resolve(config)));
  const std::vector<std::string>& classes = config.data.value.class_names;
  if (!classes.empty()) write_file(run.file("class_names.txt"), class_list(classes));
  return run;
}

std::string judgement(const TrainResult& result, Task task) {
  const EpochMetrics& best = result.epochs[static_cast<size_t>(result.best_epoch - 1)];
  const Metrics& m = best.test ? *best.test : best.train;
  const std::string where = best.test ? "test " : "";
  return fmt::format("epoch {}, {}{}", best.epoch, where,
                     task == Task::regression ? fmt::format("loss {:.6g}", m.loss) : figures(m, task).back().text);
}

std::string heading(const Parts& parts, const std::string& name) {
  const Sets& sets = parts.sets;
  return fmt::format("{}: {} training samples{}, {} parameters, {} thread{}", name, sets.training->size(),
                     sets.test ? fmt::format(", {} test samples", sets.test->size()) : "",
                     parts.model->parameter_count(), num_threads(), num_threads() == 1 ? "" : "s");
}

/// What `device: auto` took, and why it is the CPU.
std::string choice_of_device() {
  try {
    return text("device: auto takes ", cuda());
  } catch (const DeviceError& error) {
    return text("device: auto takes the CPU: ", error.what());
  }
}

RunResult train_in(const RunDirectory& run, Parts& parts, const TrainConfig& config, const std::string& name) {
  Progress progress(ProgressOptions::standard_output());
  progress.print(heading(parts, name));
  if (config.device == "auto") progress.print(choice_of_device());
  progress.print(fmt::format("writing to {}", run.path()));
  const StopSignals signals;
  Trainer trainer({*parts.model, *parts.loss, *parts.optimizer, parts.schedule.get()},
                  {.epochs = config.epochs,
                   .max_steps = config.max_steps,
                   .batch_size = config.data.value.batch_size,
                   .workers = config.data.value.workers,
                   .seed = config.seed,
                   .task = *config.task,
                   .clip_grad_norm = config.clip_grad_norm,
                   .schedule_batches = config.schedule_every == Every::batch,
                   .device = device_named(config.device),
                   .precision = precision_named(config.precision),
                   .directory = run.path(),
                   .progress = &progress,
                   .stop = [&] { return signals.requested() != 0; }});
  const Sets& sets = parts.sets;
  const data::DatasetPtr test = sets.test ? sets.pipeline.apply(sets.test, false) : nullptr;
  RunResult result{run.path(), trainer.fit(sets.pipeline.apply(sets.training, true), test), 0};
  if (result.training.stopped) {
    result.signal = signals.requested();
    progress.print(fmt::format("interrupted; the weights are in {}", run.file("last.safetensors")));
  } else {
    progress.print(
        fmt::format("best: {}; weights in {}", judgement(result.training, *config.task), run.file("best.safetensors")));
  }
  return result;
}

RunResult run_named(TrainConfig config, const std::string& directory, const std::string& name) {
  apply_process_settings(config);
  manual_seed(config.seed);
  Parts parts = build(config);
  check_fit(*parts.model, *parts.loss, parts.sets, config);
  return train_in(make_directory(config, directory, name), parts, config, name);
}

}  // namespace

RunResult run(const std::string& config, const std::string& directory, const std::vector<std::string>& overrides) {
  return run_named(read_train_config(config, overrides), directory, std::filesystem::path(config).stem().string());
}

RunResult run(TrainConfig config, const std::string& directory, const std::string& name) {
  TENON_CHECK(!directory.empty() || !name.empty(), ValueError, "run: the path of the directory is empty");
  const std::string called = name.empty() ? std::filesystem::path(directory).filename().string() : name;
  return run_named(std::move(config), directory, called);
}

}  // namespace tenon::inline v0::train
