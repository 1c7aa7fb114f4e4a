#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "tenon/apps/commands.h"
#include "tenon/core/determinism.h"
#include "tenon/core/ops/layout.h"
#include "tenon/train/trained_model.h"

namespace tools {

using namespace tenon;

namespace {

train::TrainedModel open(const std::string& run, bool last) {
  train::TrainedModel model = train::TrainedModel::open(run, last ? train::Weights::last : train::Weights::best);
  const train::TrainConfig& config = model.config();
  if (model.device().is_cpu() && config.device.starts_with("cuda")) {
    std::fprintf(stderr, "tenon: the run was trained on %s; there is no GPU here, so the CPU is taken\n",
                 config.device.c_str());
  }
  if (config.threads > 0) set_num_threads(config.threads);
  set_deterministic(config.deterministic);
  return model;
}

/// What the model says of an input: its likeliest classes and how likely they are, or its numbers. Two spaces or more
/// stand before each, and the same thing stands in the same column whatever the input.
std::string answer(train::TrainedModel& model, const Array& input, size_t top) {
  std::string line;
  if (model.task() == train::Task::regression) {
    const Array values = model.outputs(input).to(float64).reshape({-1});
    const auto view = values.view<const double, 1>();
    for (int64_t i = 0; i < values.size(0); ++i) line += fmt::format("  {:>12.6g}", view(i));
    return line;
  }
  const auto classes = model.classify(input);
  size_t width = 0;
  for (const auto& c : classes) width = std::max(width, c.name.size());
  for (size_t i = 0; i < std::min(top, classes.size()); ++i) {
    line += fmt::format("  {:<{}}  {:.4f}", classes[i].name, width, classes[i].probability);
  }
  return line;
}

/// The name of the first feature without a value; "" if all have one.
std::string missing(const Array& features, const std::vector<std::string>& names) {
  const auto view = features.view<const float, 1>();
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::isnan(view(static_cast<int64_t>(i)))) return names[i];
  }
  return "";
}

}  // namespace

int evaluate(const EvaluateArguments& arguments) {
  train::TrainedModel model = open(arguments.run, arguments.last);
  const train::Metrics metrics = model.evaluate();
  std::printf("%s: %lld samples, loss %.6g", model.weights().c_str(), static_cast<long long>(metrics.samples),
              metrics.loss);
  const std::vector<train::Figure> figures = train::figures(metrics, model.task());
  for (size_t i = 1; i < figures.size(); ++i) std::printf(", %s", figures[i].text.c_str());
  std::printf("\n");
  return 0;
}

int predict(const PredictArguments& arguments) {
  train::TrainedModel model = open(arguments.run, arguments.last);
  size_t width = 0;
  for (const std::string& path : arguments.files) width = std::max(width, path.size());
  // A line is written when all of it is known: an error leaves whole lines.
  const auto print = [&](const std::string& path, const std::string& rest) {
    std::puts(fmt::format("{:<{}}{}", path, width, rest).c_str());
  };
  for (const std::string& path : arguments.files) {
    if (!path.ends_with(".csv")) {
      print(path, answer(model, model.read_image(path), arguments.top));
      continue;
    }
    const data::Features table = model.read_table(path);
    const int64_t rows = table.rows.size(0);
    for (int64_t row = 0; row < rows; ++row) {
      const Array input = select(table.rows, 0, row);
      const std::string hole = missing(input, table.names);
      print(path, fmt::format("  row {:<{}}{}", row + 1, std::to_string(rows).size(),
                              hole.empty() ? answer(model, input, arguments.top) : "  missing: " + hole));
    }
  }
  return 0;
}

int generate(const GenerateArguments& arguments) {
  train::TrainedModel model = open(arguments.run, arguments.last);
  // What is there already is seen while the rest is thought about; of a wrong prompt, nothing.
  bool begun = false;
  const auto print = [&](std::string_view text) {
    if (!begun) std::fwrite(arguments.prompt.data(), 1, arguments.prompt.size(), stdout);
    begun = true;
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  };
  const nn::GenerateOptions options{
      .length = arguments.length, .temperature = arguments.temperature, .top_k = arguments.top_k};
  model.generate(arguments.prompt, options, arguments.seed, print);
  print("\n");
  return 0;
}

}  // namespace tools
