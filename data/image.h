#pragma once
#include <string>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

/// How images are read and what is refused.
struct ReadImageOptions {
  int channels = 3;                       ///< 1 grey, 3 RGB, 4 RGBA; 0: as many as the file has
  int64_t max_pixels = 64 * 1024 * 1024;  ///< larger images are refused before they are decoded
  bool pinned = false;  ///< in pinned memory, so that `.to(device, {.async = true})` does not wait: see pin_memory
};

/// Reads a PNG or JPEG file: uint8 [height, width, channels]; of 16 bits a channel the upper 8. Throws FileError,
/// naming the file and what is wrong, and, if it is to be pinned, DeviceError where there is no device but the CPU.
Array read_image(const std::string& path, const ReadImageOptions& options = {});
/// The same from bytes in memory (uint8, one-dimensional); errors name `what`.
Array decode_image(const Array& bytes, const std::string& what, const ReadImageOptions& options = {});
/// Whether a path ends as those of PNG and JPEG files do.
bool is_image_path(const std::string& path);
/// Writes a uint8 image [height, width, 1, 3 or 4] as PNG or JPEG (by the path's ending; `quality` 1 to 100 for JPEG),
/// replacing the file only when all of it is on the disk. Throws FileError, ShapeError, DTypeError, ValueError.
void write_image(const std::string& path, const Array& image, int quality = 90);

}  // namespace data
}  // namespace v0
}  // namespace tenon
