#include "workloads.h"
#include <ATen/Version.h>
#include <malloc.h>
#include <torch/torch.h>

int main(int argc, char** argv) {
  // malloc keeps its pages: without this, page faults are a fifth of a training step.
  constexpr int gigabyte = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, gigabyte);
  mallopt(M_TRIM_THRESHOLD, gigabyte);
  mallopt(M_TOP_PAD, 64 << 20);

  std::vector<bench::Workload> workloads;
  for (const auto& part : {small_ops(), training(), resnet(), language()}) {
    workloads.insert(workloads.end(), part.begin(), part.end());
  }
  const std::string about = at::get_mkldnn_version() + "; " + at::get_mkl_version() + "; " + at::get_cpu_capability();
  return bench::serve(argc, argv, workloads, TORCH_VERSION + ("; " + about));
}
