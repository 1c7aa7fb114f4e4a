// How cuDNN would do a convolution: a plan, made from sizes alone. It needs a device, or the description of one, which
// is how a test makes plans without a GPU.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include <cudnn.h>

#include "tenon/core/cuda/cudnn.h"

namespace tenon::inline v0::cuda_backend {

/// A descriptor of cuDNN's graph interface. Keeps the first error; what follows one is left out.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(cudnnBackendDescriptorType_t type) : status_(cudnnBackendCreateDescriptor(type, &raw_)) {}
  ~Descriptor() {
    if (raw_) cudnnBackendDestroyDescriptor(raw_);
  }
  Descriptor(Descriptor&& other) noexcept { *this = std::move(other); }
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(raw_, other.raw_);
    std::swap(status_, other.status_);
    return *this;
  }

  template <class T>
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t count, const T* values) {
    if (ok()) status_ = cudnnBackendSetAttribute(raw_, name, type, count, values);
    return *this;
  }
  template <class T>
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const T& value) {
    return set(name, type, 1, &value);
  }
  Descriptor& set(cudnnBackendAttributeName_t name, const Descriptor& value) {
    return set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &value.raw_);
  }
  Descriptor& finalize() {
    if (ok()) status_ = cudnnBackendFinalize(raw_);
    return *this;
  }
  /// How many values it wrote, at most `most`.
  template <class T>
  int64_t get(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t most, T* values) const {
    int64_t count = 0;
    if (!ok() || cudnnBackendGetAttribute(raw_, name, type, most, &count, values) != CUDNN_STATUS_SUCCESS) return 0;
    return count < most ? count : most;
  }
  bool ok() const { return raw_ && status_ == CUDNN_STATUS_SUCCESS; }
  cudnnStatus_t status() const { return status_; }
  cudnnBackendDescriptor_t raw() const { return raw_; }

 private:
  cudnnBackendDescriptor_t raw_ = nullptr;
  cudnnStatus_t status_ = CUDNN_STATUS_SUCCESS;
};

/// Numbers that name the arrays in a plan.
enum ConvArray : int64_t { conv_x = 1, conv_weight = 2, conv_y = 3 };

/// Where a plan is to run: a handle of the thread's current device, or a device's properties.
struct ConvTarget {
  cudnnHandle_t handle = nullptr;
  const Descriptor* properties = nullptr;
};
/// A device as cuDNN writes it down: attribute CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION.
Descriptor device_properties(const char* json);

struct ConvPlan {
  Descriptor plan;
  int64_t workspace = 0;
};

/// Plans for a convolution, those that cuDNN believes to be fastest first, at most `most`. `alignment`: of every array,
/// in bytes. They keep sums in float (of float64,
/// in double), take inputs as they are (float32 on tensor cores only where the flags allow TF32)
/// and are deterministic where the flags say so. None: cuDNN does not do it.
std::vector<ConvPlan> conv_plans(const ConvTarget& target, const ConvSizes& sizes, int64_t alignment, uint32_t flags,
                                 int most);

}  // namespace tenon::inline v0::cuda_backend
