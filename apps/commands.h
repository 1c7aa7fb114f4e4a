// What the tool can do. Each returns the exit code, and throws what main reports.
#pragma once
#include <string>
#include <vector>

namespace tools {

struct TrainArguments {
  std::string config;
  std::vector<std::string> overrides;
  std::string out;
};
/// 128 and the signal's number where one ended the run.
int train(const TrainArguments& arguments, char** argv);

struct EvaluateArguments {
  std::string run;
  bool last = false;
};
int evaluate(const EvaluateArguments& arguments);

struct PredictArguments {
  std::string run;
  std::vector<std::string> files;
  size_t top = 3;
  bool last = false;
};
int predict(const PredictArguments& arguments);

int info();

}  // namespace tools
