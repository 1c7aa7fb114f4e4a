#include "tenon/train/config/train_config.h"

#include <algorithm>

#include "tenon/core/check.h"
#include "tenon/core/nearest.h"
#include "tenon/data/datasets.h"
#include "tenon/data/loader.h"
#include "tenon/nn/layers.h"
#include "tenon/optim/registry.h"
#include "tenon/train/build.h"
#include "tenon/train/config/yaml.h"
#include "tenon/train/transforms.h"

namespace tenon::inline v0::train {

namespace {

template <class R>
void resolve_in(ConfigValue& value, const R& registry, const std::string& path) {
  value = registry.resolve(ConfigReader(value, path));
}

template <class R>
void resolve_each(ConfigValue& list, const R& registry, const std::string& path) {
  for (size_t i = 0; i < list.items.size(); ++i) resolve_in(list.items[i], registry, text(path, ".", i));
}

/// Why there is no such device, without the call that was asked.
std::string_view reason(const DeviceError& error) {
  std::string_view why = error.what();
  if (why.starts_with("device: ")) why.remove_prefix(8);
  return why;
}

/// Whether there is a GPU is asked when a run begins: what was trained on one is used anywhere.
void check_device(const std::string& name) {
  if (name == "auto" || name.starts_with("cuda")) return;
  try {
    tenon::device(name);
  } catch (const DeviceError& error) {
    const std::string_view why = reason(error);
    TENON_CHECK(!why.starts_with("no backend"), ValueError, "device: there is no \"", name,
                "\"; write cpu, cuda, cuda:1 or auto");
    throw ValueError(text("device: ", why));
  }
}

}  // namespace

void DataConfig::check() const {
  check_device(device);
  TENON_CHECK(workers <= data::most_workers, ValueError, "workers must be at most ", data::most_workers, ", got ",
              int64_t{workers});
}

void TrainConfig::check() const {
  TENON_CHECK(model.value.kind != ConfigValue::Kind::list || !model.value.items.empty(), ValueError,
              "model: expected at least one layer");
  TENON_CHECK(!clip_grad_norm || *clip_grad_norm > 0, ValueError, "clip_grad_norm must be positive, got ",
              *clip_grad_norm);
  check_device(device);
  precision_named(precision);
  TENON_CHECK(threads <= 1024, ValueError, "threads must be at most 1024, got ", int64_t{threads});
}

DType precision_named(const std::string& name) {
  static const std::vector<std::string> names = {"float32", "bfloat16", "float16", "fp32", "bf16", "fp16"};
  constexpr DType dtypes[] = {float32, bfloat16, float16};
  const auto found = std::find(names.begin(), names.end(), name);
  TENON_CHECK(found != names.end(), ValueError, "precision: unknown dtype \"", name, "\"", suggestion(name, names));
  return dtypes[(found - names.begin()) % 3];
}

Device device_named(const std::string& name, const char* key) {
  if (name == "auto") return cuda_is_available() ? cuda() : cpu;
  try {
    return device(name);
  } catch (const DeviceError& error) {
    const bool none = name.starts_with("cuda") && !cuda_is_available();
    const char* hint = none ? "; auto takes the CPU where there is no GPU" : "";
    throw DeviceError(text(key, ": ", name, ": ", reason(error), hint));
  }
}

TrainConfig read_train_config(const std::string& path, const std::vector<std::string>& overrides) {
  ConfigValue root = read_yaml(path);
  for (const std::string& assignment : overrides) set_option(root, assignment);
  auto config = from_config<TrainConfig>(ConfigReader(root));
  // What is wrong in a part is found now, and not after the data were read.
  resolve(config);
  return config;
}

ConfigValue resolve(const TrainConfig& config) {
  ConfigValue tree = to_config(config);
  ConfigValue& data = *tree.find("data");
  resolve_in(*data.find("train"), data::datasets(), "data.train");
  if (config.data.value.test) resolve_in(*data.find("test"), data::datasets(), "data.test");
  resolve_each(*data.find("transforms"), transforms(), "data.transforms");
  ConfigValue& model = *tree.find("model");
  if (model.kind == ConfigValue::Kind::list) {
    resolve_each(model, nn::layers(), "model");
  } else {
    resolve_in(model, nn::layers(), "model");
  }
  resolve_in(*tree.find("loss"), nn::losses(), "loss");
  resolve_in(*tree.find("optimizer"), optim::optimizers(), "optimizer");
  if (config.schedule) {
    ConfigValue& schedule = *tree.find("schedule");
    schedule = with_length(schedule, config.epochs);
    resolve_in(schedule, optim::schedules(), "schedule");
  }
  return tree;
}

}  // namespace tenon::inline v0::train
