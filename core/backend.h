// The contract of a backend: header-only, without state, understood by nvcc. A backend library includes this and links
// nothing of core.
#pragma once
#include <cstddef>
#include <cstdint>

#include "tenon/core/kernels/activation.h"
#include "tenon/core/kernels/arithmetic.h"
#include "tenon/core/kernels/arrange.h"
#include "tenon/core/kernels/attention.h"
#include "tenon/core/kernels/comparison.h"
#include "tenon/core/kernels/conv.h"
#include "tenon/core/kernels/create.h"
#include "tenon/core/kernels/exponential.h"
#include "tenon/core/kernels/extremum.h"
#include "tenon/core/kernels/index.h"
#include "tenon/core/kernels/layout.h"
#include "tenon/core/kernels/loss.h"
#include "tenon/core/kernels/matmul.h"
#include "tenon/core/kernels/norm.h"
#include "tenon/core/kernels/pool.h"
#include "tenon/core/kernels/random.h"
#include "tenon/core/kernels/rnn.h"
#include "tenon/core/kernels/rounding.h"
#include "tenon/core/kernels/scan.h"
#include "tenon/core/kernels/softmax.h"
#include "tenon/core/kernels/sort.h"
#include "tenon/core/kernels/sum.h"
#include "tenon/core/kernels/trigonometric.h"
#include "tenon/core/kernels/update.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Devices, memory, streams and events. Streams and events are the device's native handles; a null stream is the
/// default stream. Null functions for streams and events: the device runs in order with its caller (the CPU).
struct DeviceFunctions {
  enum class Copy : int32_t { to_device, to_host, on_device };

  int32_t (*count)() = nullptr;
  /// Why there is no device; asked where `count` is 0. May be null.
  const char* (*trouble)() = nullptr;
  /// For people: `NVIDIA H200, 139 GiB, compute capability 9.0`. Lives in the backend. May be null.
  const char* (*describe)(int32_t device) = nullptr;
  /// 256-byte aligned. StatusCode::out_of_memory where there is none left.
  Status (*allocate)(int32_t device, size_t bytes, void** memory) = nullptr;
  /// What nobody has of the device's memory, other processes included, and all that it has. May be null.
  Status (*memory)(int32_t device, size_t* free, size_t* total) = nullptr;
  /// Called when no work that uses the memory is under way.
  Status (*release)(int32_t device, void* memory) = nullptr;
  /// Host memory that the backend's devices read and write by themselves. May be null, and is where events are.
  Status (*allocate_pinned)(size_t bytes, void** memory) = nullptr;
  Status (*release_pinned)(void* memory) = nullptr;
  /// Enqueued on the stream. Host memory must stay until the stream has passed. `on_device` also copies between two
  /// devices of the backend: `device` and the stream are the target's.
  Status (*copy)(int32_t device, void* to, const void* from, size_t bytes, Copy kind, void* stream) = nullptr;

  /// For backends that look for mistakes; may be null. What is put on the stream from now on does not read the memory.
  void (*forget)(int32_t device, void* memory, size_t bytes, void* stream) = nullptr;

  Status (*create_stream)(int32_t device, void** stream) = nullptr;
  Status (*destroy_stream)(int32_t device, void* stream) = nullptr;
  Status (*synchronize_stream)(int32_t device, void* stream) = nullptr;
  Status (*synchronize_device)(int32_t device) = nullptr;

  Status (*create_event)(int32_t device, void** event) = nullptr;
  Status (*destroy_event)(int32_t device, void* event) = nullptr;
  Status (*record_event)(int32_t device, void* event, void* stream) = nullptr;
  Status (*wait_event)(int32_t device, void* event, void* stream) = nullptr;  ///< the stream waits, not the caller
  Status (*query_event)(int32_t device, void* event, bool* done) = nullptr;
  Status (*synchronize_event)(int32_t device, void* event) = nullptr;
};

/// A backend's table. One line a family.
struct Backend {
  uint32_t version = 1;
  uint32_t size = sizeof(Backend);
  const char* name = "";
  DeviceFunctions device;
  ActivationKernels activation;
  ArithmeticKernels arithmetic;
  ArrangeKernels arrange;
  AttentionKernels attention;
  ComparisonKernels comparison;
  ConvKernels conv;
  CreateKernels create;
  ExponentialKernels exponential;
  ExtremumKernels extremum;
  IndexKernels index;
  LayoutKernels layout;
  LossKernels loss;
  MatmulKernels matmul;
  NormKernels norm;
  PoolKernels pool;
  RandomKernels random;
  RnnKernels rnn;
  RoundingKernels rounding;
  ScanKernels scan;
  SoftmaxKernels softmax;
  SortKernels sort;
  SumKernels sum;
  TrigonometricKernels trigonometric;
  UpdateKernels update;
};

/// What a backend library exports as `tenon_backend`: fills the table, or returns why it cannot.
using FillBackend = const char*(Backend*);
/// What it exports as `tenon_backend_contract`: TENON_CONTRACT, the version and hash of the headers it was built with.
/// Core does not load a library that was built with others.
using BackendContract = const char*();

}  // namespace v0
}  // namespace tenon
