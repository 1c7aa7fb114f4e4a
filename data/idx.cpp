#include "tenon/data/idx.h"

#include <algorithm>
#include <cstring>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/data/detail/packed_file.h"

namespace tenon::inline v0::data {

namespace {

struct Type {
  uint8_t code;
  size_t bytes;
  DType dtype;
};
constexpr Type types[] = {{0x08, 1, uint8}, {0x09, 1, int8},    {0x0b, 2, int32},
                          {0x0c, 4, int32}, {0x0d, 4, float32}, {0x0e, 8, float64}};

const Type& read_type(detail::PackedFile& source, uint8_t& ndim) {
  uint8_t magic[4] = {};
  const int64_t got = source.read(magic, 4);
  if (got < 4) source.bad(text("truncated: it ends at byte ", got, ", within the header"));
  if (magic[0] != 0 || magic[1] != 0) source.bad("it does not begin with two zero bytes");
  const auto* type =
      std::find_if(std::begin(types), std::end(types), [&](const Type& t) { return t.code == magic[2]; });
  if (type == std::end(types)) source.bad(text("unknown element type ", magic[2], " at byte 2"));
  ndim = magic[3];
  if (ndim < 1 || ndim > max_ndim) source.bad(text(ndim, " dimensions at byte 3; 1 to ", max_ndim, " are possible"));
  return *type;
}

Shape read_shape(detail::PackedFile& source, int ndim) {
  Shape shape;
  for (int i = 0; i < ndim; ++i) {
    uint8_t b[4];
    if (source.read(b, 4) < 4) source.bad(text("truncated: it ends at byte ", source.at(), ", within the header"));
    shape.push_back(int64_t{b[0]} << 24 | b[1] << 16 | b[2] << 8 | b[3]);
  }
  return shape;
}

void swap_elements(char* data, int64_t count, size_t size) {
  for (int64_t i = 0; size > 1 && i < count; ++i, data += size) std::reverse(data, data + size);
}

/// 16-bit numbers, which stand in the first half of the array, spread over it. From the end: none is overwritten
/// unread.
void widen(char* data, int64_t count) {
  for (int64_t i = count - 1; i >= 0; --i) {
    int16_t narrow;
    std::memcpy(&narrow, data + 2 * i, 2);
    const int32_t wide = narrow;
    std::memcpy(data + 4 * i, &wide, 4);
  }
}

}  // namespace

Array read_idx(const std::string& path) {
  detail::PackedFile source(path, "IDX file");
  uint8_t ndim = 0;
  const Type& type = read_type(source, ndim);
  const Shape shape = read_shape(source, ndim);
  const int64_t begin = source.at();
  int64_t bytes = static_cast<int64_t>(type.bytes);
  bool overflow = false;
  for (int64_t size : shape) overflow |= __builtin_mul_overflow(bytes, size, &bytes);
  // Before memory is taken: a header may claim anything.
  if (overflow || bytes > source.most() - begin) {
    source.bad(text("its shape ", shape, " needs more bytes than there are"));
  }
  Array out = empty(shape, type.dtype);
  char* data = static_cast<char*>(out.data());
  const int64_t got = source.read(data, bytes);
  if (got < bytes) {
    source.bad(
        text("truncated: its shape ", shape, " needs ", begin + bytes, " bytes, but it ends at byte ", begin + got));
  }
  char more;
  if (source.read(&more, 1) > 0) source.bad(text("there are bytes after the data, which end at byte ", begin + bytes));
  if (source.cut()) source.bad("truncated: the checksum at the end is missing");
  swap_elements(data, out.numel(), type.bytes);
  if (type.bytes == 2) widen(data, out.numel());
  return out;
}

}  // namespace tenon::inline v0::data
