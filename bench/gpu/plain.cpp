#include "plain.h"

#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "bench.h"
#include <dlfcn.h>

namespace bench {

namespace {

template <class Function>
Function* plain(const char* name) {
  static void* const library = [] {
    const auto path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "libtenon_bench_cuda.so";
    void* found = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!found) throw std::runtime_error(dlerror());
    return found;
  }();
  void* function = dlsym(library, name);
  if (!function) throw std::runtime_error(dlerror());
  return reinterpret_cast<Function*>(function);
}

void check(const char* trouble) {
  if (trouble) throw std::runtime_error(std::string("plain CUDA: ") + trouble);
}

void* stream_of(const Setting& setting) { return tenon::current_stream(setting.device).native(); }

}  // namespace

void plain_copy(const Setting& setting, void* to, const void* from, size_t bytes) {
  if (setting.device.is_cpu()) {
    std::memcpy(to, from, bytes);
    return;
  }
  static PlainCopy* const copy = plain<PlainCopy>("tenon_plain_copy");
  check(copy(to, from, bytes, stream_of(setting)));
}

bool plain_matmul(const Setting& setting, int kind, int64_t n, void* c, const void* a, const void* b) {
  if (setting.device.is_cpu()) return false;
  static PlainMatmul* const matmul = plain<PlainMatmul>("tenon_plain_matmul");
  check(matmul(kind, n, c, a, b, stream_of(setting)));
  return true;
}

}  // namespace bench
