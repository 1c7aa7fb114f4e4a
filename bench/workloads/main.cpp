#include "workloads.h"
#include <tenon/core/info.h>

int main(int argc, char** argv) {
  std::vector<bench::Workload> workloads = small_ops();
  for (bench::Workload& w : training()) workloads.push_back(std::move(w));
  for (bench::Workload& w : language()) workloads.push_back(std::move(w));
  for (bench::Workload& w : resnet()) workloads.push_back(std::move(w));
  for (bench::Workload& w : recurrent()) workloads.push_back(std::move(w));
  const tenon::Info info = tenon::info();
  return bench::serve(argc, argv, workloads,
                      info.version + ", " + info.compiler + ", oneDNN " + info.onednn + ", kernels " +
                          info.instruction_set + ", bfloat16 " + info.bfloat16);
}
