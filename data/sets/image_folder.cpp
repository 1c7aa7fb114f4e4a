#include "tenon/data/sets/image_folder.h"

#include <algorithm>
#include <filesystem>

#include "tenon/core/check.h"
#include "tenon/core/config_write.h"
#include "tenon/core/nearest.h"
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
  explicit ImageFolder(const ImageFolderOptions& options) : names_(options.classes), channels_(options.channels) {
    options.check();
    const std::string& root = options.folder;
    for (const fs::path& folder : entries(root)) {
      if (!fs::is_directory(folder)) continue;
      const size_t before = files_.size();
      const int64_t label = label_of(folder, !options.classes.empty());
      for (const fs::path& file : entries(folder)) {
        if (is_image_path(file.string())) files_.push_back({file.string(), label});
      }
      TENON_CHECK(files_.size() > before, FileError, folder.string(), ": there is no PNG or JPEG file");
    }
    TENON_CHECK(!files_.empty(), FileError, root, ": there is no folder of images in it");
  }
  int64_t size() const override { return static_cast<int64_t>(files_.size()); }
  Sample get(int64_t i, const Draw&) const override {
    check_index(i, size());
    const File& file = files_[static_cast<size_t>(i)];
    return {{"input", read_image(file.path, {.channels = channels_})}, {"target", full({}, file.label, int64)}};
  }
  Array targets() const override {
    std::vector<int64_t> labels;
    for (const File& file : files_) labels.push_back(file.label);
    return array(std::move(labels));
  }
  std::vector<std::string> class_names() const override { return names_; }
  ConfigValue conventions() const override {
    ConfigValue all = ConfigValue::make_map();
    all.add("channels", to_config(channels_));
    all.add("classes", to_config(names_));
    return all;
  }

 private:
  /// That of the folder's name: a new one unless all are known.
  int64_t label_of(const fs::path& folder, bool all_known) {
    const std::string name = folder.filename().string();
    const auto found = std::find(names_.begin(), names_.end(), name);
    const auto label = static_cast<int64_t>(found - names_.begin());
    if (found == names_.end()) {
      TENON_CHECK(!all_known, FileError, folder.string(), ": unknown class \"", name, "\"", suggestion(name, names_));
      names_.push_back(name);
    }
    return label;
  }

  struct File {
    std::string path;
    int64_t label;
  };
  std::vector<File> files_;
  std::vector<std::string> names_;
  int channels_;
};

}  // namespace

void ImageFolderOptions::check() const {
  TENON_CHECK(channels == 1 || channels == 3 || channels == 4, ValueError, "channels must be 1, 3 or 4, got ",
              channels);
}

DatasetPtr image_folder(const ImageFolderOptions& options) { return std::make_shared<ImageFolder>(options); }

}  // namespace tenon::inline v0::data
