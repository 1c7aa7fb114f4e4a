#include "tenon/data/sets/idx.h"

#include <algorithm>

#include <unistd.h>

#include "tenon/core/check.h"
#include "tenon/core/config_write.h"
#include "tenon/core/ops/layout.h"
#include "tenon/data/idx.h"

namespace tenon::inline v0::data {

namespace {

void check_labels(const Array& labels, const std::string& path, size_t classes) {
  const auto label = labels.view<const int64_t, 1>();
  for (int64_t i = 0; i < labels.size(0); ++i) {
    const bool known = classes == 0 || label[i] < static_cast<int64_t>(classes);
    TENON_CHECK(label[i] >= 0 && known, FileError, path, ": label ", label[i], " of sample ", i,
                known ? " is negative" : text(" has no class: there are ", classes));
  }
}

/// With or without .gz, whichever is there.
std::string find_file(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  for (const char* ending : {".gz", ""}) {
    if (::access((path + ending).c_str(), R_OK) == 0) return path + ending;
  }
  throw FileError(text(path, ".gz: cannot open; Debian's package dataset-fashion-mnist puts it into ",
                       FashionMnistOptions().folder));
}

DatasetPtr read_pair(const IdxOptions& options) {
  const std::string &images_path = options.images, &labels_path = options.labels;
  Array images = read_idx(images_path);
  Array labels = read_idx(labels_path);
  TENON_CHECK(labels.ndim() == 1 && !is_floating(labels.dtype()), FileError, labels_path,
              ": expected labels, one integer a sample, got ", labels.shape(), " of ", name_of(labels.dtype()));
  TENON_CHECK(images.size(0) == labels.size(0), FileError, images_path, " has ", images.size(0), " images, but ",
              labels_path, " has ", labels.size(0), " labels");
  labels = labels.to(int64);
  check_labels(labels, labels_path, options.classes.size());
  if (images.ndim() == 3) images = unsqueeze(images, 3);
  return in_memory({{"input", images}, {"target", labels}}, options.classes);
}

}  // namespace

DatasetPtr idx(const IdxOptions& options) {
  ConfigValue conventions = ConfigValue::make_map();
  conventions.add("classes", to_config(options.classes));
  return with_conventions(read_pair(options), std::move(conventions));
}

DatasetPtr fashion_mnist(const FashionMnistOptions& options) {
  const std::string part = options.part == Part::train ? "train" : "t10k";
  return read_pair({.images = find_file(options.folder, part + "-images-idx3-ubyte"),
                    .labels = find_file(options.folder, part + "-labels-idx1-ubyte"),
                    .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
                                "Bag", "Ankle boot"}});
}

}  // namespace tenon::inline v0::data
