// The optimizer's loop alone (28 bytes a parameter: four arrays read, three written), and a copy, whose bandwidth says
// what that loop could reach on this machine.
#include "nets.h"
#include <emmintrin.h>

namespace by_hand {

namespace {

struct Adam : Net {
  Params params;

  explicit Adam(int64_t n) {
    const Param p = params.add(plain({n}), 1);
    params.allocate();
    fill_uniform(p.dw);
    step.call("optimizer", [this] { params.adam(1e-6f); });
  }
};

struct Copy : Net {
  memory from, to;

  explicit Copy(int64_t bytes) : from(zeros(plain({bytes / 8}))), to(zeros(plain({bytes / 8}))) {
    step.call("copy", [this] { copy(); });
  }

  void copy() const {
    // Around the caches: nothing is read that is only to be overwritten. Memory of oneDNN is aligned to 64 bytes.
    const int64_t n = count(from);
    const float* a = floats(from);
    float* b = floats(to);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n; i += 4) _mm_stream_ps(b + i, _mm_load_ps(a + i));
  }
};

}  // namespace

std::unique_ptr<Net> adam(int64_t parameters) { return std::make_unique<Adam>(parameters); }
std::unique_ptr<Net> copy(int64_t bytes) { return std::make_unique<Copy>(bytes); }

}  // namespace by_hand
