#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenon/core/config_read.h"
#include "tenon/core/config_write.h"
#include "tenon/train/metrics.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// Where samples come from, and what happens to them before the model sees them.
struct DataConfig {
  Required<ConfigValue> train;               ///< a data set by name: data::datasets()
  std::optional<ConfigValue> test = {};      ///< evaluated after each epoch
  std::vector<ConfigValue> transforms = {};  ///< by name: train::transforms()
  Size batch_size = 64;
  Count workers = 0;                          ///< threads that prepare batches; 0: the training thread does
  std::string device = "cpu";                 ///< keeps both sets there: batches are gathered and transformed on it
  Count limit = 0;                            ///< takes the first so many samples of each set only; 0: all
  std::vector<int64_t> input_shape = {};      ///< of an input before the transforms; a run fills it in
  std::vector<std::string> class_names = {};  ///< a run fills them in from the data set, unless they are given

  using O = DataConfig;
  using fields = Fields<&O::train, &O::test, &O::transforms, &O::batch_size, &O::workers, &O::device, &O::limit,
                        &O::input_shape, &O::class_names>;
  /// Throws ValueError.
  void check() const;
};

/// After what a schedule makes a step.
enum class Every { epoch, batch };

/// Everything that makes a training run. Parts are given by name: `{type: Linear, in: 784, out: 10}`, or `ReLU` alone.
struct TrainConfig {
  Required<DataConfig> data;
  Required<ConfigValue> model;               ///< layers in order, or one that is all of it: nn::layers()
  Required<ConfigValue> loss;                ///< nn::losses()
  Required<ConfigValue> optimizer;           ///< optim::optimizers()
  std::optional<ConfigValue> schedule = {};  ///< optim::schedules(); T_max, if it has one: by default the whole run
  Every schedule_every = Every::epoch;
  Size epochs = 10;
  Count max_steps = 0;                        ///< ends after so many batches; 0: after all epochs
  std::optional<double> clip_grad_norm = {};  ///< gradients together are scaled to at most this norm
  std::optional<Task> task = {};              ///< by default what the loss, and a text, is for
  uint64_t seed = 0;                          ///< of everything random
  Count threads = 0;                          ///< 0: as many as OpenMP takes
  bool deterministic = false;                 ///< the same bits with any number of threads
  std::string device = "cpu";                 ///< or cuda, cuda:1, ...; auto: cuda where there is one, else cpu
  std::string precision = "float32";          ///< what products and convolutions compute in: precision_named

  using O = TrainConfig;
  using fields =
      Fields<&O::data, &O::model, &O::loss, &O::optimizer, &O::schedule, &O::schedule_every, &O::epochs, &O::max_steps,
             &O::clip_grad_norm, &O::task, &O::seed, &O::threads, &O::deterministic, &O::device, &O::precision>;
  /// Throws ValueError.
  void check() const;
};

/// float32 (fp32), bfloat16 (bf16) or float16 (fp16), as an Autocast takes it. Weights are float32 in any case. Throws
/// ValueError.
DType precision_named(const std::string& name);
/// The device of that name. `auto` is the first GPU, or the CPU where there is none. Throws DeviceError, naming the
/// key.
Device device_named(const std::string& name, const char* key = "device");

/// Reads a YAML file, then what --set gives. Throws FileError, and ConfigError for whatever is wrong, the options of
/// every part included.
TrainConfig read_train_config(const std::string& path, const std::vector<std::string>& overrides = {});
/// The tree of a config with every default filled in, those of the parts too; read_train_config reads its YAML back.
ConfigValue resolve(const TrainConfig& config);

}  // namespace train
}  // namespace v0
}  // namespace tenon
