#include "step.h"
#include "workloads.h"
#include <ATen/Version.h>
#include <torch/torch.h>

int main(int argc, char** argv) {
  keep_pages();
  std::vector<bench::Workload> workloads;
  for (const auto& part : {small_ops(), training(), resnet(), language()}) {
    workloads.insert(workloads.end(), part.begin(), part.end());
  }
  const std::string about = at::get_mkldnn_version() + "; " + at::get_mkl_version() + "; " + at::get_cpu_capability();
  return bench::serve(argc, argv, workloads, TORCH_VERSION + ("; " + about));
}
