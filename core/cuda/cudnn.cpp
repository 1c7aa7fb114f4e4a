#include "tenon/core/cuda/cudnn.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <new>
#include <unordered_map>

#include "tenon/core/cuda/aligned_workspace.h"
#include "tenon/core/cuda/cudnn_plan.h"
#include "tenon/core/cuda/key.h"
#include "tenon/core/cuda/per_thread.h"
#include "tenon/core/cuda/timing.h"

namespace tenon::inline v0::cuda_backend {

namespace {

// Plans that a benchmark compares.
constexpr int most_plans = 8;
// More than this is of no use to cuDNN.
constexpr int64_t full_alignment = 16;

Status status_of(cudnnStatus_t status) {
  if (status != CUDNN_STATUS_SUCCESS) cudaGetLastError();  // the next launch must not find it again
  switch (CUDNN_STATUS_CATEGORY(status)) {
    case CUDNN_STATUS_SUCCESS:
      return {};
    case CUDNN_STATUS_NOT_SUPPORTED:
      return {StatusCode::unsupported, cudnnGetErrorString(status)};
    default:
      break;
  }
  if (status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED ||
      status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED) {
    return {StatusCode::out_of_memory, cudnnGetErrorString(status)};
  }
  return {StatusCode::library, cudnnGetErrorString(status)};
}

/// A plan, and the description of the arrays that it ran on last: mostly those of the next run.
struct Kept {
  ConvPlan plan;
  Descriptor pack;
  void* arrays[4] = {};  ///< x, weight, y, workspace
};

/// A thread's handle and plans of a device. An entry without a plan: cuDNN does not do it.
struct Dnn {
  cudnnHandle_t handle = nullptr;
  cudaStream_t stream = nullptr;  ///< what the handle is set to
  std::unordered_map<Key, Kept, Key::Hash> plans;
};

Status run(const Dnn& dnn, Kept& kept, void* x, void* weight, void* y, const Launch& launch) {
  const AlignedWorkspace memory(launch, static_cast<size_t>(kept.plan.workspace));
  if (!memory.ok()) return no_memory;
  void* const arrays[] = {x, weight, y, memory.as()};
  if (!kept.pack.ok() || !std::equal(arrays, std::end(arrays), kept.arrays)) {
    const int64_t names[] = {conv_x, conv_weight, conv_y};
    kept.pack = Descriptor(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    kept.pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, 3, names)
        .set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, 3, arrays)
        .set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, arrays[3])
        .finalize();
    if (!kept.pack.ok()) return status_of(kept.pack.status());
    std::copy(arrays, std::end(arrays), kept.arrays);
  }
  return status_of(cudnnBackendExecute(dnn.handle, kept.plan.plan.raw(), kept.pack.raw()));
}

/// cuDNN's first choice or, where the launch asks for a benchmark, what is fastest here; that may differ from run to
/// run, so not where it must not show.
Kept choose(const Dnn& dnn, const ConvSizes& sizes, int64_t alignment, void* x, void* weight, void* y,
            const Launch& launch) {
  const bool measure = launch.is(Launch::benchmark) && !launch.is(Launch::deterministic);
  auto plans = conv_plans({dnn.handle, nullptr}, sizes, alignment, launch.flags, measure ? most_plans : 1);
  Kept best;
  float least = HUGE_VALF;
  for (ConvPlan& plan : plans) {
    Kept tried;
    tried.plan = std::move(plan);
    if (plans.size() > 1) {
      float time = milliseconds(stream_of(launch), [&] { return run(dnn, tried, x, weight, y, launch); });
      if (time < 0) time = HUGE_VALF;
      if (best.plan.plan.ok() && time >= least) continue;
      least = time;
    }
    best = std::move(tried);
  }
  return best;
}

Key key_of(const ConvSizes& s, int64_t alignment, const Launch& launch) {
  Key key{static_cast<int64_t>(s.kind),
          static_cast<int64_t>(s.dtype),
          static_cast<int64_t>(launch.flags),
          alignment,
          s.n,
          s.c,
          s.h,
          s.w,
          s.o,
          s.oh,
          s.ow,
          s.kh,
          s.kw,
          s.g.groups};
  for (int axis = 0; axis < 2; ++axis) {
    for (int64_t word : {s.g.stride[axis], s.g.padding[axis], s.g.dilation[axis]}) key.add(word);
  }
  return key;
}

Status convolve(const ConvSizes& sizes, void* x, void* weight, void* y, const Launch& launch) {
  Dnn& dnn = of_thread<Dnn>(launch.device);
  if (!dnn.handle) {
    if (const cudnnStatus_t status = cudnnCreate(&dnn.handle); status != CUDNN_STATUS_SUCCESS) {
      dnn.handle = nullptr;
      return status_of(status);
    }
  }
  if (const cudaStream_t stream = stream_of(launch); dnn.stream != stream) {
    if (const cudnnStatus_t status = cudnnSetStream(dnn.handle, stream); status != CUDNN_STATUS_SUCCESS) {
      return status_of(status);
    }
    dnn.stream = stream;
  }
  const int64_t alignment = alignment_of(full_alignment, x, weight, y);
  const Key key = key_of(sizes, alignment, launch);
  auto found = dnn.plans.find(key);
  if (found == dnn.plans.end()) {
    constexpr size_t most_kept = 4096;
    if (dnn.plans.size() >= most_kept) dnn.plans.clear();
    found = dnn.plans.emplace(key, choose(dnn, sizes, alignment, x, weight, y, launch)).first;
  }
  Kept& kept = found->second;
  if (!kept.plan.plan.ok()) {
    cudaGetLastError();
    return {StatusCode::unsupported, "cuDNN: no plan for this convolution"};
  }
  const Status status = run(dnn, kept, x, weight, y, launch);
  if (status.code == StatusCode::unsupported) kept = {};
  return status;
}

}  // namespace

Status by_cudnn(const ConvSizes& sizes, void* x, void* weight, void* y, const Launch& launch) try {
  return of_library(convolve(sizes, x, weight, y, launch), launch);
} catch (const std::bad_alloc&) {
  return {StatusCode::out_of_memory, "no host memory is left"};
}

}  // namespace tenon::inline v0::cuda_backend
