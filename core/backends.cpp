#include "tenon/core/backends.h"

#include <algorithm>
#include <charconv>
#include <mutex>

#include <dlfcn.h>

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

/// `what` begins the error.
Device load(const std::string& path, const std::string& what) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    std::string_view reason = dlerror();
    if (reason.starts_with(path + ": ")) reason.remove_prefix(path.size() + 2);
    throw DeviceError(text(what, path, ": ", reason));
  }
  auto fill = reinterpret_cast<FillBackend*>(dlsym(library, "tenon_backend"));
  TENON_CHECK(fill, DeviceError, what, path, ": it does not export tenon_backend");
  Backend backend;
  const char* refusal = fill(&backend);
  TENON_CHECK(!refusal, DeviceError, what, path, ": ", refusal);
  TENON_CHECK(is_of_this_version(backend), DeviceError, what, path, ": it was built for another version of tenon");
  return register_backend(backend);
}

/// Finds `name`, loading its library when that was not done yet; throws DeviceError.
int require_backend(std::string_view name) {
  if (const int found = find_registered(name); found >= 0) return found;
  std::lock_guard lock(load_mutex);  // of several threads that name it first, one loads
  if (const int found = find_registered(name); found >= 0) return found;
  return load(text("libtenon_", name, ".so"), text("there is no device ", name, ": cannot load ")).backend;
}

/// As many as there is room for.
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

Device load_backend(const std::string& path) { return load(path, "cannot load backend "); }

Device device(std::string_view name) {
  const size_t colon = name.find(':');
  int index = 0;
  if (colon != name.npos) {
    const char* end = name.data() + name.size();
    auto [rest, error] = std::from_chars(name.data() + colon + 1, end, index);
    TENON_CHECK(error == std::errc() && rest == end && index >= 0 && index < 128, DeviceError, "device: \"", name,
                "\" is not a device; write cpu, cuda or cuda:1");
  }
  const std::string_view kind = name.substr(0, colon);
  const bool is_name = !kind.empty() && kind.find('/') == kind.npos;  // a library elsewhere is for load_backend
  TENON_CHECK(is_name, DeviceError, "device: \"", name, "\" is not a device; write cpu, cuda or cuda:1");
  const int backend = require_backend(kind);
  const int count = count_of(backend);
  TENON_CHECK(index < count, DeviceError, "device: there is no ", name, "; ", backends[backend].name, " has ", count,
              count == 1 ? " device" : " devices");
  return {static_cast<uint8_t>(backend), static_cast<int8_t>(index)};
}

Device cuda(int index) { return device(text("cuda:", index)); }

int device_count(std::string_view name) {
  try {
    return count_of(require_backend(name));
  } catch (const DeviceError&) {
    return 0;
  }
}

void append_text(std::string& to, const Device& device) {
  to += backends[device.backend].name;
  if (!device.is_cpu()) to += text(":", device.index);
}

}  // namespace tenon::inline v0
