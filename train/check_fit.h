// Internal: what does not fit together is found before a run begins.
#pragma once
#include <string>
#include <vector>

#include "tenon/data/dataset.h"
#include "tenon/nn/loss.h"
#include "tenon/train/config/train_config.h"
#include "tenon/train/pipeline.h"

namespace tenon::inline v0::train {

/// The data sets as they are read, and what comes behind them.
struct Sets {
  data::DatasetPtr training, test;  ///< test: null without one
  Pipeline pipeline = {};
};

/// Throws ConfigError where the two sets of a config do not have the same classes.
void check_same_classes(const DataConfig& config, const Sets& sets);
/// One sample through model and loss; the classes that there are against the model's outputs. Throws ConfigError.
void check_fit(nn::Layer& model, nn::Loss& loss, const Sets& sets, const TrainConfig& config);

}  // namespace tenon::inline v0::train
