#pragma once
#include <span>
#include <string>
#include <string_view>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// A file's bytes as a read-only uint8 array [size], mapped rather than read: views of it keep the mapping alive.
/// Throws FileError with the system's reason.
Array map_file(const std::string& path);
/// Writes the parts, one behind the other, so that `path` holds either what it held or all of the new content,
/// whatever happens: a temporary file beside it, synced, then renamed. Throws FileError.
void write_file(const std::string& path, std::span<const std::string_view> parts);
void write_file(const std::string& path, std::string_view content);

}  // namespace v0
}  // namespace tenon
