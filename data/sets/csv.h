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

  using O = CsvOptions;
  using fields =
      Fields<&O::path, &O::target, &O::features, &O::target_is, &O::classes, &O::missing, &O::separator, &O::header>;
  /// Throws ValueError unless the separator is one character.
  void check() const;
};
/// A table in a CSV file (see CsvFile). `input`: float32 [features]; `target`: float32 [1], or int64 for classes.
/// Throws FileError, with file, line and column, and ValueError for a column that is not there.
DatasetPtr csv(const CsvOptions& options);

}  // namespace data
}  // namespace v0
}  // namespace tenon
