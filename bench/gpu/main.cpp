// gpu GROUP... [--device cuda:0] [--small]
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "bench.h"

namespace bench {

void print(const Row& row) {
  std::printf("{\"name\": \"%s\", \"ns\": %.6g", row.name.c_str(), row.ns);
  const auto add = [](const char* name, double value) {
    if (value > 0) std::printf(", \"%s\": %.8g", name, value);
  };
  add("reference_ns", row.reference_ns);
  add("bytes", row.bytes);
  add("flops", row.flops);
  add("samples", row.samples);
  add("mb", row.mb);
  std::printf("}\n");
  std::fflush(stdout);
}

}  // namespace bench

int main(int argc, char** argv) {
  const std::map<std::string, void (*)(const bench::Setting&)> groups = {
      {"bandwidth", bench::bandwidth}, {"gemm", bench::gemm},         {"host", bench::host},
      {"adam", bench::adam},           {"training", bench::training}, {"loader", bench::loader}};
  try {
    std::string device = "cuda:0";
    std::vector<std::string> chosen;
    bench::Setting setting;
    for (int i = 1; i < argc; ++i) {
      const std::string word = argv[i];
      if (word == "--small") {
        setting.small = true;
      } else if (word == "--device" && i + 1 < argc) {
        device = argv[++i];
      } else if (groups.count(word)) {
        chosen.push_back(word);
      } else {
        std::fprintf(stderr, "gpu: what is %s?\n", word.c_str());
        return 2;
      }
    }
    setting.device = tenon::device(device);
    for (const std::string& group : chosen) groups.at(group)(setting);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gpu: %s\n", error.what());
    return 1;
  }
  return 0;
}
