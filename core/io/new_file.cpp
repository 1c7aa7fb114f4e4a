#include "tenon/core/io/new_file.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "tenon/core/check.h"

namespace tenon::inline v0::detail {

namespace {

[[noreturn]] void fail(const std::string& path) {
  throw FileError(text(path, ": cannot write: ", std::strerror(errno)));
}

/// The directory's entry must reach the disk too.
void sync_directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == path.npos ? "." : path.substr(0, slash + 1);
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

}  // namespace

NewFile::NewFile(const std::string& path) : path_(path) {
  // mkstemp would make a file that only its owner may read. A name may be taken: by a run that was killed, or by a
  // process of the same number on another machine.
  static constinit std::atomic<int64_t> count{0};
  do {
    name_ = text(path, ".", int64_t{::getpid()}, ".", ++count, ".tmp");
    descriptor_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) fail(path);
}

NewFile::~NewFile() {
  ::close(descriptor_);
  if (!name_.empty()) ::unlink(name_.c_str());
}

void NewFile::replace() {
  if (::fsync(descriptor_) != 0 || std::rename(name_.c_str(), path_.c_str()) != 0) fail(path_);
  name_.clear();
  sync_directory_of(path_);
}

}  // namespace tenon::inline v0::detail
