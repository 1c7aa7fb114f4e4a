#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "tenon/apps/commands.h"
#include "tenon/train/trained_model.h"

namespace tools {

using namespace tenon;

namespace {

train::TrainedModel open(const std::string& run, bool last) {
  return train::TrainedModel::open(run, last ? train::Weights::last : train::Weights::best);
}

void print(train::TrainedModel& model, const Array& input, size_t top) {
  std::string line;
  if (model.task() == train::Task::regression) {
    const Array values = model.outputs(input).to(float64).reshape({-1});
    const auto view = values.view<const double, 1>();
    for (int64_t i = 0; i < values.size(0); ++i) line += fmt::format("{}{:.6g}", i == 0 ? "" : ", ", view(i));
  } else {
    const auto classes = model.classify(input);
    for (size_t i = 0; i < std::min(top, classes.size()); ++i) {
      line += fmt::format("{}{} {:.4f}", i == 0 ? "" : ", ", classes[i].name, classes[i].probability);
    }
  }
  std::printf("%s\n", line.c_str());
}

}  // namespace

int evaluate(const EvaluateArguments& arguments) {
  train::TrainedModel model = open(arguments.run, arguments.last);
  const train::Metrics metrics = model.evaluate();
  std::printf("%s: %lld samples, loss %.6g", model.weights().c_str(), static_cast<long long>(metrics.samples),
              metrics.loss);
  if (model.task() == train::Task::classification) std::printf(", accuracy %.2f %%", 100 * metrics.accuracy);
  std::printf("\n");
  return 0;
}

int predict(const PredictArguments& arguments) {
  train::TrainedModel model = open(arguments.run, arguments.last);
  for (const std::string& path : arguments.files) {
    if (!path.ends_with(".csv")) {
      std::printf("%s: ", path.c_str());
      print(model, model.read_image(path), arguments.top);
      continue;
    }
    const data::DatasetPtr table = model.read_table(path);
    for (int64_t row = 0; row < table->size(); ++row) {
      std::printf("%s: row %lld: ", path.c_str(), static_cast<long long>(row + 1));
      print(model, table->get(row, {})["input"], arguments.top);
    }
  }
  return 0;
}

}  // namespace tools
