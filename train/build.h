// Internal: parts out of a config.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenon/data/dataset.h"
#include "tenon/nn/containers.h"
#include "tenon/train/config/train_config.h"

namespace tenon::inline v0::train {

/// What `model` describes, with weights drawn from the default generator: a Sequential where it is a list.
std::unique_ptr<nn::Layer> make_model(const TrainConfig& config);
/// The data set under `data.<key>`, cut to `data.limit`.
data::DatasetPtr make_dataset(const DataConfig& config, const ConfigValue& set, const std::string& key);
/// The set as a config gives it, with those of the options in `conventions` that it leaves open: that it does not give,
/// or gives as an empty list or text.
ConfigValue fill_open(const ConfigValue& set, const ConfigValue& conventions);
/// What the config says, or what loss and data set are for.
Task task_of(const TrainConfig& config);
/// What a loss is for.
Task task_of_loss(const ConfigValue& loss);
/// How many steps the schedule makes in the whole run.
int64_t schedule_steps(const TrainConfig& config, int64_t batches_per_epoch);
/// A schedule that ends somewhere and does not say where gets its T_max: what is left of the run behind the warm-up.
ConfigValue with_length(const ConfigValue& schedule, int64_t steps);
/// Threads and determinism, for the whole process.
void apply_process_settings(const TrainConfig& config);

}  // namespace tenon::inline v0::train
