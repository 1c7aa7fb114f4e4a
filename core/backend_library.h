// Internal: the libraries that backends come in.
#pragma once
#include <string>
#include <string_view>

#include "tenon/core/backend.h"

namespace tenon::inline v0::detail {

/// The path of libtenon_<name>.so: the first that is there of the folders that TENON_BACKEND_PATH lists (separated by
/// colons), then, from this library and from the executable, its own folder, `tenon` in it and ../lib/tenon, then where
/// this build installs; else its bare name, where the loader finds that. Throws DeviceError, naming the folders.
std::string find_backend_library(std::string_view name);

/// Loads a library for the life of the process and lets it fill the table. Throws DeviceError when it cannot be loaded,
/// was built against other headers, or refuses.
void open_backend_library(const std::string& path, Backend& backend);

}  // namespace tenon::inline v0::detail
