// The CUDA backend's table, on any machine: the library loads and fills it without a driver.
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <tenon_test_paths.h>

#include "tenon/core/backend.h"
#include "tenon/core/backends.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon {
namespace {

const Backend& cuda_table() {
  static const Backend table = [] {
    Backend filled;
    void* library = dlopen((std::string(tenon_build_dir) + "/lib/tenon/libtenon_cuda.so").c_str(), RTLD_NOW);
    EXPECT_TRUE(library) << dlerror();
    if (!library) return filled;
    const char* refusal = reinterpret_cast<FillBackend*>(dlsym(library, "tenon_backend"))(&filled);
    EXPECT_EQ(refusal, nullptr);
    return filled;
  }();
  return table;
}

/// Calls f(name, whether it is filled) for every slot. All families are slots and nothing else, and slots of all
/// signatures are laid out alike.
template <class F>
void for_each_slot(const Backend& table, const F& f) {
  using AnySlot = Slot<ElementwiseKernel>;
  const char* end = reinterpret_cast<const char*>(&table + 1);
  for (const char* at = reinterpret_cast<const char*>(&table.activation); at < end; at += sizeof(AnySlot)) {
    const auto& slot = *reinterpret_cast<const AnySlot*>(at);
    f(slot.name(), slot.function() != nullptr);
  }
}

TEST(CudaTable, EverySlotIsFilled) {
  EXPECT_STREQ(cuda_table().name, "cuda");
  int slots = 0;
  for_each_slot(cuda_table(), [&](const char* name, bool filled) {
    ++slots;
    EXPECT_TRUE(filled) << name;
  });
  EXPECT_GT(slots, 100);
}

TEST(CudaTable, TheWalkSeesAllSlotsOfTheContract) {
  int slots = 0;
  for_each_slot(Backend(), [&](const char* name, bool filled) {
    ++slots;
    ASSERT_TRUE(name && std::strlen(name) > 1);
    EXPECT_FALSE(filled) << name;
  });
  EXPECT_GT(slots, 100);
}

TEST(CudaTable, HasEveryFunctionOfADevice) {
  const DeviceFunctions& f = cuda_table().device;
  EXPECT_TRUE(f.count && f.trouble && f.describe && f.allocate && f.memory && f.release && f.allocate_pinned &&
              f.release_pinned && f.copy);
  EXPECT_TRUE(f.create_stream && f.destroy_stream && f.synchronize_stream && f.synchronize_device);
  EXPECT_TRUE(f.create_event && f.destroy_event && f.record_event && f.wait_event && f.query_event &&
              f.synchronize_event);
}

TEST(CudaTable, CountsDevicesWithoutADriver) {
  const int n = device_count("cuda");  // found in the build tree: ../lib/tenon of the executable
  EXPECT_EQ(n, cuda_table().device.count());
  EXPECT_EQ(cuda_is_available(), n > 0);
  const std::string more = "cuda:" + std::to_string(n);
  try {
    device(more);
    ADD_FAILURE() << "there is no " << more;
  } catch (const DeviceError& error) {
    const std::string text = error.what(), begin = "device: there is no " + more + "; cuda has " + std::to_string(n);
    EXPECT_EQ(text.substr(0, begin.size()), begin);
    if (n > 0) return;
    EXPECT_EQ(text, begin + " devices: " + cuda_table().device.trouble());
    EXPECT_GT(std::strlen(cuda_table().device.trouble()), 10u);
  }
}

}  // namespace
}  // namespace tenon
