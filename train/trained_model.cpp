#include "tenon/train/trained_model.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "tenon/autograd/grad_mode.h"
#include "tenon/core/check.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/ops/softmax.h"
#include "tenon/core/random.h"
#include "tenon/data/datasets.h"
#include "tenon/data/image.h"
#include "tenon/data/vocabulary.h"
#include "tenon/nn/layers.h"
#include "tenon/train/build.h"
#include "tenon/train/evaluate.h"
#include "tenon/train/forward.h"
#include "tenon/train/run_directory.h"

namespace tenon::inline v0::train {

namespace {

/// A model whose weights are about to be read: what is drawn for them is given back to the default generator.
std::unique_ptr<nn::Layer> make_empty_model(const TrainConfig& config) {
  const RandomKey before = default_generator().state();
  std::unique_ptr<nn::Layer> model = make_model(config);
  default_generator().set_state(before);
  return model;
}

/// The run's device, or the CPU on a machine without a GPU: what was trained on one is used anywhere.
Device device_here(const std::string& name) {
  return name.starts_with("cuda") && !cuda_is_available() ? cpu : device_named(name);
}

}  // namespace

TrainedModel::TrainedModel(TrainConfig config, std::string weights)
    : config_(std::move(config)),
      weights_(std::move(weights)),
      device_(device_here(config_.device)),
      precision_(precision_named(config_.precision)),
      model_(make_empty_model(config_)),
      pipeline_(config_.data.value.transforms, "data.transforms") {
  model_->load_state(load(weights_));
  model_->to(device_);
  model_->eval();
}

TrainedModel TrainedModel::open(const std::string& directory, Weights weights) {
  const RunDirectory run = RunDirectory::open(directory);
  const std::string best = run.file("best.safetensors"), last = run.file("last.safetensors");
  const bool take_best = weights == Weights::best && std::filesystem::exists(best);
  TENON_CHECK(take_best || std::filesystem::exists(last), FileError, directory, ": the run has no weights yet");
  return TrainedModel(read_train_config(run.file("config.yaml")), take_best ? best : last);
}

Task TrainedModel::task() const { return task_of(config_); }

Metrics TrainedModel::evaluate() {
  const DataConfig& data = config_.data;
  const data::DatasetPtr set =
      data.test ? make_dataset(data, *data.test, "test") : make_dataset(data, data.train, "train");
  const auto loss = nn::losses().make(ConfigReader(config_.loss, "loss"));
  return train::evaluate(*model_, *loss, pipeline_.apply(set, false),
                         {.task = task(),
                          .batch_size = data.batch_size,
                          .workers = data.workers,
                          .device = device_,
                          .precision = precision_});
}

Array TrainedModel::outputs(const Array& input) {
  const NoGrad no_grad;
  const InPrecision scope(precision_);
  const Tensor output = (*model_)(pipeline_.apply(input).unsqueeze(0).to(device_));
  return (precision_ == float32 ? output : output.to(float32)).cpu().array();
}

Array TrainedModel::read_image(const std::string& path) const {
  const DataConfig& data = config_.data;
  const std::vector<int64_t>& shape = data.input_shape;
  TENON_CHECK(
      shape.size() == 3, ValueError, path,
      ": taken for an image, as its name does not end in .csv, but the model was not trained on images: an input is ",
      Shape(shape));
  const Array image = data::read_image(path, {.channels = static_cast<int>(shape[2])});
  const std::vector<ConfigValue>& steps = pipeline_.resolved();
  const bool scales_itself = !steps.empty() && steps[0].find("type")->text == "resize";
  return scales_itself ? image : data::resize(image, {.size = {shape[0], shape[1]}});
}

data::Features TrainedModel::read_table(const std::string& path) const {
  const DataConfig& data = config_.data;
  ConfigReader set(data.train, "data.train");
  const std::string& type = set.take_tag("type").text();
  TENON_CHECK(type == "csv", ValueError, "the model was not trained on a table: its data are ", type);
  auto options = from_config<data::CsvOptions>(set);
  options.path = path;
  return data::csv_features(options);
}

std::vector<ClassProbability> TrainedModel::classify(const Array& input) {
  TENON_CHECK(task() == Task::classification, ValueError, "the model gives numbers, not classes");
  const Array probabilities = softmax(outputs(input), 1).to(float64);
  TENON_CHECK(probabilities.ndim() == 2, ShapeError, "the model's outputs are ", probabilities.shape(),
              ", not one score a class");
  const auto view = probabilities.view<const double, 2>();
  const std::vector<std::string>& names = config_.data.value.class_names;
  std::vector<ClassProbability> classes;
  for (int64_t i = 0; i < probabilities.size(1); ++i) {
    const auto at = static_cast<size_t>(i);
    classes.push_back({i, at < names.size() ? names[at] : std::to_string(i), view(0, i)});
  }
  std::stable_sort(classes.begin(), classes.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  return classes;
}

std::string TrainedModel::generate(std::string_view prompt, nn::GenerateOptions options, uint64_t seed,
                                   const std::function<void(std::string_view)>& write) {
  const DataConfig& data = config_.data;
  ConfigReader set(data.train, "data.train");
  const std::string& type = set.take_tag("type").text();
  TENON_CHECK(type == "text", ValueError, "the model was not trained on a text: its data are ", type);
  const data::Vocabulary vocabulary(from_config<data::TextOptions>(set).characters);
  const bool has_lines = vocabulary.text().find('\n') != std::string::npos;
  const std::string beginning = has_lines ? "\n" : vocabulary.decode(0);
  std::vector<int64_t> tokens;
  try {
    for (int32_t token : vocabulary.encode(prompt.empty() ? beginning : prompt)) tokens.push_back(token);
  } catch (ValueError& error) {
    error.prepend("prompt: ");
    throw;
  }
  const int64_t context = data.input_shape.at(0);
  options.context = options.context > 0 ? std::min<int64_t>(options.context, context) : context;
  Generator generator(seed);
  const InPrecision scope(precision_);
  std::string all;
  const auto each = [&](int64_t token) {
    all += vocabulary.decode(token);
    if (write) write(vocabulary.decode(token));
  };
  nn::generate(*model_, std::move(tokens), options, each, generator, device_);
  return all;
}

}  // namespace tenon::inline v0::train
