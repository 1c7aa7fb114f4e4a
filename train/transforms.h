#pragma once
#include <memory>
#include <span>
#include <vector>

#include "tenon/core/registry.h"
#include "tenon/data/dataset.h"
#include "tenon/data/transform.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// One step between what a data set holds and what the model sees: what a config lists under `data.transforms`.
class Transform {
 public:
  virtual ~Transform() = default;
  /// One input. In training `draw` gives what is random about it; in evaluation it is null, and nothing is random.
  virtual Array apply(const Array& x, data::Draw* draw) const = 0;
  /// Whether `apply` draws nothing, and takes a whole batch as well, with one axis more in front.
  virtual bool takes_batches() const { return false; }
  /// Whether `apply_batch` is there: for data that are kept on a device.
  virtual bool runs_on_devices() const { return takes_batches(); }
  /// A batch of inputs that are alike, on any device, as `apply` would leave them one by one; in evaluation there are
  /// no draws.
  virtual Array apply_batch(const Array& batch, std::span<data::Draw> draws) const;
  /// The options that it learns from the training data as the steps before it leave them, as a map; empty if it needs
  /// none.
  virtual ConfigValue fit(const data::Dataset& inputs) const;
};

/// The steps that a config can name. A program adds its own.
Registry<Transform>& transforms();

/// data::resize
class Resize : public Transform {
 public:
  using Options = data::ResizeOptions;
  explicit Resize(Options options) : options_(options) {}
  Array apply(const Array& x, data::Draw* draw) const override;

 private:
  Options options_;
};

struct CropOptions {
  Required<Pair> size;  ///< height and width

  using O = CropOptions;
  using fields = Fields<&O::size>;
  /// Throws ValueError unless the size is positive.
  void check() const;
};
/// data::center_crop
class CenterCrop : public Transform {
 public:
  using Options = CropOptions;
  explicit CenterCrop(Options options) : options_(options) {}
  Array apply(const Array& x, data::Draw* draw) const override;
  bool runs_on_devices() const override { return true; }
  Array apply_batch(const Array& batch, std::span<data::Draw> draws) const override;

 private:
  Options options_;
};

struct RandomCropOptions {
  Required<Pair> size;  ///< height and width
  Count padding = 0;    ///< zeros on every side before

  using O = RandomCropOptions;
  using fields = Fields<&O::size, &O::padding>;
  /// Throws ValueError unless the size is positive and larger than the padding: each crop sees something of the image.
  void check() const;
};
/// data::random_crop; in evaluation the middle.
class RandomCrop : public Transform {
 public:
  using Options = RandomCropOptions;
  explicit RandomCrop(Options options) : options_(options) {}
  Array apply(const Array& x, data::Draw* draw) const override;
  bool runs_on_devices() const override { return true; }
  Array apply_batch(const Array& batch, std::span<data::Draw> draws) const override;

 private:
  Options options_;
};

struct RandomFlipOptions {
  double probability = 0.5;

  using O = RandomFlipOptions;
  using fields = Fields<&O::probability>;
  /// Throws ValueError unless 0 <= probability <= 1.
  void check() const;
};
/// data::random_flip; in evaluation nothing.
class RandomFlip : public Transform {
 public:
  using Options = RandomFlipOptions;
  explicit RandomFlip(Options options) : options_(options) {}
  Array apply(const Array& x, data::Draw* draw) const override;
  bool runs_on_devices() const override { return true; }
  Array apply_batch(const Array& batch, std::span<data::Draw> draws) const override;

 private:
  Options options_;
};

/// data::to_chw
class ToCHW : public Transform {
 public:
  using Options = NoOptions;
  explicit ToCHW(Options = {}) {}
  Array apply(const Array& x, data::Draw* draw) const override;
  bool takes_batches() const override { return true; }
};

struct NormalizeOptions {
  std::vector<double> mean, std;  ///< without any: those of the training data

  using O = NormalizeOptions;
  using fields = Fields<&O::mean, &O::std>;
  /// Throws ValueError unless there are as many of one as of the other, and std is positive.
  void check() const;
};
/// data::normalize. A channel or feature that is the same in all training data is only shifted.
class Normalize : public Transform {
 public:
  using Options = NormalizeOptions;
  explicit Normalize(Options options) : options_(std::move(options)) {}
  Array apply(const Array& x, data::Draw* draw) const override;
  bool takes_batches() const override { return true; }
  ConfigValue fit(const data::Dataset& inputs) const override;

 private:
  Options options_;
};

}  // namespace train
}  // namespace v0
}  // namespace tenon
