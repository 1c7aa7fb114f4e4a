// Internal: a file's content, unpacked where it is gzip.
#pragma once
#include <cstdint>
#include <string>

struct gzFile_s;

namespace tenon::inline v0::data::detail {

class PackedFile {
 public:
  /// `kind` is what errors say that the file has to be: `a.gz: not a valid IDX file: ...`. Throws FileError.
  PackedFile(std::string path, std::string kind);
  PackedFile(const PackedFile&) = delete;
  PackedFile& operator=(const PackedFile&) = delete;
  ~PackedFile();

  [[noreturn]] void bad(const std::string& what) const;
  /// As many bytes as there are, up to `size`.
  int64_t read(void* to, int64_t size);
  /// What the content cannot exceed.
  int64_t most() const;
  int64_t at() const { return at_; }
  /// Whether a gzip file ended too early.
  bool cut() const { return cut_; }

 private:
  std::string path_, kind_;
  gzFile_s* file_ = nullptr;
  int64_t size_ = 0, at_ = 0;
  bool cut_ = false;
};

/// All of a file. Throws FileError.
std::string read_packed(const std::string& path, const std::string& kind);

}  // namespace tenon::inline v0::data::detail
