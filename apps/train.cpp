#include <cstdlib>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include "tenon/apps/commands.h"
#include "tenon/train/run.h"

namespace tools {

namespace {

/// OpenMP binds its threads to processors only if the environment says so when the program starts: so the program
/// starts itself once more. Whoever sets OMP_PROC_BIND decides alone, and a run on few threads is left free: several of
/// them may share the machine.
///
/// A thread that waits at the end of a parallel loop spins: 300,000 times by gomp's default, which is milliseconds.
/// That is free while every thread has its processor. Where another program has one of them, the bound thread cannot
/// move away, and the others burn their share of the machine at each barrier until it comes back. After 10,000 times, a
/// fraction of a millisecond, a thread sleeps: on two cores that others used too, fashion_mnist_mlp took a third of the
/// time. Whoever sets how threads wait decides that alone too.
void bind_threads(char** argv) {
  constexpr const char* again = "TENON_THREADS_BOUND";
  for (const char* name : {again, "OMP_PROC_BIND", "OMP_NUM_THREADS", "GOMP_CPU_AFFINITY"}) {
    if (std::getenv(name)) return;
  }
  setenv(again, "1", 1);
  setenv("OMP_PROC_BIND", "true", 1);
  if (!std::getenv("OMP_WAIT_POLICY")) setenv("GOMP_SPINCOUNT", "10000", 0);
  execv("/proc/self/exe", argv);
  // Where that does not work, the run is only slower.
  unsetenv("OMP_PROC_BIND");
}

}  // namespace

int train(const TrainArguments& arguments, char** argv) {
  tenon::train::TrainConfig config = tenon::train::read_train_config(arguments.config, arguments.overrides);
  // A pipe is empty when the program starts again: a run from one is left free as well.
  const std::filesystem::path path = arguments.config;
  if (config.threads == 0 && std::filesystem::is_regular_file(path)) bind_threads(argv);
  const auto result = tenon::train::run(std::move(config), arguments.out, path.stem().string());
  return result.signal == 0 ? 0 : 128 + result.signal;
}

}  // namespace tools
