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
#include "tenon/core/memory.h"
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

constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n", jpeg_signature = "\xff\xd8\xff";

unsigned byte_at(std::string_view bytes, size_t i) { return static_cast<unsigned char>(bytes[i]); }
unsigned pair_at(std::string_view bytes, size_t i) { return byte_at(bytes, i) * 256u + byte_at(bytes, i + 1); }

/// Whether the chunks of a PNG end before its last.
bool is_cut_png(std::string_view bytes) {
  constexpr size_t around = 12;  // length, type and checksum
  for (size_t at = png_signature.size(); at + around <= bytes.size();) {
    if (bytes.substr(at + 4, 4) == "IEND") return false;
    at += around + (size_t{pair_at(bytes, at)} << 16 | pair_at(bytes, at + 2));
  }
  return true;
}

/// Whether no end of image follows the segments of a JPEG: stb_image takes one that ends too early for one that goes on
/// in grey. Segments are skipped by their length: a preview within, or what a camera puts behind the image, has marks
/// of its own.
bool is_cut_jpeg(std::string_view bytes) {
  for (size_t at = 2; at + 1 < bytes.size();) {
    const unsigned mark = byte_at(bytes, at + 1);
    // Within a scan 0xff is followed by 0, or by the number of a restart; before a mark it may be repeated.
    const bool is_mark = byte_at(bytes, at) == 0xff && mark != 0 && mark != 0xff && !(mark >= 0xd0 && mark <= 0xd7);
    if (is_mark && mark == 0xd9) return false;
    if (is_mark && at + 3 >= bytes.size()) return true;
    at += is_mark ? 2 + pair_at(bytes, at + 2) : 1;
  }
  return true;
}

/// "PNG" or "JPEG". Throws FileError for anything else, and for one that ends too early.
const char* format_of(std::string_view bytes, const std::string& what) {
  TENON_CHECK(!bytes.empty(), FileError, what, ": neither a PNG nor a JPEG image: the file is empty");
  const bool png = bytes.starts_with(png_signature) || png_signature.starts_with(bytes);
  const bool jpeg = bytes.starts_with(jpeg_signature) || jpeg_signature.starts_with(bytes);
  TENON_CHECK(png || jpeg, FileError, what, ": neither a PNG nor a JPEG image");
  const char* format = png ? "PNG" : "JPEG";
  TENON_CHECK(!(png ? is_cut_png(bytes) : is_cut_jpeg(bytes)), FileError, what, ": the ", format,
              " image is cut short: it does not end within its ", bytes.size(), " bytes");
  return format;
}

/// What stb_image says of a failure: nothing, sometimes. Of a JPEG it says first that it is no PNG.
std::string reason() {
  const std::string said = stbi__g_failure_reason ? stbi__g_failure_reason : "";
  return said.empty() || said == "bad png sig" ? "" : ": " + said;
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
  const char* format = format_of({static_cast<const char*>(bytes.data()), static_cast<size_t>(size)}, what);
  int width = 0, height = 0, channels = 0;
  // Where that fails, so does loading, which says why.
  stbi_info_from_memory(data, size, &width, &height, &channels);
  TENON_CHECK(int64_t{width} * height <= options.max_pixels, FileError, what, ": ", width, " x ", height,
              " pixels are over the limit of ", options.max_pixels);
  stbi__g_failure_reason = nullptr;  // it keeps what it said before
  stbi_uc* pixels = stbi_load_from_memory(data, size, &width, &height, &channels, options.channels);
  TENON_CHECK(pixels, FileError, what, ": the ", format, " image is broken", reason());
  const int depth = options.channels ? options.channels : channels;
  const Array image = Array::from_memory(pixels, {height, width, depth}, uint8, Pixels(pixels));
  return options.pinned ? pin_memory(image) : image;
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
