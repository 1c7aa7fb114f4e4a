#include "tenon/core/cpu/onednn/onednn.h"

#include <omp.h>
#include <oneapi/dnnl/dnnl_debug.h>

namespace tenon::inline v0::onednn {

const dnnl::engine& engine() {
  static const dnnl::engine cpu_engine(dnnl::engine::kind::cpu, 0);
  return cpu_engine;
}

int threads() { return omp_in_parallel() ? 1 : omp_get_max_threads(); }

OneThread::OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
OneThread::~OneThread() { omp_set_num_threads(before_); }

dnnl::primitive_attr attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

Cache& cache() {
  thread_local Cache calls;
  return calls;
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

}  // namespace tenon::inline v0::onednn
