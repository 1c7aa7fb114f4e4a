#include "tenon/core/io/file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tenon/core/check.h"
#include "tenon/core/io/new_file.h"

namespace tenon::inline v0 {

namespace {

[[noreturn]] void fail(const std::string& path, const char* what) {
  throw FileError(text(path, ": ", what, ": ", std::strerror(errno)));
}

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// A mapping, released when its last holder goes.
class Mapping {
 public:
  Mapping(void* address, size_t size) : address_(address), size_(size) {}
  Mapping(Mapping&& o) noexcept : address_(o.address_), size_(o.size_) { o.address_ = nullptr; }
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping() {
    if (address_) ::munmap(address_, size_);
  }

 private:
  void* address_;
  size_t size_;
};

void write_all(int file, std::string_view part, const std::string& path) {
  while (!part.empty()) {
    const ssize_t written = ::write(file, part.data(), part.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path, "cannot write");
    part.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

Array map_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) fail(path, "cannot open");
  struct stat info {};
  if (::fstat(file.number(), &info) != 0) fail(path, "cannot open");
  TENON_CHECK(S_ISREG(info.st_mode), FileError, path, ": not a regular file");
  const auto size = static_cast<size_t>(info.st_size);
  if (size == 0) return Array::from_memory(nullptr, {0}, uint8, 0, true);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (address == MAP_FAILED) fail(path, "cannot map");
  return Array::from_memory(address, {static_cast<int64_t>(size)}, uint8, Mapping(address, size), true);
}

void write_file(const std::string& path, std::span<const std::string_view> parts) {
  detail::NewFile file(path);
  for (std::string_view part : parts) write_all(file.descriptor(), part, path);
  file.replace();
}

void write_file(const std::string& path, std::string_view content) { write_file(path, {&content, 1}); }

}  // namespace tenon::inline v0
