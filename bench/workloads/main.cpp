#include "workloads.h"

int main(int argc, char** argv) {
  std::vector<bench::Workload> workloads = small_ops();
  for (bench::Workload& w : training()) workloads.push_back(std::move(w));
  for (bench::Workload& w : language()) workloads.push_back(std::move(w));
  for (bench::Workload& w : resnet()) workloads.push_back(std::move(w));
  for (bench::Workload& w : recurrent()) workloads.push_back(std::move(w));
  return bench::serve(argc, argv, workloads);
}
