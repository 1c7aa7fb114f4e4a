// Internal: how files are replaced as a whole.
#pragma once
#include <string>

namespace tenon::inline v0::detail {

/// A new file beside `path`, which takes its place when all is written. Until then, and where that fails, `path` stays
/// what it was. Any number of threads and processes may do so at once: the last one stays.
class NewFile {
 public:
  /// Throws FileError.
  explicit NewFile(const std::string& path);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  const std::string& name() const { return name_; }
  int descriptor() const { return descriptor_; }
  /// Puts it onto the disk and in the place of `path`. Throws FileError.
  void replace();

 private:
  std::string path_, name_;  ///< name_ is empty once it has taken the place
  int descriptor_;
};

}  // namespace tenon::inline v0::detail
