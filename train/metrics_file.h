#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// A CSV file that grows by one line at a time, and holds only whole lines whenever somebody reads it.
/// Numbers read back as the same float64; NaN is `nan`, infinity `inf`.
class MetricsFile {
 public:
  /// Makes the file with its line of names. Throws FileError if it cannot, also if it is there already.
  MetricsFile(const std::string& path, const std::vector<std::string>& columns);
  ~MetricsFile();
  MetricsFile(MetricsFile&&) noexcept;
  MetricsFile& operator=(MetricsFile&&) noexcept;

  /// Appends a line, one value a column. Throws ValueError for another number of values, FileError if the disk is full.
  void add(std::span<const double> values);

 private:
  struct File;
  void write(const std::string& line);

  std::unique_ptr<File> file_;
  size_t columns_;
};

}  // namespace train
}  // namespace v0
}  // namespace tenon
