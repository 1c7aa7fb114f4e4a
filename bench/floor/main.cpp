#include <iostream>

#include "nets.h"

#include "tenon/bench/frame.h"

namespace {

using namespace by_hand;
using Make = std::function<std::unique_ptr<Net>()>;

const std::vector<std::pair<std::string, Make>>& floors() {
  static const std::vector<std::pair<std::string, Make>> list{
      {"mlp_64_sgd", [] { return mlp(64, Optimizer::sgd); }},
      {"mlp_64_adam", [] { return mlp(64, Optimizer::adam); }},
      {"mlp_512_adam", [] { return mlp(512, Optimizer::adam); }},
      {"mlp_512_adam_bf16", [] { return mlp(512, Optimizer::adam, type::bf16); }},
      {"lenet_64_adam", [] { return lenet(64); }},
      {"resnet18_sgd", [] { return resnet18(32); }},
      {"gpt_adamw", [] { return gpt(); }},
      {"lstm_adam", [] { return lstm(); }},
      {"adam_500k", [] { return adam(500'000); }},
      {"adam_50m", [] { return adam(50'000'000); }},
      {"copy_1g", [] { return copy(1'000'000'000); }},
  };
  return list;
}

std::shared_ptr<Net> prepared(const Make& make) {
  std::shared_ptr<Net> net = make();
  net->step.finish();
  return net;
}

std::string widest_vectors() {
#ifdef __AVX512F__
  return "own passes in AVX-512";
#else
  return "own passes in AVX2";
#endif
}

// The time of each part of a step, measured apart: their sum is slightly more than the step takes.
void print_parts(const std::string& name, const Make& make) {
  const auto net = prepared(make);
  net->step.parts(3);
  std::printf("%s (%d reorders; %s)\n", name.c_str(), net->step.reorders(), net->info.c_str());
  for (const auto& [part, ms] : net->step.parts(20)) std::printf("  %-20s %9.4f ms\n", part.c_str(), ms);
}

}  // namespace

// As bench/frame.h says, and
//   floor --parts NAME...     how the time of a step is spent
int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words[0] == "--parts") {
    for (const auto& [name, make] : floors()) {
      if (std::find(words.begin() + 1, words.end(), name) != words.end()) print_parts(name, make);
    }
    return 0;
  }
  std::vector<bench::Workload> workloads;
  for (const auto& [name, make] : floors()) {
    workloads.push_back({name, [make = make] {
                           const auto net = prepared(make);
                           return bench::train([net] { return net->step.run(), net->loss; }, [](float l) { return l; });
                         }});
  }
  const dnnl_version_t* v = dnnl_version();
  return bench::serve(argc, argv, workloads,
                      "oneDNN " + std::to_string(v->major) + "." + std::to_string(v->minor) + "." +
                          std::to_string(v->patch) + ", " + widest_vectors());
}
