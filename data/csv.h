#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

struct CsvFormat {
  char separator = ',';
  bool header = true;  ///< the first line names the columns; otherwise their names are 1, 2, ...
};

/// Texts as classes: 0, 1, ... in sorted order, by value where all are numbers.
struct Labels {
  Array classes;                   ///< int64 [rows]; missing ones are -1
  std::vector<std::string> names;  ///< of the classes
};

/// A CSV file (RFC 4180: fields in double quotes may hold separators, line ends and doubled quotes). Fields are found
/// when it is opened and read when a column is asked for. Empty lines are skipped; so is white space around a field
/// that is not quoted. A field is missing if it is empty and not quoted, or one of NA, N/A, NaN, null and ? in any
/// case. Everything throws FileError, with file, line and column of the field.
class CsvFile {
 public:
  explicit CsvFile(const std::string& path, const CsvFormat& format = {});

  int64_t rows() const { return rows_; }
  const std::vector<std::string>& names() const { return names_; }
  /// Calls the columns otherwise, one name each.
  void rename(std::vector<std::string> names);
  /// The column of that name. Throws ValueError, naming the nearest.
  size_t column(const std::string& name) const;

  /// Whether every field of a column is a number or missing.
  bool is_numeric(size_t column) const;
  /// float64 [rows]; missing ones are nan.
  Array numbers(size_t column) const;
  /// The fields as they are, without quotes.
  std::vector<std::string> texts(size_t column) const;
  /// A column of classes. `known` fixes the classes and their order: another text is an error.
  Labels labels(size_t column, const std::vector<std::string>& known = {}) const;
  bool is_missing(int64_t row, size_t column) const;
  /// Throws FileError: `data.csv:7:12: column age: <what>`.
  [[noreturn]] void fail(int64_t row, size_t column, const std::string& what) const;

 private:
  std::string_view content() const;
  std::string_view raw(int64_t row, size_t column) const;
  std::string_view raw_at(size_t begin) const;
  size_t begin_of(int64_t row, size_t column) const;
  [[noreturn]] void fail_at(size_t offset, const std::string& what) const;
  size_t read_record(size_t at);
  void read_names(size_t columns);

  std::string path_;
  CsvFormat format_;
  Array bytes_;
  int64_t rows_ = 0;
  std::vector<std::string> names_;
  std::vector<size_t> begins_;  ///< where the fields begin, row by row
};

}  // namespace data
}  // namespace v0
}  // namespace tenon
