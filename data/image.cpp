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

bool ends_with_any(const std::string& path, std::initializer_list<const char*> endings) {
  std::string lower = path;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::any_of(endings.begin(), endings.end(), [&](const char* e) { return lower.ends_with(e); });
}

constexpr auto png_endings = {".png"};
constexpr auto jpeg_endings = {".jpg", ".jpeg"};

/// stb_image takes a JPEG that ends too early for one that goes on in grey. Whether there is a scan, and no end of
/// image behind it. Segments are skipped by their length: a preview within, or what a camera puts behind the image, has
/// marks of its own.
bool is_cut_jpeg(std::string_view bytes) {
  if (!bytes.starts_with("\xff\xd8")) return false;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  bool scanned = false;
  for (size_t at = 2; at + 1 < bytes.size();) {
    const unsigned mark = byte(at + 1);
    // Within a scan 0xff is followed by 0, or by the number of a restart; before a mark it may be repeated.
    const bool is_mark = byte(at) == 0xff && mark != 0 && mark != 0xff && !(mark >= 0xd0 && mark <= 0xd7);
    if (!is_mark) {
      ++at;
    } else if (mark == 0xd9) {
      return false;
    } else {
      if (at + 3 >= bytes.size()) break;
      scanned = scanned || mark == 0xda;
      at += 2 + (byte(at + 2) * 256u + byte(at + 3));
    }
  }
  return scanned;
}

}  // namespace

Array decode_image(const Array& bytes, const std::string& what, const ReadImageOptions& options) {
  TENON_CHECK(options.channels >= 0 && options.channels <= 4, ValueError, "decode_image: channels is 0 to 4, got ",
              options.channels);
  TENON_CHECK(bytes.dtype() == uint8 && bytes.ndim() == 1 && bytes.is_contiguous() && bytes.device().is_cpu(),
              ValueError, "decode_image: expected bytes, one-dimensional and contiguous, on the CPU");
  const auto* data = static_cast<const stbi_uc*>(bytes.data());
  TENON_CHECK(bytes.numel() <= INT_MAX, FileError, what, ": too large for an image: ", bytes.numel(), " bytes");
  const int size = static_cast<int>(bytes.numel());
  int width = 0, height = 0, channels = 0;
  TENON_CHECK(stbi_info_from_memory(data, size, &width, &height, &channels), FileError, what,
              ": not a PNG or JPEG image: ", stbi_failure_reason());
  TENON_CHECK(int64_t{width} * height <= options.max_pixels, FileError, what, ": ", width, " x ", height,
              " pixels are over the limit of ", options.max_pixels);
  TENON_CHECK(!is_cut_jpeg({static_cast<const char*>(bytes.data()), static_cast<size_t>(size)}), FileError, what,
              ": cannot decode the image: it ends too early");
  stbi_uc* pixels = stbi_load_from_memory(data, size, &width, &height, &channels, options.channels);
  TENON_CHECK(pixels, FileError, what, ": cannot decode the image: ", stbi_failure_reason());
  const int depth = options.channels ? options.channels : channels;
  return Array::from_memory(pixels, {height, width, depth}, uint8, Pixels(pixels));
}

Array read_image(const std::string& path, const ReadImageOptions& options) {
  return decode_image(map_file(path), path, options);
}

bool is_image_path(const std::string& path) {
  return ends_with_any(path, png_endings) || ends_with_any(path, jpeg_endings);
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
  if (ends_with_any(path, png_endings)) {
    ok = stbi_write_png_to_func(append, &encoded, width, height, channels, plain.data(), width * channels);
  } else if (ends_with_any(path, jpeg_endings)) {
    ok = stbi_write_jpg_to_func(append, &encoded, width, height, channels, plain.data(), quality);
  } else {
    throw ValueError(text("write_image: ", path, " ends in neither .png, .jpg nor .jpeg"));
  }
  TENON_CHECK(ok, FileError, path, ": cannot encode the image");
  write_file(path, encoded);
}

}  // namespace tenon::inline v0::data
