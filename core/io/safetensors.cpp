#include "tenon/core/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <set>

#include <nlohmann/json.hpp>

#include "tenon/core/check.h"
#include "tenon/core/io/bools.h"
#include "tenon/core/io/file.h"
#include "tenon/core/ops/layout.h"

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

namespace tenon::inline v0 {

namespace {

using Json = nlohmann::json;

constexpr size_t header_limit = 100'000'000, prefix_size = 8;
constexpr const char* metadata_key = "__metadata__";

struct DTypeName {
  const char* name;
  DType dtype;
};
constexpr DTypeName dtype_names[] = {{"BOOL", bool_},    {"U8", uint8},    {"I8", int8},
                                     {"I32", int32},     {"I64", int64},   {"F16", float16},
                                     {"BF16", bfloat16}, {"F32", float32}, {"F64", float64}};

const char* file_name_of(DType dtype) {
  return std::find_if(std::begin(dtype_names), std::end(dtype_names), [&](auto& d) { return d.dtype == dtype; })->name;
}

[[noreturn]] void bad(const std::string& path, const std::string& what) {
  throw FileError(text(path, ": not a valid safetensors file: ", what));
}

/// A file's header, checked as far as it does not concern single arrays, and where the data begins.
struct Header {
  Json json;
  size_t data_begin;
};

Header read_header(const std::string& path, const Array& file) {
  const auto size = static_cast<size_t>(file.numel());
  if (size < prefix_size) bad(path, text(size, " bytes are too few"));
  uint64_t length;
  std::memcpy(&length, file.data(), prefix_size);
  if (length > header_limit) bad(path, text("header of ", length, " bytes is over the limit"));
  if (length > size - prefix_size) bad(path, text("header of ", length, " bytes, but the file ends after ", size));
  const char* begin = static_cast<const char*>(file.data()) + prefix_size;
  // The parser keeps the last of two equal keys; the format forbids them.
  std::vector<std::set<std::string>> seen;
  bool twice = false;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::key) twice |= !seen.back().insert(value.get<std::string>()).second;
    if (event == Json::parse_event_t::object_end) seen.pop_back();
    return true;
  };
  try {
    Json json = length > 0 && *begin == '{' ? Json::parse(begin, begin + length, watch) : Json();
    if (!json.is_object()) bad(path, "the header is not a JSON object");
    if (twice) bad(path, "a key stands twice in the header");
    return {std::move(json), prefix_size + length};
  } catch (const Json::exception& e) {
    bad(path, e.what());
  }
}

struct Entry {
  std::string name;
  DType dtype;
  Shape shape;
  uint64_t begin, end;
};

/// A size or an offset. The parser would make a number of 1.5 or -1, too.
uint64_t count_of(const std::string& path, const std::string& name, const Json& json, const char* what) {
  if (!json.is_number_unsigned()) bad(path, text(name, " has ", json.dump(), " as ", what));
  return json.get<uint64_t>();
}

Entry read_entry(const std::string& path, const std::string& name, const Json& json) {
  try {
    const auto dtype_name = json.at("dtype").get<std::string>();
    const auto* known =
        std::find_if(std::begin(dtype_names), std::end(dtype_names), [&](auto& d) { return dtype_name == d.name; });
    if (known == std::end(dtype_names)) bad(path, text(name, " has dtype ", dtype_name, ", which is not supported"));
    const Json &sizes = json.at("shape"), &offsets = json.at("data_offsets");
    if (!sizes.is_array()) bad(path, text(name, " has ", sizes.dump(), " as shape"));
    if (!offsets.is_array() || offsets.size() != 2) bad(path, text(name, " has ", offsets.dump(), " as offsets"));
    if (sizes.size() > max_ndim) bad(path, text(name, " has ", sizes.size(), " dimensions"));
    Entry entry{name,
                known->dtype,
                {},
                count_of(path, name, offsets[0], "an offset"),
                count_of(path, name, offsets[1], "an offset")};
    uint64_t bytes = size_of(known->dtype);
    for (const Json& json_size : sizes) {
      const uint64_t size = count_of(path, name, json_size, "a size");
      entry.shape.push_back(static_cast<int64_t>(size));
      if (size > INT64_MAX || __builtin_mul_overflow(bytes, size, &bytes)) bad(path, text(name, " is too large"));
    }
    if (entry.end < entry.begin || entry.end - entry.begin != bytes) {
      bad(path, text(name, " is ", bytes, " bytes long, but its offsets are ", entry.begin, " and ", entry.end));
    }
    return entry;
  } catch (const Json::exception& e) {
    bad(path, text(name, ": ", e.what()));
  }
}

/// The entries in the order of their data, which must cover everything behind the header without holes.
std::vector<Entry> read_entries(const std::string& path, const Header& header, size_t file_size) {
  std::vector<Entry> entries;
  for (const auto& [name, json] : header.json.items()) {
    if (name != metadata_key) entries.push_back(read_entry(path, name, json));
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t expected = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != expected) bad(path, text(entry.name, " begins at ", entry.begin, ", expected ", expected));
    expected = entry.end;
  }
  if (expected != file_size - header.data_begin) {
    bad(path, text("arrays end at byte ", expected, " of the data, the file at ", file_size - header.data_begin));
  }
  return entries;
}

std::string header_text(const StateDict& state, const Metadata& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) {
    for (const auto& [key, value] : metadata) header[metadata_key][key] = value;
  }
  uint64_t offset = 0;
  for (const auto& [name, array] : state) {
    const bool usable = !name.empty() && name != metadata_key && !header.contains(name) && array.defined();
    TENON_CHECK(usable, ValueError, "save: \"", name, "\" is empty, reserved, undefined or there twice");
    const uint64_t bytes = static_cast<uint64_t>(array.numel()) * size_of(array.dtype());
    const Shape shape = array.shape();
    header[name] = {{"dtype", file_name_of(array.dtype())},
                    {"shape", std::vector<int64_t>(shape.begin(), shape.end())},
                    {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  try {
    std::string dumped = header.dump();
    dumped.append((8 - dumped.size() % 8) % 8, ' ');
    return dumped;
  } catch (const Json::exception&) {
    throw ValueError("save: a name, or a text of the metadata, is not UTF-8");
  }
}

}  // namespace

void save(const std::string& path, const StateDict& state, const Metadata& metadata) {
  // Wider elements first, so that every array is aligned; then by name, as other writers do.
  StateDict sorted = state;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    const size_t wide_a = size_of(a.second.dtype()), wide_b = size_of(b.second.dtype());
    return wide_a != wide_b ? wide_a > wide_b : a.first < b.first;
  });
  const std::string header = header_text(sorted, metadata);
  uint64_t length = header.size();
  std::vector<std::string_view> parts{{reinterpret_cast<const char*>(&length), prefix_size}, header};
  for (auto& [name, array] : sorted) {
    array = contiguous(array.cpu());
    parts.emplace_back(static_cast<const char*>(array.data()),
                       static_cast<size_t>(array.numel()) * size_of(array.dtype()));
  }
  write_file(path, parts);
}

StateDict load(const std::string& path) {
  const Array file = map_file(path);
  const Header header = read_header(path, file);
  StateDict state;
  for (const Entry& entry : read_entries(path, header, static_cast<size_t>(file.numel()))) {
    char* data = static_cast<char*>(file.data()) + header.data_begin + entry.begin;
    const bool aligned = reinterpret_cast<uintptr_t>(data) % size_of(entry.dtype) == 0;
    Array array;
    if (aligned) {
      array = Array::from_memory(data, entry.shape, entry.dtype, file, true);
    } else {
      array = empty(entry.shape.begin(), entry.shape.ndim(), entry.dtype, cpu);
      if (entry.end > entry.begin) std::memcpy(array.data(), data, entry.end - entry.begin);
    }
    state.emplace_back(entry.name, detail::normal_bools(array));
  }
  return state;
}

Metadata load_metadata(const std::string& path) {
  const Header header = read_header(path, map_file(path));
  Metadata metadata;
  if (!header.json.contains(metadata_key)) return metadata;
  try {
    for (const auto& [key, value] : header.json.at(metadata_key).items()) {
      metadata.emplace_back(key, value.get<std::string>());
    }
  } catch (const Json::exception& e) {
    bad(path, text("__metadata__: ", e.what()));
  }
  return metadata;
}

}  // namespace tenon::inline v0
