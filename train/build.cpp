#include "tenon/train/build.h"

#include <algorithm>
#include <numeric>

#include "tenon/core/determinism.h"
#include "tenon/core/text.h"
#include "tenon/data/datasets.h"
#include "tenon/nn/layers.h"

namespace tenon::inline v0::train {

namespace {

/// A part as a map: one that is its type alone gets the key.
ConfigValue as_map(const ConfigValue& part) {
  if (part.kind != ConfigValue::Kind::string) return part;
  ConfigValue map = ConfigValue::make_map();
  map.place = part.place;
  map.add("type", part);
  return map;
}

}  // namespace

std::unique_ptr<nn::Layer> make_model(const TrainConfig& config) {
  const ConfigValue& described = config.model;
  if (described.kind != ConfigValue::Kind::list) return nn::layers().make(ConfigReader(described, "model"));
  auto model = std::make_unique<nn::Sequential>();
  for (size_t i = 0; i < described.items.size(); ++i) {
    model->push(nn::layers().make(ConfigReader(described.items[i], text("model.", i))));
  }
  return model;
}

data::DatasetPtr make_dataset(const DataConfig& config, const ConfigValue& set, const std::string& key) {
  data::DatasetPtr made = data::datasets().make(ConfigReader(set, "data." + key));
  if (config.limit == 0 || config.limit >= made->size()) return made;
  std::vector<int64_t> first(static_cast<size_t>(int64_t{config.limit}));
  std::iota(first.begin(), first.end(), 0);
  return data::subset(std::move(made), std::move(first));
}

ConfigValue fill_open(const ConfigValue& set, const ConfigValue& conventions) {
  ConfigValue full = as_map(set);
  for (size_t i = 0; i < conventions.items.size(); ++i) {
    const std::string& name = conventions.keys[i].name;
    const ConfigValue* given = full.find(name);
    const bool open = !given || (given->kind == ConfigValue::Kind::list && given->items.empty()) ||
                      (given->kind == ConfigValue::Kind::string && given->text.empty());
    if (open) set_config(full, name, conventions.items[i]);
  }
  return full;
}

Task task_of(const TrainConfig& config) {
  if (config.task) return *config.task;
  const Task task = task_of_loss(config.loss);
  ConfigReader set(config.data.value.train, "data.train");
  return task == Task::classification && set.take_tag("type").text() == "text" ? Task::language : task;
}

Task task_of_loss(const ConfigValue& loss) {
  ConfigReader reader(loss, "loss");
  return reader.take_tag("type").text() == "CrossEntropyLoss" ? Task::classification : Task::regression;
}

int64_t schedule_steps(const TrainConfig& config, int64_t batches_per_epoch) {
  const int64_t epochs = config.epochs, most = config.max_steps > 0 ? int64_t{config.max_steps} : INT64_MAX;
  if (config.schedule_every == Every::epoch) return std::min(epochs, (most - 1) / batches_per_epoch + 1);
  return epochs > most / batches_per_epoch ? most : epochs * batches_per_epoch;
}

ConfigValue with_length(const ConfigValue& schedule, int64_t steps) {
  ConfigValue full = as_map(schedule);
  const ConfigValue* type = full.find("type");
  if (!type || type->text != "CosineAnnealingLR" || schedule.find("T_max")) return schedule;
  const ConfigValue* warmup = schedule.find("warmup");
  const int64_t rest = steps - (warmup ? warmup->integer : 0);
  full.add("T_max", ConfigValue::make_integer(std::max<int64_t>(rest, 1)));
  return full;
}

void apply_process_settings(const TrainConfig& config) {
  if (config.threads > 0) set_num_threads(config.threads);
  set_deterministic(config.deterministic);
}

}  // namespace tenon::inline v0::train
