#include "tenon/data/csv.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <unordered_map>

#include "tenon/core/check.h"
#include "tenon/core/io/file.h"
#include "tenon/core/nearest.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0::data {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_line_end(char c) { return c == '\n' || c == '\r'; }

std::string_view trim(std::string_view field) {
  while (!field.empty() && is_space(field.front())) field.remove_prefix(1);
  while (!field.empty() && is_space(field.back())) field.remove_suffix(1);
  return field;
}

bool is_quoted(std::string_view field) { return field.starts_with('"'); }

/// Behind the closing quote of the field that begins at `at`; npos if there is none.
size_t behind_quoted(std::string_view text, size_t at) {
  for (size_t end = text.find('"', at + 1); end != text.npos; end = text.find('"', end + 2)) {
    if (end + 1 >= text.size() || text[end + 1] != '"') return end + 1;
  }
  return text.npos;
}

bool marks_missing(std::string_view field) {
  constexpr std::string_view markers[] = {"", "na", "n/a", "nan", "null", "?"};
  constexpr auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::any_of(std::begin(markers), std::end(markers), [&](std::string_view marker) {
    return std::equal(field.begin(), field.end(), marker.begin(), marker.end(), same);
  });
}

std::string unquote(std::string_view field) {
  if (!is_quoted(field)) return std::string(field);
  std::string plain;
  for (size_t i = 1; i + 1 < field.size(); ++i) {
    plain += field[i];
    if (field[i] == '"') ++i;
  }
  return plain;
}

/// Quotes around a number do not matter.
std::optional<double> parse_number(std::string_view field) {
  if (is_quoted(field)) field = trim(field.substr(1, field.size() - 2));
  if (field.starts_with('+')) field.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  const bool whole = error == std::errc() && end == field.data() + field.size();
  if (!whole || number != number) return std::nullopt;
  return number;
}

/// Sorted, each once: by value if all are numbers, else by their characters.
std::vector<std::string> distinct(std::vector<std::string> all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (std::all_of(all.begin(), all.end(), parse_number)) {
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return *parse_number(a) < *parse_number(b); });
  }
  return all;
}

}  // namespace

CsvFile::CsvFile(const std::string& path, const CsvFormat& format)
    : path_(path), format_(format), bytes_(map_file(path)) {
  const std::string_view all = content();
  size_t at = all.starts_with("\xef\xbb\xbf") ? 3 : 0;
  while (at < all.size()) {
    if (is_line_end(all[at])) {
      ++at;
      continue;
    }
    const size_t begin = at, fields_before = begins_.size();
    at = read_record(at);
    const size_t fields = begins_.size() - fields_before;
    if (fields_before == 0 && names_.empty()) {
      read_names(fields);
      if (format_.header) {
        begins_.clear();
        continue;
      }
    }
    const size_t columns = names_.size();
    if (fields != columns) {
      fail_at(begin, text("expected ", columns, columns == 1 ? " field" : " fields", ", got ", fields));
    }
    ++rows_;
  }
  TENON_CHECK(!names_.empty(), FileError, path_, ": the file is empty");
}

std::string_view CsvFile::content() const {
  return {static_cast<const char*>(bytes_.data()), static_cast<size_t>(bytes_.numel())};
}

/// Notes where the fields of one line begin; returns where the next line does.
size_t CsvFile::read_record(size_t at) {
  const std::string_view all = content();
  for (;;) {
    while (at < all.size() && is_space(all[at]) && all[at] != format_.separator) ++at;
    begins_.push_back(at);
    if (at < all.size() && all[at] == '"') {
      const size_t end = behind_quoted(all, at);
      if (end == all.npos) fail_at(at, "the quoted field does not end");
      at = end;
      while (at < all.size() && is_space(all[at]) && all[at] != format_.separator) ++at;
      const bool ends = at >= all.size() || all[at] == format_.separator || is_line_end(all[at]);
      if (!ends) fail_at(at, text("expected '", format_.separator, "' or the end of the line behind a quoted field"));
    } else {
      while (at < all.size() && all[at] != format_.separator && !is_line_end(all[at])) ++at;
    }
    if (at >= all.size() || all[at] != format_.separator) return at;
    ++at;
  }
}

/// From the first line's fields, or their numbers.
void CsvFile::read_names(size_t columns) {
  for (size_t i = 0; i < columns; ++i) {
    std::string name = format_.header ? unquote(raw_at(begins_[i])) : "";
    if (name.empty()) name = text(i + 1);
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
      fail_at(begins_[i], text("a second column is called ", name));
    }
    names_.push_back(std::move(name));
  }
}

void CsvFile::rename(std::vector<std::string> names) {
  TENON_CHECK(names.size() == names_.size(), ValueError, path_, ": ", names.size(), " names for ", names_.size(),
              " columns");
  names_ = std::move(names);
}

size_t CsvFile::column(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  TENON_CHECK(found != names_.end(), ValueError, path_, ": there is no column \"", name, "\"",
              suggestion(name, names_));
  return static_cast<size_t>(found - names_.begin());
}

size_t CsvFile::begin_of(int64_t row, size_t column) const {
  return begins_[static_cast<size_t>(row) * names_.size() + column];
}

std::string_view CsvFile::raw(int64_t row, size_t column) const { return raw_at(begin_of(row, column)); }

std::string_view CsvFile::raw_at(size_t begin) const {
  const std::string_view all = content();
  if (begin < all.size() && all[begin] == '"') return all.substr(begin, behind_quoted(all, begin) - begin);
  size_t end = begin;
  while (end < all.size() && all[end] != format_.separator && !is_line_end(all[end])) ++end;
  return trim(all.substr(begin, end - begin));
}

void CsvFile::fail_at(size_t offset, const std::string& what) const {
  const std::string_view before = content().substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  throw FileError(text(path_, ":", line, ":", offset - line_begin + 1, ": ", what));
}

void CsvFile::fail(int64_t row, size_t column, const std::string& what) const {
  fail_at(begin_of(row, column), text("column ", names_[column], ": ", what));
}

bool CsvFile::is_missing(int64_t row, size_t column) const { return marks_missing(raw(row, column)); }

bool CsvFile::is_numeric(size_t column) const {
  for (int64_t row = 0; row < rows_; ++row) {
    const std::string_view field = raw(row, column);
    if (!marks_missing(field) && !parse_number(field)) return false;
  }
  return true;
}

Array CsvFile::numbers(size_t column) const {
  Array out = empty({rows_}, float64);
  auto* to = static_cast<double*>(out.data());
  for (int64_t row = 0; row < rows_; ++row) {
    const std::string_view field = raw(row, column);
    const auto number = marks_missing(field) ? std::numeric_limits<double>::quiet_NaN() : parse_number(field);
    if (!number) fail(row, column, text("expected a number, got \"", unquote(field), "\""));
    to[row] = *number;
  }
  return out;
}

std::vector<std::string> CsvFile::texts(size_t column) const {
  std::vector<std::string> all;
  for (int64_t row = 0; row < rows_; ++row) all.push_back(unquote(raw(row, column)));
  return all;
}

Labels CsvFile::labels(size_t column, const std::vector<std::string>& known) const {
  const std::vector<std::string> fields = texts(column);
  const auto missing = [&](int64_t row) { return is_missing(row, column); };
  Labels labels{empty({rows_}, int64), known};
  if (known.empty()) {
    std::vector<std::string> present;
    for (int64_t row = 0; row < rows_; ++row) {
      if (!missing(row)) present.push_back(fields[static_cast<size_t>(row)]);
    }
    labels.names = distinct(std::move(present));
  }
  std::unordered_map<std::string_view, int64_t> index;
  for (size_t i = 0; i < labels.names.size(); ++i) index.emplace(labels.names[i], static_cast<int64_t>(i));
  auto* to = static_cast<int64_t*>(labels.classes.data());
  for (int64_t row = 0; row < rows_; ++row) {
    const std::string& field = fields[static_cast<size_t>(row)];
    const auto found = index.find(field);
    if (found == index.end() && !missing(row)) {
      fail(row, column, text("unknown class \"", field, "\"", suggestion(field, known)));
    }
    to[row] = found == index.end() ? -1 : found->second;
  }
  return labels;
}

}  // namespace tenon::inline v0::data
