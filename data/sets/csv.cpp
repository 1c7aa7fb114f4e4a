#include "tenon/data/sets/csv.h"

#include <algorithm>
#include <utility>

#include "tenon/core/check.h"
#include "tenon/core/config_write.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/join.h"
#include "tenon/core/ops/layout.h"
#include "tenon/data/csv.h"

namespace tenon::inline v0::data {

namespace {

void check_each_once(const std::vector<std::string>& names, const char* what) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    TENON_CHECK(std::find(names.begin(), name, *name) == name, ValueError, what, ": \"", *name, "\" is named twice");
  }
}

CsvFile open(const CsvOptions& options) {
  options.check();
  return CsvFile(options.path, {.separator = options.separator[0], .header = options.header});
}

void check_columns(const CsvFile& file, const CsvOptions& options) {
  const size_t columns = file.names().size();
  TENON_CHECK(options.columns == 0 || columns == static_cast<size_t>(int64_t{options.columns}), FileError,
              options.path.value, ": expected ", int64_t{options.columns}, " columns, got ", columns);
}

std::vector<std::string> feature_names(const CsvFile& file, const CsvOptions& options) {
  std::vector<std::string> names = options.features.empty() ? file.names() : options.features;
  std::erase(names, options.target.value);
  TENON_CHECK(!names.empty(), ValueError, options.path.value, ": there is no column beside the target");
  return names;
}

std::vector<size_t> columns_of(const CsvFile& file, const std::vector<std::string>& names) {
  std::vector<size_t> columns;
  for (const std::string& name : names) columns.push_back(file.column(name));
  return columns;
}

/// float32 [rows, columns]
Array read_features(const CsvFile& file, const std::vector<size_t>& columns) {
  std::vector<Array> features;
  for (size_t column : columns) features.push_back(file.numbers(column).to(float32));
  return stack(features, 1);
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

ConfigValue conventions_of(const CsvFile& file, const CsvOptions& options, const std::vector<std::string>& features,
                           const std::vector<std::string>& classes) {
  ConfigValue all = ConfigValue::make_map();
  all.add("features", to_config(features));
  all.add("target_is", to_config(classes.empty() ? Target::number : Target::classes));
  all.add("classes", to_config(classes));
  if (!options.header) all.add("columns", to_config(file.names().size()));
  return all;
}

}  // namespace

void CsvOptions::check() const {
  TENON_CHECK(separator.size() == 1 && separator != "\"" && separator != "\n", ValueError,
              "separator: expected one character, got \"", separator, "\"");
  TENON_CHECK(std::find(features.begin(), features.end(), target.value) == features.end(), ValueError, "features: \"",
              target.value, "\" is the target");
  check_each_once(features, "features");
  check_each_once(classes, "classes");
}

DatasetPtr csv(const CsvOptions& options) {
  const CsvFile file = open(options);
  check_columns(file, options);
  const size_t target = file.column(options.target);
  const std::vector<std::string> features = feature_names(file, options);
  std::vector<size_t> columns = columns_of(file, features);
  const Array numbers = read_features(file, columns);

  columns.push_back(target);
  const Array rows = complete_rows(file, columns, target, options.classes, options.missing);
  TENON_CHECK(rows.numel() > 0, FileError, options.path.value, ": there are no rows");
  const Array input = index_select(numbers, 0, rows);
  const bool is_classes = options.target_is == Target::classes || !options.classes.empty() ||
                          (options.target_is == Target::automatic && !file.is_numeric(target));
  Labels labels;
  Array wanted;
  if (is_classes) {
    labels = file.labels(target, options.classes);
    wanted = index_select(labels.classes, 0, rows);
  } else {
    wanted = unsqueeze(index_select(file.numbers(target).to(float32), 0, rows), 1);
  }
  return with_conventions(in_memory({{"input", input}, {"target", wanted}}, labels.names),
                          conventions_of(file, options, features, labels.names));
}

Features csv_features(const CsvOptions& options) {
  CsvFile file = open(options);
  const size_t present = file.names().size();
  if (!options.header && static_cast<int64_t>(present) == options.columns - 1) {
    // The target is not there: what stood behind it has moved up.
    std::vector<std::string> names = file.names();
    names.push_back(text(present + 1));
    std::erase(names, options.target.value);
    file.rename(std::move(names));
  } else if (!options.header) {
    check_columns(file, options);
  }
  TENON_CHECK(file.rows() > 0, FileError, options.path.value, ": there are no rows");
  std::vector<std::string> names = feature_names(file, options);
  const std::vector<size_t> columns = columns_of(file, names);
  for (int64_t row = 0; options.missing == Missing::error && row < file.rows(); ++row) {
    for (size_t column : columns) {
      if (file.is_missing(row, column)) file.fail(row, column, "the value is missing");
    }
  }
  return {std::move(names), read_features(file, columns)};
}

}  // namespace tenon::inline v0::data
