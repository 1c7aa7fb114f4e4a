#include "tenon/train/check_fit.h"

#include <algorithm>

#include "tenon/autograd/grad_mode.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/train/build.h"
#include "tenon/train/evaluate.h"

namespace tenon::inline v0::train {

namespace {

using Names = std::vector<std::string>;

/// `cat, dog`: the first of them where there are many.
std::string listed(const Names& names) {
  constexpr size_t most = 10;
  std::string all;
  for (size_t i = 0; i < std::min(most, names.size()); ++i) all += (i ? ", " : "") + names[i];
  return names.size() > most ? text(all, " and ", names.size() - most, " more") : all;
}

/// `; only in data.test: bird`, or nothing.
std::string only_in(const char* set, const Names& names, const Names& others) {
  Names only;
  for (const std::string& name : names) {
    if (std::find(others.begin(), others.end(), name) == others.end()) only.push_back(name);
  }
  return only.empty() ? "" : text("; only in ", set, ": ", listed(only));
}

/// Every label that counts has an output. Where the labels are not at hand, the loss says it when it meets one.
void check_labels(const std::string& name, const data::Dataset& set, const nn::Loss& loss, int64_t outputs) {
  const Array targets = set.targets();
  if (!targets.defined() || is_floating(targets.dtype())) return;
  const Array labels = targets.cpu().to(int64).contiguous(), counted = loss.counted(labels);
  const auto* label = static_cast<const int64_t*>(labels.data());
  const auto* counts = counted.defined() ? static_cast<const bool*>(counted.data()) : nullptr;
  for (int64_t i = 0; i < labels.numel(); ++i) {
    const bool fits = (label[i] >= 0 && label[i] < outputs) || (counts && !counts[i]);
    TENON_CHECK(fits, ConfigError, "the model has ", outputs, " outputs, for the classes 0 to ", outputs - 1, ", but ",
                name, " has the class ", label[i], " (sample ", i / (labels.numel() / labels.size(0)), ")");
  }
}

/// The classes that there are against the model's outputs.
void check_classes(nn::Layer& model, const nn::Loss& loss, const Sets& sets, const TrainConfig& config) {
  const DataConfig& data = config.data;
  const NoGrad no_grad;
  const nn::EvaluationMode mode(model);
  const data::DatasetPtr one = sets.pipeline.apply(data::subset(sets.training, {0}), false);
  const int64_t index = 0;
  const data::Draw draw;
  const data::Sample sample = one->batch({&index, 1}, {&draw, 1});
  const Array& target = sample["target"];
  TENON_CHECK(!(is_floating(target.dtype()) && target.numel() == 1), ConfigError,
              "the target is a number, but classes are learnt (", loss.kind(),
              "); if its numbers are classes, say `target_is: classes` in data.train");
  const bool language = config.task == Task::language;
  // Token 0 is one of any vocabulary.
  const Array input = language ? zeros_like(sample["input"]) : sample["input"];
  const Shape shape = model(input.to(device_named(config.device))).shape();
  if (shape.ndim() < 2) return;  // the loss says what is wrong with it
  const int64_t outputs = shape[language ? shape.ndim() - 1 : 1];
  const Names& names = data.class_names;
  const auto count = static_cast<int64_t>(names.size());
  const std::string has = text("the model has ", outputs, outputs == 1 ? " output" : " outputs");
  TENON_CHECK(!language || count == 0 || count == outputs, ConfigError, has, ", but the text has ", count,
              " different characters");
  TENON_CHECK(count == 0 || count == outputs, ConfigError, has, ", but there are ", count, " classes: ", listed(names));
  TENON_CHECK(outputs > 1, ConfigError, has, ", but classes need one each");
  check_labels("data.train", *sets.training, loss, outputs);
  if (sets.test) check_labels("data.test", *sets.test, loss, outputs);
}

}  // namespace

void check_same_classes(const DataConfig& config, const Sets& sets) {
  const Names training = sets.training->class_names(), test = sets.test->class_names();
  if (training == test) return;
  std::string difference = only_in("data.test", test, training) + only_in("data.train", training, test);
  if (difference.empty()) difference = text("; their order differs: ", listed(test), " and ", listed(training));
  ConfigReader(*config.test, "data.test")
      .fail(text("its classes are not those of data.train", difference,
                 "; both need the same classes in the same order"));
}

void check_fit(nn::Layer& model, nn::Loss& loss, const Sets& sets, const TrainConfig& config) {
  try {
    // Cross entropy takes classes, whatever the task is called.
    if (config.task == Task::classification || task_of_loss(config.loss) == Task::classification) {
      check_classes(model, loss, sets, config);
    }
    for (const data::DatasetPtr& set : {sets.training, sets.test}) {
      if (!set) continue;
      evaluate(model, loss, sets.pipeline.apply(data::subset(set, {0}), set == sets.training),
               {.task = *config.task,
                .device = device_named(config.device),
                .precision = precision_named(config.precision)});
    }
  } catch (const Error& error) {
    throw ConfigError(text("model and data do not fit together: ", error.what()));
  }
}

}  // namespace tenon::inline v0::train
