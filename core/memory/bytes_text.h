// Internal: sizes in errors.
#pragma once
#include <cstddef>
#include <string>

namespace tenon::inline v0::detail {

/// `512 B`, `1.5 KiB`, `20 MiB`
std::string bytes_text(size_t bytes);

}  // namespace tenon::inline v0::detail
