#pragma once
#include "tenon/core/backend.h"
#include "tenon/core/device.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Adds a backend to the process and returns its first device. Throws ValueError when the name is taken, the table is
/// full, or the table was built against other headers.
Device register_backend(const Backend& backend);
/// Loads a backend library (its `tenon_backend` fills the table) and registers it. Throws DeviceError, saying why.
Device load_backend(const std::string& path);

/// The first device besides the CPU: of a backend that is there already, else `cuda()`. Throws DeviceError where there
/// is none, saying why there is no GPU.
Device accelerator();

}  // namespace v0
}  // namespace tenon
