#include "tenon/core/cpu/onednn/fill.h"

#include <cstdlib>
#include <string_view>

#include <oneapi/dnnl/dnnl.h>

namespace tenon::inline v0 {

namespace onednn {
constinit Backend loops;
}

namespace detail {

void fill_onednn(Backend& backend) {
  // oneDNN keeps to the instruction set that TENON_ISA allows our own kernels.
  const char* limit = std::getenv("TENON_ISA");
  const std::string_view isa = limit ? limit : "";
  if (isa == "avx2") dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
  if (isa == "baseline") dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
  onednn::loops = backend;
  onednn::fill_conv(backend.conv);
  onednn::fill_matmul(backend.matmul);
}

}  // namespace detail
}  // namespace tenon::inline v0
