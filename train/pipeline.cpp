#include "tenon/train/pipeline.h"

#include <algorithm>
#include <utility>

#include "tenon/core/check.h"
#include "tenon/core/text.h"

namespace tenon::inline v0::train {

namespace {

using Steps = std::vector<Pipeline::Step>;

/// `a.yaml:5:7: data.transforms.1: `
std::string where(const ConfigReader& reader) {
  const std::string place = reader.value().place.text();
  return text(place, place.empty() ? "" : ": ", reader.path(), ": ");
}

data::DatasetPtr each_sample(const data::DatasetPtr& set, Steps steps, bool training) {
  if (steps.empty()) return set;
  return data::transform(set, [steps = std::move(steps), training](data::Sample sample, data::Draw draw) {
    Array& x = sample["input"];
    for (const Pipeline::Step& step : steps) x = step.apply(x, training ? &draw : nullptr);
    return sample;
  });
}

data::DatasetPtr each_batch(const data::DatasetPtr& set, Steps steps) {
  if (steps.empty()) return set;
  return data::transform_batch(set, [steps = std::move(steps)](data::Sample batch) {
    Array& x = batch["input"];
    for (const Pipeline::Step& step : steps) x = step.apply(x, nullptr);
    return batch;
  });
}

data::DatasetPtr whole_batches(const data::DatasetPtr& set, Steps steps, bool training) {
  const auto apply = [steps = std::move(steps), training](data::Sample batch, std::span<data::Draw> draws) {
    Array& x = batch["input"];
    for (const Pipeline::Step& step : steps) x = step.apply_batch(x, training ? draws : std::span<data::Draw>());
    return batch;
  };
  return data::transform_batch(set, apply);
}

/// f(), with errors at their place.
template <class F>
Array placed(const std::string& where, const F& f) {
  try {
    return f();
  } catch (Error& error) {
    error.prepend(where);
    throw;
  }
}

/// What a config calls the transform.
std::string name_in(const ConfigValue& step) {
  const ConfigValue* type = step.find("type");
  return type ? type->text : step.text;
}

}  // namespace

Array Pipeline::Step::apply(const Array& x, data::Draw* draw) const {
  return placed(where, [&] { return transform->apply(x, draw); });
}

Array Pipeline::Step::apply_batch(const Array& batch, std::span<data::Draw> draws) const {
  return placed(where, [&] { return transform->apply_batch(batch, draws); });
}

Pipeline::Pipeline(const std::vector<ConfigValue>& steps, const std::string& path) {
  for (size_t i = 0; i < steps.size(); ++i) {
    const ConfigReader reader(steps[i], text(path, ".", i));
    resolved_.push_back(transforms().resolve(reader));
    steps_.push_back({transforms().make(reader), where(reader), name_in(steps[i])});
  }
}

Pipeline Pipeline::fit(const std::vector<ConfigValue>& steps, const std::string& path,
                       const data::DatasetPtr& training) {
  Pipeline made;
  for (size_t i = 0; i < steps.size(); ++i) {
    const ConfigReader reader(steps[i], text(path, ".", i));
    ConfigValue step = transforms().resolve(reader);
    const ConfigValue learnt = transforms().make(reader)->fit(*made.apply(training, false));
    for (size_t k = 0; k < learnt.items.size(); ++k) set_config(step, learnt.keys[k].name, learnt.items[k]);
    made.steps_.push_back({transforms().make(ConfigReader(step, reader.path())), where(reader), name_in(steps[i])});
    made.resolved_.push_back(std::move(step));
  }
  return made;
}

data::DatasetPtr Pipeline::apply(const data::DatasetPtr& set, bool training) const {
  check_runs_on(set->device());
  if (!set->device().is_cpu()) return whole_batches(set, steps_, training);
  const auto behind =
      std::find_if(steps_.rbegin(), steps_.rend(), [](const auto& s) { return !s.transform->takes_batches(); });
  return each_batch(each_sample(set, Steps(steps_.begin(), behind.base()), training),
                    Steps(behind.base(), steps_.end()));
}

void Pipeline::check_runs_on(Device device) const {
  if (device.is_cpu()) return;
  for (const Step& step : steps_) {
    TENON_CHECK(step.transform->runs_on_devices(), ConfigError, step.where, step.name,
                " takes one sample at a time, on the CPU; the data cannot be kept on ", device);
  }
}

Array Pipeline::apply(Array input) const {
  for (const Step& step : steps_) input = step.apply(input, nullptr);
  return input;
}

}  // namespace tenon::inline v0::train
