#pragma once
#include <string>
#include <vector>

#include "tenon/core/options.h"
#include "tenon/data/dataset.h"
#include "tenon/data/path.h"
#include "tenon/data/sets/part.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

struct IdxOptions {
  Required<Path> images, labels;          ///< IDX files, plain or gzip
  std::vector<std::string> classes = {};  ///< what the labels 0, 1, ... are called

  using O = IdxOptions;
  using fields = Fields<&O::images, &O::labels, &O::classes>;
};
/// Images and their classes from two IDX files. `input`: [height, width, 1] of the file's dtype, or what the file has
/// behind its first axis if these are not two more; `target`: int64. Its convention is `classes`. Throws FileError,
/// naming both files where their numbers differ, and for a label that has no class.
DatasetPtr idx(const IdxOptions& options);

struct FashionMnistOptions {
  Path folder = "/usr/share/datasets/fashion-mnist";  ///< where Debian's package dataset-fashion-mnist puts it
  Part part = Part::train;

  using O = FashionMnistOptions;
  using fields = Fields<&O::folder, &O::part>;
};
/// Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017): 60,000 and 10,000 pictures of clothes in ten classes. `input`: uint8
/// [28, 28, 1]; `target`: int64. A folder with MNIST's own files works too, but for the names. Throws FileError.
DatasetPtr fashion_mnist(const FashionMnistOptions& options = {});

}  // namespace data
}  // namespace v0
}  // namespace tenon
