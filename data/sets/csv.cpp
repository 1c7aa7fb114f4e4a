#include "tenon/data/sets/csv.h"

#include <algorithm>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/join.h"
#include "tenon/core/ops/layout.h"
#include "tenon/data/csv.h"

namespace tenon::inline v0::data {

namespace {

std::vector<size_t> feature_columns(const CsvFile& file, const CsvOptions& options, size_t target) {
  std::vector<size_t> columns;
  for (const std::string& name : options.features) columns.push_back(file.column(name));
  for (size_t i = 0; options.features.empty() && i < file.names().size(); ++i) {
    if (i != target) columns.push_back(i);
  }
  TENON_CHECK(!columns.empty(), ValueError, options.path.value, ": there is no column beside the target");
  return columns;
}

/// The rows that have all fields. A target that is one of the classes is there, whatever it is called.
Array complete_rows(const CsvFile& file, const std::vector<size_t>& columns, size_t target,
                    const std::vector<std::string>& classes, Missing missing) {
  const std::vector<std::string> targets = classes.empty() ? classes : file.texts(target);
  const auto is_class = [&](int64_t row) {
    return !classes.empty() &&
           std::find(classes.begin(), classes.end(), targets[static_cast<size_t>(row)]) != classes.end();
  };
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < file.rows(); ++row) {
    const auto hole = std::find_if(columns.begin(), columns.end(), [&](size_t c) {
      return file.is_missing(row, c) && !(c == target && is_class(row));
    });
    if (hole == columns.end()) {
      rows.push_back(row);
    } else if (missing == Missing::error) {
      file.fail(row, *hole, "the value is missing; `missing: drop` leaves such rows out");
    }
  }
  return array(std::move(rows));
}

}  // namespace

void CsvOptions::check() const {
  TENON_CHECK(separator.size() == 1 && separator != "\"" && separator != "\n", ValueError,
              "separator: expected one character, got \"", separator, "\"");
}

DatasetPtr csv(const CsvOptions& options) {
  options.check();
  const CsvFile file(options.path, {.separator = options.separator[0], .header = options.header});
  const size_t target = file.column(options.target);
  std::vector<size_t> columns = feature_columns(file, options, target);
  std::vector<Array> features;
  for (size_t column : columns) features.push_back(file.numbers(column).to(float32));

  columns.push_back(target);
  const Array rows = complete_rows(file, columns, target, options.classes, options.missing);
  TENON_CHECK(rows.numel() > 0, FileError, options.path.value, ": there are no rows");
  const Array input = index_select(stack(features, 1), 0, rows);
  const bool classes = options.target_is == Target::classes || !options.classes.empty() ||
                       (options.target_is == Target::automatic && !file.is_numeric(target));
  if (!classes) {
    const Array numbers = index_select(file.numbers(target).to(float32), 0, rows);
    return in_memory({{"input", input}, {"target", unsqueeze(numbers, 1)}});
  }
  const Labels labels = file.labels(target, options.classes);
  return in_memory({{"input", input}, {"target", index_select(labels.classes, 0, rows)}}, labels.names);
}

}  // namespace tenon::inline v0::data
