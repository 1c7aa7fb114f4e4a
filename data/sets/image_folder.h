#pragma once
#include <string>
#include <vector>

#include "tenon/core/options.h"
#include "tenon/data/dataset.h"
#include "tenon/data/path.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

struct ImageFolderOptions {
  Required<Path> folder;
  int channels = 3;                       ///< 1 grey, 3 RGB, 4 RGBA
  std::vector<std::string> classes = {};  ///< in order; none: the folders' names, sorted

  using O = ImageFolderOptions;
  using fields = Fields<&O::folder, &O::channels, &O::classes>;
  /// Throws ValueError unless there are 1, 3 or 4 channels.
  void check() const;
};
/// A folder of folders of PNG and JPEG files: `folder/cat/1.png`. Each folder is a class of that name; classes and
/// files are in sorted order. Files are read when they are asked for. `input`: uint8 [height, width, channels], of any
/// size; `target`: int64. Its conventions are `channels` and `classes`. Throws FileError where there is no such folder,
/// a folder without images, or one that is none of the classes that were given.
DatasetPtr image_folder(const ImageFolderOptions& options);

}  // namespace data
}  // namespace v0
}  // namespace tenon
