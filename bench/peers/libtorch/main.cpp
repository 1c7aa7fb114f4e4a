#include "workloads.h"
#include <malloc.h>

int main(int argc, char** argv) {
  // malloc keeps its pages: without this, page faults are a fifth of a training step.
  constexpr int gigabyte = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, gigabyte);
  mallopt(M_TRIM_THRESHOLD, gigabyte);
  mallopt(M_TOP_PAD, 64 << 20);

  std::vector<bench::Workload> workloads = small_ops();
  for (bench::Workload& w : training()) workloads.push_back(std::move(w));
  return bench::serve(argc, argv, workloads);
}
