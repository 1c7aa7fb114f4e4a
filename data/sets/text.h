#pragma once
#include <string>

#include "tenon/core/options.h"
#include "tenon/data/dataset.h"
#include "tenon/data/path.h"
#include "tenon/data/sets/part.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

struct TextOptions {
  Required<Path> path;  ///< UTF-8, plain or gzip
  Size context = 128;   ///< characters of a sample
  Part part = Part::train;
  double test_share = 0.1;      ///< how much of the text, its end, is the part `test`; 0: all of it is to learn from
  std::string characters = "";  ///< the vocabulary, in order; empty: the characters of the whole text, sorted

  using O = TextOptions;
  using fields = Fields<&O::path, &O::context, &O::part, &O::test_share, &O::characters>;
  /// Throws ValueError unless 0 <= test_share < 1 and no character is there twice.
  void check() const;
};
/// A text as samples to learn from what comes next. A token is a character (see Vocabulary); sample i are the `context`
/// ones from i * context on, and those behind each: no character is learnt twice in an epoch, and none of one part is
/// seen in the other. What is left at the end of a part is left out. `input`, `target`: int64 [context]; the classes
/// are the characters. Its conventions are `context`, `test_share` and `characters`. Throws FileError for a file that
/// cannot be read, a character that is not among those given, and a part that is shorter than one sample.
DatasetPtr text_file(const TextOptions& options);

}  // namespace data
}  // namespace v0
}  // namespace tenon
