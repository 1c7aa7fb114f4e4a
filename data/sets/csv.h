#pragma once
#include <string>
#include <vector>

#include "tenon/core/options.h"
#include "tenon/data/dataset.h"
#include "tenon/data/path.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

/// What a table's target is: a number to predict, or one of several classes. Automatic: classes unless all are numbers.
enum class Target { automatic, number, classes };

/// What happens to a row in which a field that is asked for is missing.
enum class Missing { error, drop };

struct CsvOptions {
  Required<Path> path;
  Required<std::string> target;            ///< the column to predict
  std::vector<std::string> features = {};  ///< the columns to predict it from, in order; none: all others
  Target target_is = Target::automatic;
  std::vector<std::string> classes = {};  ///< in order; none: the target's texts, sorted (by value if all are numbers).
                                          ///< One that is called NA or the like is not missing
  Missing missing = Missing::error;
  std::string separator = ",";
  bool header = true;  ///< without, the columns' names are "1", "2", ...
  Count columns = 0;   ///< how many there have to be; 0: any number

  using O = CsvOptions;
  using fields = Fields<&O::path, &O::target, &O::features, &O::target_is, &O::classes, &O::missing, &O::separator,
                        &O::header, &O::columns>;
  /// Throws ValueError unless the separator is one character, no feature is the target, and features and classes are
  /// each named once.
  void check() const;
};
/// A table in a CSV file (see CsvFile). `input`: float32 [features]; `target`: float32 [1], or int64 for classes.
/// Its conventions are `features`, `target_is` and `classes`: another table has its columns found by their names, in
/// any order and among others. Without a header they are found by position, and `columns` is a convention as well.
/// Throws FileError, with file, line and column, and ValueError for a column that is not there.
DatasetPtr csv(const CsvOptions& options);

/// What a table says of the features alone.
struct Features {
  std::vector<std::string> names;
  Array rows;  ///< float32 [rows, features]: every row of the file; nan where a value is missing
};
/// The features of a table of which nothing else is asked: the target may be wrong, missing or not there. A value that
/// is missing throws FileError unless `missing` is drop. Throws what csv throws.
Features csv_features(const CsvOptions& options);

}  // namespace data
}  // namespace v0
}  // namespace tenon
