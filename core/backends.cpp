#include "tenon/core/backends.h"

#include <algorithm>
#include <charconv>
#include <mutex>

#include "tenon/core/backend_library.h"
#include "tenon/core/check.h"
#include "tenon/core/cpu/cpu.h"
#include "tenon/core/dispatch.h"

namespace tenon::inline v0 {

namespace detail {
constinit Backend backends[max_backends];
}
using detail::backends;

namespace {

constinit std::mutex registry_mutex, load_mutex;
constinit int backend_count = 1;

// Before every static object: a program may make arrays in those.
[[gnu::constructor(101)]] void add_cpu() { detail::fill_cpu(backends[0]); }

int find_backend(std::string_view name) {
  for (int i = 0; i < backend_count; ++i) {
    if (name == backends[i].name) return i;
  }
  return -1;
}

int find_registered(std::string_view name) {
  std::lock_guard lock(registry_mutex);
  return find_backend(name);
}

bool is_of_this_version(const Backend& backend) {
  return backend.version == Backend().version && backend.size == sizeof(Backend);
}

/// Finds `name`, loading its library when that was not done yet; throws DeviceError.
int require_backend(std::string_view name) {
  if (const int found = find_registered(name); found >= 0) return found;
  std::lock_guard lock(load_mutex);  // of several threads that name it first, one loads
  if (const int found = find_registered(name); found >= 0) return found;
  return load_backend(detail::find_backend_library(name)).backend;
}

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

[[noreturn]] void throw_no_device(std::string_view name) {
  throw DeviceError(text("device: \"", name, "\" is not a device; write cpu, cuda or cuda:1"));
}

/// How many devices a backend has, at most as many as there is room for.
int count_of(int backend) {
  return backend == 0 ? 1 : std::min<int>(backends[backend].device.count(), detail::max_devices);
}

}  // namespace

Device register_backend(const Backend& backend) {
  std::lock_guard lock(registry_mutex);
  TENON_CHECK(is_of_this_version(backend), ValueError, "register_backend: ", backend.name,
              " was built for another version of tenon");
  TENON_CHECK(find_backend(backend.name) < 0, ValueError, "register_backend: there is already a backend ",
              backend.name);
  TENON_CHECK(backend_count < detail::max_backends, ValueError, "register_backend: at most ", detail::max_backends,
              " backends");
  backends[backend_count] = backend;
  return {static_cast<uint8_t>(backend_count++), 0};
}

Device load_backend(const std::string& path) {
  Backend backend;
  detail::open_backend_library(path, backend);
  TENON_CHECK(is_of_this_version(backend), DeviceError, "cannot load backend ", path,
              ": it was built for another version of tenon");
  return register_backend(backend);
}

Device device(std::string_view name) {
  const size_t colon = name.find(':');
  int index = 0;
  if (colon != name.npos) {
    const char* end = name.data() + name.size();
    auto [rest, error] = std::from_chars(name.data() + colon + 1, end, index);
    if (error != std::errc() || rest != end || index < 0) throw_no_device(name);
  }
  if (!is_name(name.substr(0, colon))) throw_no_device(name);
  const int backend = require_backend(name.substr(0, colon));
  const int count = count_of(backend);
  if (index >= count) {
    const char* why = count == 0 && backends[backend].device.trouble ? backends[backend].device.trouble() : "";
    throw DeviceError(text("device: there is no ", name, "; ", backends[backend].name, " has ", count,
                           count == 1 ? " device" : " devices", *why ? ": " : "", why));
  }
  return {static_cast<uint8_t>(backend), static_cast<int8_t>(index)};
}

Device accelerator() {
  int count;
  {
    std::lock_guard lock(registry_mutex);
    count = backend_count;
  }
  for (int i = 1; i < count; ++i) {
    if (count_of(i) > 0) return {static_cast<uint8_t>(i), 0};
  }
  return cuda();
}

Device cuda(int index) { return device(text("cuda:", index)); }

int device_count(std::string_view name) {
  try {
    return is_name(name) ? count_of(require_backend(name)) : 0;
  } catch (const DeviceError&) {
    return 0;
  }
}

bool cuda_is_available() { return device_count("cuda") > 0; }

void append_text(std::string& to, const Device& device) {
  to += backends[device.backend].name;
  if (!device.is_cpu()) to += text(":", device.index);
}

}  // namespace tenon::inline v0
