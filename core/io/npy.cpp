#include "tenon/core/io/npy.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "tenon/core/check.h"
#include "tenon/core/geometry.h"
#include "tenon/core/io/bools.h"
#include "tenon/core/io/file.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

struct Descr {
  const char* code;  // without the byte order
  DType dtype;
};
constexpr Descr descrs[] = {{"b1", bool_}, {"u1", uint8},   {"i1", int8},    {"i4", int32},
                            {"i8", int64}, {"f2", float16}, {"f4", float32}, {"f8", float64}};

[[noreturn]] void bad(const std::string& file, const std::string& what) {
  throw FileError(text(file, ": not a valid npy file: ", what));
}

struct Header {
  DType dtype = float32;
  bool swapped = false, fortran = false;
  Shape shape;
  size_t data_begin = 0;
};

/// Reads the dict literal that NumPy writes: three known keys, in any order.
class HeaderParser {
 public:
  HeaderParser(std::string_view dict, const std::string& file) : rest_(dict), file_(file) {}

  void parse(Header& header) {
    bool descr = false, order = false, shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      if (key == "descr") {
        descr = true;
        parse_descr(header);
      } else if (key == "fortran_order") {
        order = true;
        header.fortran = boolean();
      } else if (key == "shape") {
        shape = true;
        parse_shape(header);
      } else {
        bad(file_, text("unknown key ", key, " in the header"));
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (!descr || !order || !shape) bad(file_, "the header lacks descr, fortran_order or shape");
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
  }
  bool accept(char c) {
    skip_space();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) bad(file_, text("expected '", c, "' in the header"));
  }
  std::string_view string() {
    const char quote = accept('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const size_t end = rest_.find(quote);
    if (end == rest_.npos) bad(file_, "a text in the header does not end");
    const std::string_view s = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return s;
  }
  bool boolean() {
    skip_space();
    for (const std::string_view word : {"True", "False"}) {
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      return word == "True";
    }
    bad(file_, "fortran_order is neither True nor False");
  }
  void parse_descr(Header& header) {
    skip_space();
    if (rest_.starts_with("[")) bad(file_, "structured arrays are not supported");
    const std::string_view descr = string();
    const char order = descr.empty() ? ' ' : descr[0];
    const std::string_view code = descr.substr(std::min<size_t>(1, descr.size()));
    if (code.starts_with("O")) bad(file_, "object arrays are refused: reading them would run code");
    const auto* known = std::find_if(std::begin(descrs), std::end(descrs), [&](auto& d) { return code == d.code; });
    if (known == std::end(descrs) || !std::strchr("<>|=", order)) {
      bad(file_, text("dtype '", descr, "' is not supported"));
    }
    header.dtype = known->dtype;
    header.swapped = order == '>' && size_of(known->dtype) > 1;
  }
  void parse_shape(Header& header) {
    expect('(');
    while (!accept(')')) {
      skip_space();
      int64_t size = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
      if (error != std::errc() || size < 0) bad(file_, "the shape holds something that is not a size");
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      if (header.shape.ndim() == max_ndim) bad(file_, text("more than ", max_ndim, " dimensions"));
      header.shape.push_back(size);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
  }

  std::string_view rest_;
  const std::string& file_;
};

Header read_header(std::string_view bytes, const std::string& file) {
  if (!bytes.starts_with(magic)) bad(file, "it does not begin with \\x93NUMPY");
  if (bytes.size() < 12) bad(file, text("truncated after ", bytes.size(), " bytes"));
  const int major = bytes[6];
  if (major < 1 || major > 3) bad(file, text("unknown format version ", major));
  const size_t length_bytes = major == 1 ? 2 : 4, begin = 8 + length_bytes;
  size_t length = 0;
  std::memcpy(&length, bytes.data() + 8, length_bytes);
  if (length > bytes.size() - begin) bad(file, text("truncated after ", bytes.size(), " bytes, within the header"));
  Header header;
  header.data_begin = begin + length;
  HeaderParser(bytes.substr(begin, length), file).parse(header);
  return header;
}

Array swap_bytes(const Array& x) {
  Array out = clone(x);
  auto* data = static_cast<unsigned char*>(out.data());
  const size_t size = size_of(x.dtype());
  for (int64_t i = 0; i < x.numel(); ++i, data += size) std::reverse(data, data + size);
  return out;
}

}  // namespace

namespace detail {

Array parse_npy(const Array& bytes, const std::string& what) {
  const auto size = static_cast<size_t>(bytes.numel());
  const Header header = read_header({static_cast<const char*>(bytes.data()), size}, what);
  int64_t expected = static_cast<int64_t>(size_of(header.dtype));
  bool overflow = false;
  for (int64_t n : header.shape) overflow |= __builtin_mul_overflow(expected, n, &expected);
  const size_t there = size - header.data_begin;
  if (overflow || static_cast<size_t>(expected) > there) {
    bad(what, text("shape ", header.shape, " of ", name_of(header.dtype), " needs ",
                   overflow ? std::string("more") : text(expected), " bytes, but only ", there, " are there"));
  }
  Shape strides = row_major_strides(header.shape);
  if (header.fortran) {
    int64_t stride = 1;
    for (int i = 0; i < header.shape.ndim(); ++i) {
      strides[i] = stride;
      stride *= header.shape[i];
    }
  }
  char* data = static_cast<char*>(bytes.data()) + header.data_begin;
  if (reinterpret_cast<uintptr_t>(data) % size_of(header.dtype) != 0) {
    Array copy = empty_strided(header.shape.begin(), strides.begin(), header.shape.ndim(), header.dtype, cpu);
    std::memcpy(copy.data(), data, static_cast<size_t>(expected));
    return header.swapped ? swap_bytes(copy) : copy;
  }
  const Array x = Array::from_memory(data, header.shape, strides, header.dtype, bytes, true);
  return header.swapped ? swap_bytes(x) : normal_bools(x);
}

std::string npy_header(const Array& x) {
  const auto* known = std::find_if(std::begin(descrs), std::end(descrs), [&](auto& d) { return d.dtype == x.dtype(); });
  TENON_CHECK(known != std::end(descrs), DTypeError, "save_npy: NumPy has no ", name_of(x.dtype()));
  std::string shape;
  for (int64_t size : x.shape()) shape += text(size, ",");
  std::string dict = text("{'descr': '", size_of(x.dtype()) == 1 ? "|" : "<", known->code,
                          "', 'fortran_order': False, 'shape': (", shape, "), }");
  constexpr size_t prefix = 10, alignment = 64;
  dict.append(alignment - 1 - (prefix + dict.size()) % alignment, ' ');
  dict += '\n';
  std::string header(magic);
  header += {'\x01', '\x00', static_cast<char>(dict.size() & 0xff), static_cast<char>(dict.size() >> 8)};
  return header + dict;
}

}  // namespace detail

void save_npy(const std::string& path, const Array& x) {
  const Array plain = contiguous(x.cpu());
  const std::string header = detail::npy_header(plain);
  const std::string_view parts[] = {
      header, {static_cast<const char*>(plain.data()), static_cast<size_t>(plain.numel()) * size_of(plain.dtype())}};
  write_file(path, parts);
}

Array load_npy(const std::string& path) { return detail::parse_npy(map_file(path), path); }

}  // namespace tenon::inline v0
