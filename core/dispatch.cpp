#include "tenon/core/dispatch.h"

#include <cstdio>

#include "tenon/core/check.h"
#include "tenon/core/determinism.h"
#include "tenon/core/memory/blocks.h"
#include "tenon/core/streams.h"

namespace tenon::inline v0::detail {

namespace {

// A workspace is a block whose class stands in the cache line before it.
void* workspace(const Launch&, size_t bytes) {
  try {
    uint16_t block_class;
    char* block = static_cast<char*>(take_block(bytes + 64, block_class));
    std::memcpy(block, &block_class, sizeof block_class);
    return block + 64;
  } catch (const Error&) {
    return nullptr;
  }
}

void release_workspace(const Launch&, void* memory) {
  char* block = static_cast<char*>(memory) - 64;
  uint16_t block_class;
  std::memcpy(&block_class, block, sizeof block_class);
  give_block(block, block_class);
}

void data_fault(const Launch& launch, int64_t index) {
  if (launch.context) __atomic_store_n(&static_cast<LaunchContext*>(launch.context)->fault, index, __ATOMIC_RELAXED);
}

void log(const char* text) { std::fprintf(stderr, "tenon: %s\n", text); }

constexpr Services services{workspace, release_workspace, data_fault, log};

}  // namespace

Launch make_launch(const char* op, Device device, LaunchContext& context) {
  const uint32_t flags = deterministic() ? Launch::deterministic : 0u;
  return {op, native_stream(device), &services, &context, device.index, flags};
}

void throw_wrong_dtype(const char* op, DType dtype, DTypes accepted) {
  std::string list;
  for (int i = 0; i < dtype_count; ++i) {
    if (!contains(accepted, static_cast<DType>(i))) continue;
    list += list.empty() ? "" : ", ";
    list += name_of(static_cast<DType>(i));
  }
  throw DTypeError(text(op, ": dtype ", name_of(dtype), " is not supported (supported: ", list, ")"));
}

void throw_no_kernel(const char* op, Device device) {
  throw DeviceError(text(op, ": no kernel for device ", backends[device.backend].name));
}

void throw_failed(const char* op, Device device, Status status, const LaunchContext& context) {
  if (context.fault != LaunchContext::no_fault) {
    std::string message = text(op, ": index ", context.fault, " is out of range");
    if (context.range) message += text(" for axis ", context.range->axis, " of size ", context.range->size);
    throw IndexError(message);
  }
  const std::string message = text(op, ": ", status.text);
  if (status.code == StatusCode::unsupported) throw DeviceError(text(message, " (on ", device, ")"));
  if (status.code == StatusCode::out_of_memory) throw OutOfMemoryError(text(message, " (on ", device, ")"));
  throw Error(text(message, " (on ", device, ")"));
}

}  // namespace tenon::inline v0::detail
