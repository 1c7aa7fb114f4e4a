#include "tenon/train/build.h"

#include <algorithm>
#include <numeric>

#include "tenon/core/determinism.h"
#include "tenon/core/text.h"
#include "tenon/data/datasets.h"
#include "tenon/nn/layers.h"

namespace tenon::inline v0::train {

nn::Sequential make_model(const TrainConfig& config) {
  nn::Sequential model;
  const std::vector<ConfigValue>& layers = config.model;
  for (size_t i = 0; i < layers.size(); ++i) {
    model.push(nn::layers().make(ConfigReader(layers[i], text("model.", i))));
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

Task task_of(const TrainConfig& config) {
  if (config.task) return *config.task;
  ConfigReader loss(config.loss, "loss");
  return loss.take_tag("type").text() == "CrossEntropyLoss" ? Task::classification : Task::regression;
}

int64_t schedule_steps(const TrainConfig& config, int64_t batches_per_epoch) {
  const int64_t epochs = config.epochs, most = config.max_steps > 0 ? int64_t{config.max_steps} : INT64_MAX;
  if (config.schedule_every == Every::epoch) return std::min(epochs, (most - 1) / batches_per_epoch + 1);
  return epochs > most / batches_per_epoch ? most : epochs * batches_per_epoch;
}

ConfigValue with_length(const ConfigValue& schedule, int64_t steps) {
  const ConfigValue* type = schedule.kind == ConfigValue::Kind::string ? &schedule : schedule.find("type");
  if (!type || type->text != "CosineAnnealingLR" || schedule.find("T_max")) return schedule;
  ConfigValue full = schedule;
  if (type == &schedule) {
    full = ConfigValue::make_map();
    full.place = schedule.place;
    full.add("type", schedule);
  }
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
