#pragma once

#include <string>
#include <string_view>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// The directory that holds everything of one training run. Files of an earlier run are never touched: a run gets a
/// directory of its own.
class RunDirectory {
 public:
  /// Makes `path`, which may be there already only if it is empty. Throws FileError.
  static RunDirectory create(const std::string& path);
  /// Makes the first of `<parent>/<name>-001`, `-002` and so on that is not there. Throws FileError.
  static RunDirectory create_next(const std::string& parent, const std::string& name);
  /// A directory that a run has filled. Throws FileError if it is not there, or holds no config.yaml.
  static RunDirectory open(const std::string& path);

  const std::string& path() const { return path_; }
  /// The path of a file in it.
  std::string file(std::string_view name) const;

 private:
  explicit RunDirectory(std::string path);

  std::string path_;
};

}  // namespace train
}  // namespace v0
}  // namespace tenon
