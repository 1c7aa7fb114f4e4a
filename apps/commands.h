// What the tool can do. Each returns the exit code, and throws what main reports.
#pragma once
#include <cstdint>
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

struct GenerateArguments {
  std::string run;
  std::string prompt;
  int64_t length = 500;
  double temperature = 0.8;
  int64_t top_k = 0;
  uint64_t seed = 0;
  bool last = false;
};
int generate(const GenerateArguments& arguments);

int info();

}  // namespace tools
