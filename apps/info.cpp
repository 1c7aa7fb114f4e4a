#include "tenon/core/info.h"

#include <cstdio>
#include <string>

#include "tenon/apps/commands.h"
#include "tenon/core/device.h"
#include "tenon/core/error.h"

namespace tools {

int info() {
  const tenon::Info info = tenon::info();
  std::printf("tenon            %s\n", info.version.c_str());
  std::printf("compiler         %s\n", info.compiler.c_str());
  std::printf("oneDNN           %s\n", info.onednn.c_str());
  std::printf("instruction set  %s\n", info.instruction_set.c_str());
  std::printf("bfloat16 on cpu  %s\n", info.bfloat16.c_str());
  std::printf("CUDA backend     %s\n", info.cuda.c_str());
  std::printf("threads          %d\n", info.threads);
  std::printf("device           cpu\n");
  try {
    tenon::cuda();
    for (int i = 0; i < tenon::device_count("cuda"); ++i) {
      std::printf("device           cuda:%d  %s\n", i, tenon::description(tenon::cuda(i)).c_str());
    }
  } catch (const tenon::Error& error) {
    // What this build has of it stands above.
    const std::string what = error.what();
    std::printf("no device        %s\n", what.substr(0, what.find("; the CUDA backend of this build")).c_str());
  }
  return 0;
}

}  // namespace tools
