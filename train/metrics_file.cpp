#include "tenon/train/metrics_file.h"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "tenon/core/check.h"

namespace tenon::inline v0 {
namespace train {
namespace {

std::string quoted(const std::string& name) {
  if (name.find_first_of(",\"\r\n") == name.npos) return name;
  std::string text = "\"";
  for (char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

}  // namespace

struct MetricsFile::File {
  File(std::string where, int descriptor) : path(std::move(where)), number(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (number >= 0) ::close(number);
  }

  std::string path;
  int number;
};

MetricsFile::MetricsFile(const std::string& path, const std::vector<std::string>& columns)
    : file_(
          std::make_unique<File>(path, ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666))),
      columns_(columns.size()) {
  TENON_CHECK(file_->number >= 0, FileError, path, ": cannot create: ", std::strerror(errno));
  std::string line;
  for (const std::string& column : columns) line += (line.empty() ? "" : ",") + quoted(column);
  write(line + "\n");
}

MetricsFile::~MetricsFile() = default;
MetricsFile::MetricsFile(MetricsFile&&) noexcept = default;
MetricsFile& MetricsFile::operator=(MetricsFile&&) noexcept = default;

void MetricsFile::add(std::span<const double> values) {
  TENON_CHECK(values.size() == columns_, ValueError, file_->path, ": ", values.size(), " values for ", columns_,
              " columns");
  std::string line;
  for (double value : values) {
    if (!line.empty()) line += ',';
    append_text(line, value);
  }
  write(line + "\n");
}

void MetricsFile::write(const std::string& line) {
  // One call a line: a reader, or a kill, finds all of it or nothing.
  ssize_t written = 0;
  do {
    written = ::write(file_->number, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  TENON_CHECK(written >= 0, FileError, file_->path, ": cannot write: ", std::strerror(errno));
  TENON_CHECK(static_cast<size_t>(written) == line.size(), FileError, file_->path, ": cannot write: the disk is full");
}

}  // namespace train
}  // namespace tenon::inline v0
