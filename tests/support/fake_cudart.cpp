#include "tenon/tests/support/fake_cudart.h"

#include <cstdlib>
#include <cstring>
#include <map>
#include <unordered_map>

#include <cublasLt.h>
#include <cuda_runtime_api.h>
#include <cudnn.h>

namespace tenon::testing {
namespace {

// Never destroyed: arrays may go after it.
FakeCudart& state = *new FakeCudart;
struct Objects {
  struct Block {
    size_t bytes;
    int device;  ///< -1: pinned host memory
  };
  std::map<const char*, Block> blocks;
  std::map<const void*, int> streams, events, handles;  ///< and their devices
  std::map<const void*, cudaStream_t> handle_streams;
  size_t used[FakeCudart::devices] = {};
};
Objects& objects = *new Objects;
/// Names of the kernels, which are told before anything here is made.
std::unordered_map<const void*, const char*>& kernels() {
  static auto& names = *new std::unordered_map<const void*, const char*>;
  return names;
}
thread_local int current = 0;
thread_local cudaError_t last = cudaSuccess;

/// The launch that `<<<>>>` has begun.
thread_local struct {
  dim3 grid, block;
  size_t shared;
  cudaStream_t stream;
} configuration;

cudaError_t failed(cudaError_t error) { return last = error; }

cudaError_t misused(const std::string& what, cudaError_t error = cudaErrorInvalidValue) {
  if (state.wrong.empty()) state.wrong = what;
  return failed(error);
}

bool is_fault(int error) { return error != cudaErrorMemoryAllocation && error != cudaErrorNotReady; }

/// The begin of every call that can fail. What gives something back does so but for a fault.
cudaError_t enter(bool gives_back) {
  ++state.entries;
  ++state.calls;
  if (state.lost) return failed(static_cast<cudaError_t>(state.lost));
  if (state.calls != state.fail_at || (gives_back && !is_fault(state.fail_with))) return cudaSuccess;
  if (is_fault(state.fail_with)) state.lost = state.fail_with;
  return failed(static_cast<cudaError_t>(state.fail_with));
}

/// As long as a call that can fail lasts.
struct Call {
  explicit Call(bool gives_back = false) : error(enter(gives_back)) {}
  const std::lock_guard<std::recursive_mutex> lock{state.mutex};
  const cudaError_t error;
};
constexpr bool gives_back = true;
/// A call that does f, unless it fails.
template <class F>
cudaError_t call(const F& f, bool returns_memory = false) {
  const Call begun(returns_memory);
  return begun.error ? begun.error : f();
}

/// The block that holds all of the bytes, or null.
const Objects::Block* block_of(const void* memory, size_t bytes) {
  const auto* at = static_cast<const char*>(memory);
  auto found = objects.blocks.upper_bound(at);
  if (found == objects.blocks.begin()) return nullptr;
  --found;
  return at + bytes <= found->first + found->second.bytes ? &found->second : nullptr;
}
bool on_device(const void* memory, size_t bytes) {
  const Objects::Block* block = block_of(memory, bytes);
  return block && block->device >= 0;
}

cudaError_t make_block(void** memory, size_t bytes, int device) {
  size_t* used = device < 0 ? nullptr : &objects.used[device];
  if (used && *used + bytes > state.capacity) return failed(cudaErrorMemoryAllocation);
  *memory = std::aligned_alloc(512, (bytes + 511) / 512 * 512);
  if (!*memory) return failed(cudaErrorMemoryAllocation);
  std::memset(*memory, 0, bytes);
  objects.blocks[static_cast<char*>(*memory)] = {bytes, device};
  if (used) *used += bytes;
  ++(used ? state.memory : state.pinned);
  return cudaSuccess;
}

cudaError_t free_block(void* memory, bool is_pinned) {
  if (!memory) return cudaSuccess;
  const auto found = objects.blocks.find(static_cast<char*>(memory));
  if (found == objects.blocks.end() || (found->second.device < 0) != is_pinned)
    return misused("freed what is not live");
  if (is_pinned) {
    --state.pinned;
  } else {
    --state.memory;
    objects.used[found->second.device] -= found->second.bytes;
  }
  objects.blocks.erase(found);
  std::free(memory);
  return cudaSuccess;
}

/// Streams, events and handles: bytes with an address and a device.
template <class Handle>
void make(Handle* handle, std::map<const void*, int>& all, int64_t* alive = nullptr) {
  void* made = std::malloc(1);
  all[made] = current;
  if (alive) ++*alive;
  *handle = static_cast<Handle>(made);
}
cudaError_t drop(void* handle, std::map<const void*, int>& all, int64_t& alive) {
  if (!all.erase(handle)) return misused("destroyed what is not live", cudaErrorInvalidResourceHandle);
  --alive;
  std::free(handle);
  return cudaSuccess;
}
/// The null stream is the current device's.
int device_of(cudaStream_t stream) {
  if (!stream) return current;
  const auto found = objects.streams.find(stream);
  return found == objects.streams.end() ? -1 : found->second;
}

/// Work that is put on a stream.
cudaError_t queue(cudaStream_t stream, const std::string& name) {
  if (device_of(stream) != current)
    return misused(name + ": a stream of another device", cudaErrorInvalidResourceHandle);
  if (state.expected_device >= 0 && current != state.expected_device) misused(name + ": on another device");
  if (state.expected_stream && stream != state.expected_stream) misused(name + ": on another stream");
  return cudaSuccess;
}

cudaError_t launch(const char* name, dim3 grid, dim3 block, size_t shared, cudaStream_t stream) {
  state.launched.push_back(name);
  const bool fits = grid.x > 0 && grid.x <= 0x7fffffffu && grid.y > 0 && grid.y <= 65535 && grid.z > 0 &&
                    grid.z <= 65535 && block.x * block.y * block.z > 0 && block.x * block.y * block.z <= 1024 &&
                    block.z <= 64 && shared <= 48 * 1024;
  if (!fits) {
    return misused(std::string(name) + ": a grid of " + std::to_string(grid.x) + " x " + std::to_string(grid.y) +
                       " blocks of " + std::to_string(block.x) + " x " + std::to_string(block.y) + " threads and " +
                       std::to_string(shared) + " bytes",
                   cudaErrorInvalidConfiguration);
  }
  return queue(stream, name);
}

const char* name_of(const void* kernel) {
  const auto found = kernels().find(kernel);
  return found == kernels().end() ? "an unknown kernel" : found->second;
}

cublasStatus_t as_cublas(cudaError_t error) {
  return error == cudaSuccess                 ? CUBLAS_STATUS_SUCCESS
         : error == cudaErrorMemoryAllocation ? CUBLAS_STATUS_ALLOC_FAILED
                                              : CUBLAS_STATUS_EXECUTION_FAILED;
}
cudnnStatus_t as_cudnn(cudaError_t error) {
  return error == cudaSuccess                 ? CUDNN_STATUS_SUCCESS
         : error == cudaErrorMemoryAllocation ? CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED
                                              : CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER;
}

}  // namespace
}  // namespace tenon::testing

using namespace tenon::testing;

extern "C" {

[[gnu::visibility("default")]] FakeCudart* tenon_fake_cudart() { return &state; }

// --- what nvcc's code calls ---

void** __cudaRegisterFatBinary(void*) { return reinterpret_cast<void**>(&objects); }
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}
void __cudaRegisterVar(void**, char*, char*, const char*, int, size_t, int, int) {}
void __cudaRegisterFunction(void**, const char* host, char*, const char* name, int, uint3*, uint3*, dim3*, dim3*,
                            int*) {
  kernels()[host] = name;
}
unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, cudaStream_t stream) {
  configuration = {grid, block, shared, stream};
  return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, size_t* shared, void* stream) {
  *grid = configuration.grid;
  *block = configuration.block;
  *shared = configuration.shared;
  *static_cast<cudaStream_t*>(stream) = configuration.stream;
  return cudaSuccess;
}
cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* host) {
  *kernel = static_cast<cudaKernel_t>(const_cast<void*>(host));
  return cudaSuccess;
}
cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3 grid, dim3 block, void**, size_t shared, cudaStream_t stream) {
  return call([&] { return launch(name_of(kernel), grid, block, shared, stream); });
}

// --- the runtime ---

cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t* c, const void* kernel, void**) {
  return call([&] { return launch(name_of(kernel), c->gridDim, c->blockDim, c->dynamicSmemBytes, c->stream); });
}
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  return call([&] {
    *attributes = {};
    attributes->maxThreadsPerBlock = 1024;
    attributes->ptxVersion = attributes->binaryVersion = 90;
    return cudaSuccess;
  });
}
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, const void*, int, size_t, unsigned) {
  return call([&] {
    *blocks = 2;
    return cudaSuccess;
  });
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr name, int) {
  return call([&] {
    *value = name == cudaDevAttrMultiProcessorCount       ? 132
             : name == cudaDevAttrComputeCapabilityMajor  ? 9
             : name == cudaDevAttrMaxSharedMemoryPerBlock ? 48 * 1024
             : name == cudaDevAttrMaxGridDimX             ? 0x7fffffff
                                                          : 0;
    return cudaSuccess;
  });
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* of, int) {
  return call([&] {
    *of = {};
    std::strcpy(of->name, "fake");
    of->totalGlobalMem = state.capacity;
    of->major = 9;
    return cudaSuccess;
  });
}
cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  return call([&] {
    *total = state.capacity;
    *free = state.capacity - objects.used[current];
    return cudaSuccess;
  });
}
cudaError_t cudaGetLastError() {
  ++state.entries;
  const cudaError_t error = last;
  last = static_cast<cudaError_t>(state.lost);
  return error;
}
cudaError_t cudaPeekAtLastError() { return last; }
const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorMemoryAllocation ? "out of memory" : "a fault";
}
cudaError_t cudaGetDeviceCount(int* count) {
  ++state.entries;
  *count = FakeCudart::devices;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  ++state.entries;
  *device = current;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  ++state.entries;
  if (device < 0 || device >= FakeCudart::devices) return failed(cudaErrorInvalidDevice);
  current = device;
  return cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() {
  return call([&] {
    ++state.synchronisations;
    return cudaSuccess;
  });
}

cudaError_t cudaMalloc(void** memory, size_t bytes) {
  return call([&] {
    ++state.synchronisations;
    return make_block(memory, bytes, current);
  });
}
cudaError_t cudaFree(void* memory) {
  return call(
      [&] {
        ++state.synchronisations;
        return free_block(memory, false);
      },
      gives_back);
}
cudaError_t cudaHostAlloc(void** memory, size_t bytes, unsigned) {
  return call([&] {
    ++state.synchronisations;
    return make_block(memory, bytes, -1);
  });
}
cudaError_t cudaFreeHost(void* memory) {
  return call(
      [&] {
        ++state.synchronisations;
        return free_block(memory, true);
      },
      gives_back);
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  return call([&] {
    const bool up = kind == cudaMemcpyHostToDevice, down = kind == cudaMemcpyDeviceToHost;
    if (on_device(to, bytes) == down || on_device(from, bytes) == up)
      return misused("a copy of memory that is not there");
    state.uploads += up;
    state.downloads += down;
    if (down) {
      std::memset(to, 0, bytes);  // nobody computed what is there
    } else {
      std::memcpy(to, from, bytes);
    }
    return queue(stream, "copy");
  });
}
cudaError_t cudaMemsetAsync(void* memory, int value, size_t bytes, cudaStream_t stream) {
  return call([&] {
    if (!on_device(memory, bytes)) return misused("a fill of memory that is not there");
    std::memset(memory, value, bytes);
    return queue(stream, "fill");
  });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  return call([&] {
    make(stream, objects.streams, &state.streams);
    return cudaSuccess;
  });
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return call([&] { return drop(stream, objects.streams, state.streams); }, gives_back);
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  return call([&] {
    ++state.synchronisations;
    return queue(stream, "synchronize");
  });
}
cudaError_t cudaStreamQuery(cudaStream_t) {
  return call([] { return cudaSuccess; });
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  return call([&] {
    if (!objects.events.count(event)) return misused("waits for no event", cudaErrorInvalidResourceHandle);
    return queue(stream, "wait");
  });
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  return call([&] {
    make(event, objects.events, &state.events);
    return cudaSuccess;
  });
}
cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return call([&] { return drop(event, objects.events, state.events); }, gives_back);
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return call([&] {
    const auto found = objects.events.find(event);
    if (found == objects.events.end() || found->second != device_of(stream)) {
      return misused("records no event of the device", cudaErrorInvalidResourceHandle);
    }
    return queue(stream, "record");
  });
}
cudaError_t cudaEventQuery(cudaEvent_t event) {
  return call([&] {
    return objects.events.count(event) ? cudaSuccess : misused("asks no event", cudaErrorInvalidResourceHandle);
  });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return call([&] {
    ++state.synchronisations;
    return objects.events.count(event) ? cudaSuccess : misused("waits for no event", cudaErrorInvalidResourceHandle);
  });
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t, cudaEvent_t) {
  return call([&] {
    *milliseconds = 1;
    return cudaSuccess;
  });
}

// --- cuBLASLt ---

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  const Call call;
  if (call.error) return as_cublas(call.error);
  make(handle, objects.handles);
  return CUBLAS_STATUS_SUCCESS;
}
const char* cublasLtGetStatusString(cublasStatus_t) { return "cuBLASLt failed"; }
// What they note nobody reads.
// clang-format off
constexpr auto done = CUBLAS_STATUS_SUCCESS;
cublasStatus_t cublasLtMatrixLayoutInit_internal(cublasLtMatrixLayout_t, size_t, cudaDataType, uint64_t, uint64_t, int64_t) { return done; }
cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t, cublasLtMatrixLayoutAttribute_t, const void*, size_t) { return done; }
cublasStatus_t cublasLtMatmulDescInit_internal(cublasLtMatmulDesc_t, size_t, cublasComputeType_t, cudaDataType_t) { return done; }
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t, cublasLtMatmulDescAttributes_t, const void*, size_t) { return done; }
cublasStatus_t cublasLtMatmulPreferenceInit_internal(cublasLtMatmulPreference_t, size_t) { return done; }
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t, cublasLtMatmulPreferenceAttributes_t, const void*, size_t) { return done; }
// clang-format on
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatmulPreference_t, int most,
                                              cublasLtMatmulHeuristicResult_t* results, int* count) {
  const Call call;
  if (call.error) return as_cublas(call.error);
  *count = state.refuses ? 0 : most;
  for (int k = 0; k < *count; ++k) {
    results[k] = {};
    results[k].workspaceSize = 4096;
  }
  return state.refuses ? CUBLAS_STATUS_NOT_SUPPORTED : CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t, const void*, const void* a,
                              cublasLtMatrixLayout_t, const void* b, cublasLtMatrixLayout_t, const void*, const void*,
                              cublasLtMatrixLayout_t, void* d, cublasLtMatrixLayout_t, const cublasLtMatmulAlgo_t*,
                              void* workspace, size_t bytes, cudaStream_t stream) {
  const Call call;
  if (call.error) return as_cublas(call.error);
  if (!on_device(a, 1) || !on_device(b, 1) || !on_device(d, 1) || !on_device(workspace, bytes))
    misused("matmul: no device memory");
  if (objects.handles[handle] != current) misused("matmul: another device's handle");
  return as_cublas(launch("matmul", 1, 1, 0, stream));
}

// --- cuDNN ---

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  const Call call;
  if (call.error) return as_cudnn(call.error);
  make(handle, objects.handles);
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  const Call call;
  if (call.error) return as_cudnn(call.error);
  objects.handle_streams[handle] = stream;
  return CUDNN_STATUS_SUCCESS;
}
const char* cudnnGetErrorString(cudnnStatus_t) { return "cuDNN failed"; }
cudnnStatus_t cudnnBackendCreateDescriptor(cudnnBackendDescriptorType_t, cudnnBackendDescriptor_t* descriptor) {
  const Call call;
  if (call.error) return as_cudnn(call.error);
  *descriptor = std::malloc(1);
  ++state.descriptors;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t descriptor) {
  const std::lock_guard lock(state.mutex);
  std::free(descriptor);
  --state.descriptors;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t, cudnnBackendAttributeName_t,
                                       cudnnBackendAttributeType_t, int64_t, const void*) {
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t) {
  const Call call;
  if (call.error) return as_cudnn(call.error);
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnBackendGetAttribute(const cudnnBackendDescriptor_t, cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t, int64_t, int64_t* count, void* values) {
  const Call call;
  if (call.error) return as_cudnn(call.error);
  *count = name == CUDNN_ATTR_ENGINE_NUMERICAL_NOTE ? 0 : name == CUDNN_ATTR_ENGINEHEUR_RESULTS ? !state.refuses : 1;
  if (name == CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE) *static_cast<int64_t*>(values) = 4096;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle, cudnnBackendDescriptor_t, cudnnBackendDescriptor_t) {
  const Call call;
  if (call.error) return as_cudnn(call.error);
  if (objects.handles[handle] != current) misused("convolution: another device's handle");
  return as_cudnn(launch("convolution", 1, 1, 0, objects.handle_streams[handle]));
}

}  // extern "C"
