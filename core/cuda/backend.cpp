// The two functions that the library shows.
#include "tenon/core/backend.h"

#include "tenon/core/cuda/fill.h"

extern "C" [[gnu::visibility("default")]] const char* tenon_backend_contract() { return TENON_CONTRACT; }

extern "C" [[gnu::visibility("default")]] const char* tenon_backend(tenon::Backend* backend) {
  using namespace tenon::cuda_backend;
  if (backend->version != tenon::Backend().version || backend->size != sizeof(tenon::Backend)) {
    return "it was built for another version of tenon";
  }
  backend->name = "cuda";
  fill_device(backend->device);
  // One line a family.
  fill_activation(*backend);
  fill_arithmetic(*backend);
  fill_arrange(*backend);
  fill_attention(*backend);
  fill_comparison(*backend);
  fill_conv(*backend);
  fill_create(*backend);
  fill_exponential(*backend);
  fill_extremum(*backend);
  fill_index(*backend);
  fill_layout(*backend);
  fill_loss(*backend);
  fill_matmul(*backend);
  fill_norm(*backend);
  fill_pool(*backend);
  fill_random(*backend);
  fill_rnn(*backend);
  fill_rounding(*backend);
  fill_scan(*backend);
  fill_softmax(*backend);
  fill_sort(*backend);
  fill_sum(*backend);
  fill_trigonometric(*backend);
  fill_update(*backend);
  return nullptr;
}
