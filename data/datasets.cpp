#include "tenon/data/datasets.h"

namespace tenon::inline v0::data {

namespace {

/// A data set that a function makes, as the registry wants it.
template <class O, DatasetPtr (*make)(const O&)>
class Made : public Dataset {
 public:
  using Options = O;
  explicit Made(const O& options) : set_(make(options)) {}
  int64_t size() const override { return set_->size(); }
  Sample get(int64_t i, const Draw& draw) const override { return set_->get(i, draw); }
  Sample batch(std::span<const int64_t> indices, std::span<const Draw> draws) const override {
    return set_->batch(indices, draws);
  }
  Array targets() const override { return set_->targets(); }
  std::vector<std::string> class_names() const override { return set_->class_names(); }
  ConfigValue conventions() const override { return set_->conventions(); }
  Device device() const override { return set_->device(); }

 private:
  DatasetPtr set_;
};

}  // namespace

Registry<Dataset>& datasets() {
  static Registry<Dataset> registry = [] {
    Registry<Dataset> all("data set");
    all.add<Made<CsvOptions, csv>>("csv");
    all.add<Made<FashionMnistOptions, fashion_mnist>>("fashion_mnist");
    all.add<Made<IdxOptions, idx>>("idx");
    all.add<Made<ImageFolderOptions, image_folder>>("image_folder");
    all.add<Made<TextOptions, text_file>>("text");
    return all;
  }();
  return registry;
}

}  // namespace tenon::inline v0::data
