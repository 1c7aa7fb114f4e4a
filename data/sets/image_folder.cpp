#include "tenon/data/sets/image_folder.h"

#include <algorithm>
#include <filesystem>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/data/image.h"

namespace tenon::inline v0::data {

namespace {

namespace fs = std::filesystem;

/// What is in a folder and not hidden, sorted.
std::vector<fs::path> entries(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with('.')) all.push_back(entry.path());
  }
  TENON_CHECK(!error, FileError, folder.string(), ": cannot open: ", error.message());
  std::sort(all.begin(), all.end());
  return all;
}

class ImageFolder : public Dataset {
 public:
  explicit ImageFolder(const ImageFolderOptions& options) : channels_(options.channels) {
    const std::string& root = options.folder;
    for (const fs::path& folder : entries(root)) {
      if (!fs::is_directory(folder)) continue;
      const size_t before = files_.size();
      for (const fs::path& file : entries(folder)) {
        if (is_image_path(file.string())) files_.push_back({file.string(), static_cast<int64_t>(names_.size())});
      }
      TENON_CHECK(files_.size() > before, FileError, folder.string(), ": there is no PNG or JPEG file");
      names_.push_back(folder.filename().string());
    }
    TENON_CHECK(!names_.empty(), FileError, root, ": there is no folder of images in it");
  }
  int64_t size() const override { return static_cast<int64_t>(files_.size()); }
  Sample get(int64_t i, const Draw&) const override {
    check_index(i, size());
    const File& file = files_[static_cast<size_t>(i)];
    return {{"input", read_image(file.path, {.channels = channels_})}, {"target", full({}, file.label, int64)}};
  }
  std::vector<std::string> class_names() const override { return names_; }

 private:
  struct File {
    std::string path;
    int64_t label;
  };
  std::vector<File> files_;
  std::vector<std::string> names_;
  int channels_;
};

}  // namespace

DatasetPtr image_folder(const ImageFolderOptions& options) { return std::make_shared<ImageFolder>(options); }

}  // namespace tenon::inline v0::data
