#include "tenon/core/backend_library.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include <dlfcn.h>

#include "tenon/core/check.h"

namespace tenon::inline v0::detail {

namespace {

namespace fs = std::filesystem;

/// The folder of what holds this code: libtenon.so, or the executable.
fs::path own_folder() {
  Dl_info found;
  if (!dladdr(reinterpret_cast<const void*>(&find_backend_library), &found) || !found.dli_fname) return {};
  std::error_code ignored;
  return fs::canonical(found.dli_fname, ignored).parent_path();
}

std::vector<fs::path> folders() {
  std::vector<fs::path> all;
  const auto add = [&all](const fs::path& folder) {
    fs::path plain = folder.lexically_normal();
    if (!plain.has_filename()) plain = plain.parent_path();  // ends in a slash
    for (const fs::path& known : all) {
      if (known == plain) return;
    }
    all.push_back(plain);
  };
  if (const char* listed = std::getenv("TENON_BACKEND_PATH")) {
    for (std::string_view rest = listed; !rest.empty();) {
      const size_t end = rest.find(':');
      if (end != 0) add(rest.substr(0, end));
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
  }
  std::error_code ignored;
  for (const fs::path& from : {own_folder(), fs::read_symlink("/proc/self/exe", ignored).parent_path()}) {
    if (from.empty()) continue;
    for (const char* folder : {".", "tenon", "../lib/tenon"}) add(from / folder);
  }
  add(TENON_BACKEND_FOLDER);
  return all;
}

/// Whether the loader knows a place of its own for it, as what the program was linked with -rpath. A library that it
/// finds and cannot load counts: `open_backend_library` says why.
bool loader_finds(const std::string& file) {
  if (dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) return true;
  return !std::string_view(dlerror()).starts_with(file + ": cannot open shared object file");
}

/// What CMake found when this library was configured.
std::string why_not_built(std::string_view name) {
  return name == "cuda" ? std::string("; the CUDA backend of this build: " TENON_CUDA_WHY) : std::string();
}

}  // namespace

std::string find_backend_library(std::string_view name) {
  const std::string file = text("libtenon_", name, ".so");
  std::string looked;
  for (const fs::path& folder : folders()) {
    std::error_code ignored;
    if (fs::exists(folder / file, ignored)) return folder / file;
    looked += (looked.empty() ? "" : ", ") + folder.string();
  }
  if (loader_finds(file)) return file;
  throw DeviceError(text("no backend ", name, ": there is no ", file, " in ", looked,
                         "; TENON_BACKEND_PATH names further folders", why_not_built(name)));
}

void open_backend_library(const std::string& path, Backend& backend) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    std::string_view reason = dlerror();
    if (reason.starts_with(path + ": ")) reason.remove_prefix(path.size() + 2);
    const bool missing = reason.find("cannot open shared object file") != reason.npos;
    throw DeviceError(text("cannot load backend ", path, ": ", reason,
                           missing ? "; install that library, or name its folder in LD_LIBRARY_PATH" : ""));
  }
  const auto fill = reinterpret_cast<FillBackend*>(dlsym(library, "tenon_backend"));
  TENON_CHECK(fill, DeviceError, "cannot load backend ", path, ": it does not export tenon_backend");
  const auto contract = reinterpret_cast<BackendContract*>(dlsym(library, "tenon_backend_contract"));
  TENON_CHECK(contract && std::strcmp(contract(), TENON_CONTRACT) == 0, DeviceError, "cannot load backend ", path,
              ": it was built against the headers of ", contract ? contract() : "an unknown version", ", this is ",
              TENON_CONTRACT);
  const char* refusal = fill(&backend);
  TENON_CHECK(!refusal, DeviceError, "cannot load backend ", path, ": ", refusal);
}

}  // namespace tenon::inline v0::detail
