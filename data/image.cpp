#include "tenon/data/image.h"

#include <algorithm>
#include <climits>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 65535
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image.h>
#include <stb_image_write.h>
#pragma GCC diagnostic pop

#include "tenon/core/check.h"
#include "tenon/core/io/file.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0::data {

namespace {

/// Gives stb's memory back when the last view goes.
class Pixels {
 public:
  explicit Pixels(stbi_uc* memory) : memory_(memory) {}
  Pixels(Pixels&& o) noexcept : memory_(o.memory_) { o.memory_ = nullptr; }
  Pixels& operator=(Pixels&&) = delete;
  ~Pixels() { stbi_image_free(memory_); }

 private:
  stbi_uc* memory_;
};

void append(void* to, void* data, int size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<size_t>(size));
}

bool ends_with_any(const std::string& path, std::initializer_list<std::string_view> endings) {
  std::string lower = path;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return lower.ends_with(e); });
}

}  // namespace

Array decode_image(const Array& bytes, const std::string& what, const ReadImageOptions& options) {
  const auto* data = static_cast<const stbi_uc*>(bytes.data());
  TENON_CHECK(bytes.numel() <= INT_MAX, FileError, what, ": too large for an image: ", bytes.numel(), " bytes");
  const int size = static_cast<int>(bytes.numel());
  int width = 0, height = 0, channels = 0;
  TENON_CHECK(stbi_info_from_memory(data, size, &width, &height, &channels), FileError, what,
              ": not a PNG or JPEG image: ", stbi_failure_reason());
  TENON_CHECK(int64_t{width} * height <= options.max_pixels, FileError, what, ": ", width, " x ", height,
              " pixels are over the limit of ", options.max_pixels);
  stbi_uc* pixels = stbi_load_from_memory(data, size, &width, &height, &channels, options.channels);
  TENON_CHECK(pixels, FileError, what, ": cannot decode the image: ", stbi_failure_reason());
  const int depth = options.channels ? options.channels : channels;
  return Array::from_memory(pixels, {height, width, depth}, uint8, Pixels(pixels));
}

Array read_image(const std::string& path, const ReadImageOptions& options) {
  return decode_image(map_file(path), path, options);
}

void write_image(const std::string& path, const Array& image, int quality) {
  TENON_CHECK(image.dtype() == uint8, DTypeError, "write_image: expected uint8, got ", name_of(image.dtype()));
  TENON_CHECK(image.ndim() == 3 && (image.size(2) == 1 || image.size(2) == 3 || image.size(2) == 4) &&
                  image.numel() > 0 && image.numel() <= INT_MAX,
              ShapeError, "write_image: expected [height, width, 1, 3 or 4], got ", image.shape());
  TENON_CHECK(quality >= 1 && quality <= 100, ValueError, "write_image: quality is 1 to 100, got ", quality);
  const Array plain = contiguous(image.cpu());
  const int height = static_cast<int>(image.size(0)), width = static_cast<int>(image.size(1)),
            channels = static_cast<int>(image.size(2));
  std::string encoded;
  int ok = 0;
  if (ends_with_any(path, {".png"})) {
    ok = stbi_write_png_to_func(append, &encoded, width, height, channels, plain.data(), width * channels);
  } else if (ends_with_any(path, {".jpg", ".jpeg"})) {
    ok = stbi_write_jpg_to_func(append, &encoded, width, height, channels, plain.data(), quality);
  } else {
    throw ValueError(text("write_image: ", path, " ends in neither .png, .jpg nor .jpeg"));
  }
  TENON_CHECK(ok, FileError, path, ": cannot encode the image");
  write_file(path, encoded);
}

}  // namespace tenon::inline v0::data
