#include "tenon/core/cpu/onednn/onednn.h"

#include <omp.h>
#include <oneapi/dnnl/dnnl_debug.h>

#include "tenon/core/cpu/onednn/fill.h"
#include "tenon/core/cpu/thread_limit.h"

namespace tenon::inline v0::onednn {

const dnnl::engine& engine() {
  static const dnnl::engine cpu_engine = [] {
    dnnl::set_primitive_cache_capacity(most_entries);
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return cpu_engine;
}

int threads() {
  if (omp_in_parallel()) return 1;
  detail::keep_to_thread_limit();
  return omp_get_max_threads();
}

OneThread::OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
OneThread::~OneThread() { omp_set_num_threads(before_); }

dnnl::primitive_attr attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

Status Call::run(const Launch& launch, std::initializer_list<void*> data) const {
  thread_local const dnnl::stream stream(engine());
  size_t i = 0;
  for (void* address : data) dnnl_memory_set_data_handle(arguments_[i++].memory, address);
  const Workspace scratch(launch, scratch_bytes_);
  if (!scratch.get()) return no_workspace;
  if (scratch_bytes_) dnnl_memory_set_data_handle(arguments_.back().memory, scratch.get());
  const dnnl_status_t status =
      dnnl_primitive_execute(primitive_.get(), stream.get(), static_cast<int>(arguments_.size()), arguments_.data());
  if (status != dnnl_success) return {StatusCode::library, dnnl_status2str(status)};
  return {};
}

Status activate(const View& out, Activation activation, const Launch& launch) {
  if (activation == Activation::none) return {};
  Loop loop{};
  loop.operands = 2;
  loop.axes = 1;
  loop.shape[0] = out.numel();
  for (int o = 0; o < 2; ++o) loop.strides[o][0] = 1, loop.data[o] = out.data, loop.dtype[o] = out.dtype;
  return loops.activation.relu.function()(loop, launch);
}

bool multiplies_bfloat16() {
  static const bool does = (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
  return does;
}

Status convert(const View& to, const View& from, const Launch& launch) {
  Loop loop{};
  loop.operands = 2;
  loop.axes = to.ndim;
  const View* views[] = {&to, &from};
  for (int o = 0; o < 2; ++o) {
    loop.data[o] = views[o]->data;
    loop.dtype[o] = views[o]->dtype;
    for (int i = 0; i < to.ndim; ++i) {
      loop.shape[i] = to.shape[to.ndim - 1 - i];
      loop.strides[o][i] = views[o]->strides[to.ndim - 1 - i];
    }
  }
  return loops.layout.copy.function()(loop, launch);
}

}  // namespace tenon::inline v0::onednn
