#include "tenon/data/detail/packed_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/stat.h>
#include <zlib.h>

#include "tenon/core/check.h"

namespace tenon::inline v0::data::detail {

PackedFile::PackedFile(std::string path, std::string kind) : path_(std::move(path)), kind_(std::move(kind)) {
  struct stat info {};
  TENON_CHECK(::stat(path_.c_str(), &info) == 0, FileError, path_, ": cannot open: ", std::strerror(errno));
  TENON_CHECK(S_ISREG(info.st_mode), FileError, path_, ": not a regular file");
  size_ = info.st_size;
  file_ = gzopen(path_.c_str(), "rb");
  TENON_CHECK(file_, FileError, path_, ": cannot open: ", std::strerror(errno));
  gzbuffer(file_, 128 * 1024);
}

PackedFile::~PackedFile() { gzclose(file_); }

void PackedFile::bad(const std::string& what) const {
  throw FileError(text(path_, ": not a valid ", kind_, ": ", what));
}

int64_t PackedFile::read(void* to, int64_t size) {
  int64_t done = 0;
  while (done < size) {
    const auto part = static_cast<unsigned>(std::min<int64_t>(size - done, 1 << 30));
    const int got = gzread(file_, static_cast<char*>(to) + done, part);
    done += std::max(got, 0);
    int error = Z_OK;
    std::string message = gzerror(file_, &error);
    cut_ = error == Z_BUF_ERROR;
    if (message.starts_with(path_)) message.erase(0, path_.size() + 2);  // "path: "
    if (error != Z_OK && !cut_) bad("broken gzip data: " + message);
    if (got <= 0) break;
  }
  at_ += done;
  return done;
}

// Deflate packs at most 1032 times.
int64_t PackedFile::most() const { return gzdirect(file_) ? size_ : size_ * 1032; }

std::string read_packed(const std::string& path, const std::string& kind) {
  PackedFile file(path, kind);
  std::string content;
  constexpr size_t part = 1 << 20;
  for (size_t end = 0, got = part; got == part; end += got) {
    content.resize(end + part);
    got = static_cast<size_t>(file.read(content.data() + end, part));
    content.resize(end + got);
  }
  if (file.cut()) file.bad("truncated");
  return content;
}

}  // namespace tenon::inline v0::data::detail
