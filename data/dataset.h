#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tenon/core/array.h"
#include "tenon/core/config_value.h"
#include "tenon/data/draw.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

/// Named arrays in order: `input`, `target`, ... One sample, or a batch, whose arrays have a leading axis.
class Sample {
 public:
  Sample() = default;
  Sample(std::initializer_list<std::pair<std::string, Array>> arrays) : arrays_(arrays) {}

  /// Throws ValueError, naming what there is.
  const Array& operator[](const std::string& name) const;
  Array& operator[](const std::string& name);
  void set(const std::string& name, Array value);
  auto begin() const { return arrays_.begin(); }
  auto end() const { return arrays_.end(); }
  size_t size() const { return arrays_.size(); }

 private:
  std::vector<std::pair<std::string, Array>> arrays_;
};

/// Samples by number. Everything is const and may be called from any thread.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual int64_t size() const = 0;
  /// Sample i, 0 <= i < size(). What is random about it comes from `draw`.
  virtual Sample get(int64_t i, const Draw& draw) const = 0;
  /// Several samples, stacked along a new first axis; one draw each. Sets that hold their data in memory override it by
  /// one gather. An Error that `get` throws is thrown with the sample's number, anything else as it is.
  virtual Sample batch(std::span<const int64_t> indices, std::span<const Draw> draws) const;
  /// The targets of all samples, along the first axis, where they are at hand without reading the samples; not defined
  /// elsewhere.
  virtual Array targets() const { return {}; }
  /// Where its samples are: those that are kept on a device are gathered and transformed there.
  virtual Device device() const { return cpu; }
  /// What the classes are called, if the targets are classes.
  virtual std::vector<std::string> class_names() const { return {}; }
  /// The options, given or found out, that say what its numbers mean: which columns in which order, which classes. A
  /// map; another set for the same model takes them where it says nothing else.
  virtual ConfigValue conventions() const { return ConfigValue::make_map(); }
};
using DatasetPtr = std::shared_ptr<const Dataset>;

/// Uninitialised memory for the arrays of a batch, C order, on the CPU. What `batch` gathers into it, a loader uploads
/// without another copy.
Array empty_batch(const Shape& shape, DType dtype);

/// Throws IndexError unless 0 <= i < size.
void check_index(int64_t i, int64_t size);

/// Arrays in memory whose first axis counts samples. A sample is a view of them, and read-only: `s["input"] -= 1`
/// throws ReadOnlyError, `s["input"] = s["input"] - 1` makes another. Throws ShapeError where sizes differ, naming
/// both.
DatasetPtr in_memory(Sample arrays, std::vector<std::string> class_names = {});
/// Each sample through a function. What decorators below it draw, it does not draw again.
DatasetPtr transform(DatasetPtr base, std::function<Sample(Sample, Draw)> function);
/// Each batch through a function that draws nothing and treats samples alike: one call a batch, not one a sample.
DatasetPtr transform_batch(DatasetPtr base, std::function<Sample(Sample)> function);
/// The same with one draw for each sample. What decorators below it draw, it does not draw again.
DatasetPtr transform_batch(DatasetPtr base, std::function<Sample(Sample, std::span<Draw>)> function);
/// The samples with the given numbers, in that order. Throws IndexError.
DatasetPtr subset(DatasetPtr base, std::vector<int64_t> indices);
/// The same samples; `conventions` is what it gives as its own.
DatasetPtr with_conventions(DatasetPtr base, ConfigValue conventions);
/// Samples are computed once and kept, read-only. For transforms that draw nothing.
DatasetPtr cache(DatasetPtr base);
/// Samples are read once, with draws of nobody's, and kept on a device; batches are gathered there. For sets that draw
/// nothing and whose samples are alike; on the CPU, the base itself. Throws ShapeError where samples differ.
DatasetPtr on_device(DatasetPtr base, Device device);

}  // namespace data
}  // namespace v0
}  // namespace tenon
