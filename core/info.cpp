#include "tenon/core/info.h"

#include <oneapi/dnnl/dnnl.h>

#include "tenon/core/cpu/cpu.h"
#include "tenon/core/determinism.h"
#include "tenon/core/memory/detail/device_state.h"
#include "tenon/core/text.h"

namespace tenon::inline v0 {

namespace {

/// As oneDNN, which computes products and convolutions, sees the processor.
std::string bfloat16_products() {
  const int isa = dnnl_get_effective_cpu_isa();
  const auto has = [isa](int feature) { return (isa & feature) == feature; };
  if (has(dnnl_cpu_isa_avx512_core_amx)) return "native (amx)";
  if (has(dnnl_cpu_isa_avx512_core_bf16)) return "native (avx512_bf16)";
  return "in float32, rounded";
}

}  // namespace

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
          .bfloat16 = bfloat16_products(),
          .cuda = TENON_CUDA_WHY,
          .threads = num_threads()};
}

std::string description(Device device) {
  if (device.is_cpu()) return {};
  const DeviceFunctions& functions = detail::device_state(device).functions;
  return functions.describe ? functions.describe(device.index) : "";
}

}  // namespace tenon::inline v0
