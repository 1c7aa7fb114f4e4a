#include "tenon/core/info.h"

#include <oneapi/dnnl/dnnl.h>

#include "tenon/core/cpu/cpu.h"
#include "tenon/core/determinism.h"
#include "tenon/core/text.h"

namespace tenon::inline v0 {

Info info() {
  const dnnl_version_t* dnnl = dnnl_version();
#ifdef __clang__
  const std::string compiler = text("Clang ", __clang_version__);
#else
  const std::string compiler = text("GCC ", __VERSION__);
#endif
  return {.version = TENON_VERSION,
          .compiler = compiler,
          .onednn = text(dnnl->major, ".", dnnl->minor, ".", dnnl->patch),
          .instruction_set = std::string(detail::cpu_level_name()),
          .cuda = TENON_CUDA_WHY,
          .threads = num_threads()};
}

}  // namespace tenon::inline v0
