#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Where an array's memory is: a backend and the number of one of its devices.
struct Device {
  uint8_t backend = 0;
  int8_t index = 0;
  bool operator==(const Device&) const = default;
  bool is_cpu() const { return backend == 0; }
};

/// The host's memory and processor.
inline constexpr Device cpu{};
/// An NVIDIA GPU. Loads the CUDA backend when it is first named; throws DeviceError, saying why, where that fails.
Device cuda(int index = 0);
/// The device called `cpu`, `cuda`, `cuda:1`, or what another backend calls itself. Throws DeviceError.
Device device(std::string_view name);
/// How many devices a backend has; 0 where it cannot be loaded.
int device_count(std::string_view backend);
/// Whether `cuda()` gives a device: false where the backend was not built or finds no driver or no GPU.
bool cuda_is_available();

/// `cpu`, `cuda:0`
void append_text(std::string& to, const Device& device);

}  // namespace v0
}  // namespace tenon
