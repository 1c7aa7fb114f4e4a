#pragma once
#include <string>

#include "tenon/core/options.h"
#include "tenon/data/dataset.h"
#include "tenon/data/path.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

struct ImageFolderOptions {
  Required<Path> folder;
  int channels = 3;  ///< 1 grey, 3 RGB, 4 RGBA

  using O = ImageFolderOptions;
  using fields = Fields<&O::folder, &O::channels>;
};
/// A folder of folders of PNG and JPEG files: `folder/cat/1.png`. Each folder is a class of that name; classes and
/// files are in sorted order. Files are read when they are asked for. `input`: uint8 [height, width, channels], of any
/// size; `target`: int64. Throws FileError where there is no such folder, or a class without images.
DatasetPtr image_folder(const ImageFolderOptions& options);

}  // namespace data
}  // namespace v0
}  // namespace tenon
