#include "params.h"

#include <cmath>

namespace by_hand {

Param Params::add(const desc& layout, float scale, float center) {
  const Param p{memory(layout, cpu, DNNL_MEMORY_NONE), memory(layout, cpu, DNNL_MEMORY_NONE)};
  entries_.push_back({p, scale, center});
  return p;
}

void Params::allocate() {
  const auto rounded = [](const Entry& e) { return (count(e.param.w) + 15) / 16 * 16; };
  for (const Entry& e : entries_) n_ += rounded(e);
  for (memory* m : {&w_, &dw_, &m1_, &m2_}) *m = zeros(plain({n_}));
  int64_t at = 0;
  for (Entry& e : entries_) {
    e.param.w.set_data_handle(floats(w_) + at);
    e.param.dw.set_data_handle(floats(dw_) + at);
    at += rounded(e);
    memory values = zeros(plain(e.param.w.get_desc().get_dims()));  // a layout's padding must stay zero
    fill_uniform(values);
    for (int64_t i = 0; i < count(values); ++i) floats(values)[i] = e.center + e.scale * floats(values)[i];
    dnnl::reorder(values, e.param.w).execute(queue, values, e.param.w);
  }
}

void Params::sgd(float rate, float momentum) {
  const int64_t n = n_;
  float *w = floats(w_), *g = floats(dw_), *v = floats(m1_);
#pragma omp parallel for simd schedule(static)
  for (int64_t i = 0; i < n; ++i) {
    v[i] = momentum * v[i] + g[i];
    w[i] -= rate * v[i];
  }
}

void Params::adam(float rate, float decay) {
  const float b1 = 0.9f, b2 = 0.999f, eps = 1e-8f, keep = 1 - rate * decay;
  ++steps_;
  const float c1 = rate / (1 - std::pow(b1, static_cast<float>(steps_)));
  const float c2 = 1 / (1 - std::pow(b2, static_cast<float>(steps_)));
  const int64_t n = n_;
  float *w = floats(w_), *g = floats(dw_), *m = floats(m1_), *v = floats(m2_);
#pragma omp parallel for simd schedule(static)
  for (int64_t i = 0; i < n; ++i) {
    m[i] = b1 * m[i] + (1 - b1) * g[i];
    v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
    w[i] = keep * w[i] - c1 * m[i] / (std::sqrt(v[i] * c2) + eps);
  }
}

}  // namespace by_hand
