#include "tenon/data/dataset.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <numeric>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/streams.h"
#include "tenon/data/detail/collate.h"

namespace tenon::inline v0::data {

namespace {

Shape with_leading(int64_t n, const Shape& shape) {
  Shape result = shape;
  result.insert(0, n);
  return result;
}

/// The samples' arrays of one name, stacked. One copy each, no op in between: this runs for every sample.
Array stack(const std::vector<Sample>& samples, const std::string& name) {
  const Array& first = samples.front()[name];
  const Array out = empty_batch(with_leading(static_cast<int64_t>(samples.size()), first.shape()), first.dtype());
  const size_t bytes = static_cast<size_t>(first.numel()) * size_of(first.dtype());
  char* to = static_cast<char*>(out.data());
  for (const Sample& sample : samples) {
    const Array& x = sample[name];
    TENON_CHECK(x.shape() == first.shape() && x.dtype() == first.dtype(), ShapeError, "batch: samples of ", name,
                " differ: ", first.shape(), " ", name_of(first.dtype()), " and ", x.shape(), " ", name_of(x.dtype()));
    const Array plain = contiguous(x.cpu());
    if (bytes) std::memcpy(to, plain.data(), bytes);
    to += bytes;
  }
  return out;
}

/// Rows of the first axis, copied together.
Array gather_rows(const Array& x, std::span<const int64_t> indices) {
  Shape shape = x.shape();
  shape[0] = static_cast<int64_t>(indices.size());
  Array out = empty_batch(shape, x.dtype());
  if (out.numel() == 0) return out;
  const size_t row = static_cast<size_t>(out.numel()) / indices.size() * size_of(x.dtype());
  const char* from = static_cast<const char*>(x.data());
  char* to = static_cast<char*>(out.data());
  for (int64_t i : indices) {
    check_index(i, x.size(0));
    std::memcpy(to, from + static_cast<size_t>(i) * row, row);
    to += row;
  }
  return out;
}

/// The same memory, which nobody can write through it: whoever gets a sample must not change the data set.
Array read_only(const Array& x) {
  if (x.read_only() || !x.device().is_cpu()) return x;
  return Array::from_memory(x.data(), x.shape(), x.strides(), x.dtype(), x, true);
}

class InMemory : public Dataset {
 public:
  InMemory(Sample arrays, std::vector<std::string> class_names) : class_names_(std::move(class_names)) {
    TENON_CHECK(arrays.size() > 0, ValueError, "in_memory: there is no array");
    for (const auto& [name, array] : arrays) {
      TENON_CHECK(array.ndim() > 0, ShapeError, "in_memory: ", name, " has no axis that counts samples");
      if (size_ < 0) size_ = array.size(0);
      TENON_CHECK(array.size(0) == size_, ShapeError, "in_memory: ", arrays.begin()->first, " has ", size_,
                  " samples, but ", name, " has ", array.size(0));
      arrays_.set(name, read_only(contiguous(array.cpu())));
    }
  }
  int64_t size() const override { return size_; }
  Sample get(int64_t i, const Draw&) const override {
    check_index(i, size_);
    Sample sample;
    for (const auto& [name, array] : arrays_) sample.set(name, select(array, 0, i));
    return sample;
  }
  Sample batch(std::span<const int64_t> indices, std::span<const Draw>) const override {
    Sample batch;
    for (const auto& [name, array] : arrays_) batch.set(name, gather_rows(array, indices));
    return batch;
  }
  Array targets() const override {
    for (const auto& [name, array] : arrays_) {
      if (name == "target") return array;
    }
    return {};
  }
  std::vector<std::string> class_names() const override { return class_names_; }

 private:
  Sample arrays_;
  int64_t size_ = -1;
  std::vector<std::string> class_names_;
};

DatasetPtr given(const char* op, DatasetPtr base) {
  TENON_CHECK(base, ValueError, op, ": there is no data set");
  return base;
}

/// A set before another, with its size and what it says of itself; the targets may be others.
class Decorator : public Dataset {
 public:
  explicit Decorator(DatasetPtr base) : base_(std::move(base)) {}
  int64_t size() const override { return base_->size(); }
  std::vector<std::string> class_names() const override { return base_->class_names(); }
  ConfigValue conventions() const override { return base_->conventions(); }
  Device device() const override { return base_->device(); }

 protected:
  DatasetPtr base_;
};

class Transformed : public Decorator {
 public:
  Transformed(DatasetPtr base, std::function<Sample(Sample, Draw)> function)
      : Decorator(std::move(base)), function_(std::move(function)) {}
  Sample get(int64_t i, const Draw& draw) const override { return function_(base_->get(i, draw.inner()), draw); }

 private:
  std::function<Sample(Sample, Draw)> function_;
};

class BatchTransformed : public Decorator {
 public:
  /// `draws`: whether the function draws.
  BatchTransformed(DatasetPtr base, std::function<Sample(Sample, std::span<Draw>)> function, bool draws)
      : Decorator(std::move(base)), function_(std::move(function)), draws_(draws) {}
  Sample get(int64_t i, const Draw& draw) const override {
    Sample sample;
    for (const auto& [name, array] : batch({&i, 1}, {&draw, 1})) sample.set(name, select(array, 0, 0));
    return sample;
  }
  Sample batch(std::span<const int64_t> indices, std::span<const Draw> draws) const override {
    std::vector<Draw> own(draws.begin(), draws.end());
    if (!draws_) return function_(base_->batch(indices, draws), own);
    std::vector<Draw> inner;
    for (const Draw& draw : draws) inner.push_back(draw.inner());
    return function_(base_->batch(indices, inner), own);
  }

 private:
  std::function<Sample(Sample, std::span<Draw>)> function_;
  bool draws_;
};

class Subset : public Decorator {
 public:
  Subset(DatasetPtr base, std::vector<int64_t> indices) : Decorator(std::move(base)), indices_(std::move(indices)) {
    for (int64_t i : indices_) {
      TENON_CHECK(i >= 0 && i < base_->size(), IndexError, "subset: index ", i, " is out of range for a set of ",
                  base_->size());
    }
  }
  int64_t size() const override { return static_cast<int64_t>(indices_.size()); }
  Sample get(int64_t i, const Draw& draw) const override { return base_->get(base_index(i), draw); }
  Sample batch(std::span<const int64_t> indices, std::span<const Draw> draws) const override {
    std::vector<int64_t> mapped;
    for (int64_t i : indices) mapped.push_back(base_index(i));
    return base_->batch(mapped, draws);
  }
  Array targets() const override {
    const Array all = base_->targets();
    return all.defined() ? gather_rows(all, indices_) : all;
  }

 private:
  int64_t base_index(int64_t i) const {
    check_index(i, size());
    return indices_[static_cast<size_t>(i)];
  }

  std::vector<int64_t> indices_;
};

class Cached : public Decorator {
 public:
  explicit Cached(DatasetPtr base) : Decorator(std::move(base)), kept_(static_cast<size_t>(base_->size())) {}
  Sample get(int64_t i, const Draw& draw) const override {
    check_index(i, size());
    auto& slot = kept_[static_cast<size_t>(i)];
    std::call_once(slot.once, [&] {
      for (const auto& [name, array] : base_->get(i, draw)) slot.sample.set(name, read_only(array));
    });
    return slot.sample;
  }
  Array targets() const override { return base_->targets(); }

 private:
  struct Slot {
    std::once_flag once;
    Sample sample;
  };
  mutable std::vector<Slot> kept_;
};

class OnDevice : public Decorator {
 public:
  OnDevice(DatasetPtr base, Device device) : Decorator(std::move(base)), device_(device) {
    constexpr int64_t chunk = 256;
    for (int64_t first = 0; first < size(); first += chunk) read(first, std::min(first + chunk, size()));
    synchronize(device);  // batches are gathered on other streams
  }
  Sample get(int64_t i, const Draw&) const override {
    check_index(i, size());
    Sample sample;
    for (const auto& [name, array] : arrays_) sample.set(name, select(array, 0, i));
    return sample;
  }
  Sample batch(std::span<const int64_t> indices, std::span<const Draw>) const override {
    for (int64_t i : indices) check_index(i, size());
    const Array rows = detail::numbers_on(device_, std::vector(indices.begin(), indices.end()),
                                          {static_cast<int64_t>(indices.size())});
    Sample batch;
    for (const auto& [name, array] : arrays_) batch.set(name, index_select(array, 0, rows));
    return batch;
  }
  Array targets() const override { return base_->targets(); }
  Device device() const override { return device_; }

 private:
  void read(int64_t first, int64_t last) {
    std::vector<int64_t> indices(static_cast<size_t>(last - first));
    std::iota(indices.begin(), indices.end(), first);
    for (const auto& [name, samples] : base_->batch(indices, std::vector<Draw>(indices.size()))) {
      if (first == 0) {
        const Shape one = select(samples, 0, 0).shape();
        arrays_.set(name, empty(with_leading(size(), one), samples.dtype(), device_));
      }
      const Array to = slice(arrays_[name], 0, first, last);
      TENON_CHECK(samples.shape() == to.shape() && samples.dtype() == to.dtype(), ShapeError, "on_device: samples of ",
                  name, " differ: ", select(to, 0, 0).shape(), " ", name_of(to.dtype()), " and ",
                  select(samples, 0, 0).shape(), " ", name_of(samples.dtype()));
      copy_(to, samples.to(device_));
    }
  }

  Device device_;
  Sample arrays_;
};

class WithConventions : public Decorator {
 public:
  WithConventions(DatasetPtr base, ConfigValue conventions)
      : Decorator(std::move(base)), conventions_(std::move(conventions)) {}
  Sample get(int64_t i, const Draw& draw) const override { return base_->get(i, draw); }
  Sample batch(std::span<const int64_t> indices, std::span<const Draw> draws) const override {
    return base_->batch(indices, draws);
  }
  Array targets() const override { return base_->targets(); }
  ConfigValue conventions() const override { return conventions_; }

 private:
  ConfigValue conventions_;
};

Sample get_sample(const Dataset& set, int64_t i, const Draw& draw) {
  try {
    return set.get(i, draw);
  } catch (Error& error) {
    error.prepend(text("sample ", i, ": "));
    throw;
  }
}

}  // namespace

void check_index(int64_t i, int64_t size) {
  TENON_CHECK(i >= 0 && i < size, IndexError, "dataset: sample ", i, " is out of range for a set of ", size);
}

const Array& Sample::operator[](const std::string& name) const {
  std::string known;
  for (const auto& [key, array] : arrays_) {
    if (key == name) return array;
    known += (known.empty() ? "" : ", ") + key;
  }
  throw ValueError(text("sample: there is no array ", name, " (there is ", known, ")"));
}

Array& Sample::operator[](const std::string& name) { return const_cast<Array&>(std::as_const(*this)[name]); }

void Sample::set(const std::string& name, Array value) {
  const auto found =
      std::find_if(arrays_.begin(), arrays_.end(), [&](const auto& entry) { return entry.first == name; });
  if (found != arrays_.end()) {
    found->second = std::move(value);
  } else {
    arrays_.emplace_back(name, std::move(value));
  }
}

Sample Dataset::batch(std::span<const int64_t> indices, std::span<const Draw> draws) const {
  TENON_CHECK(!indices.empty() && indices.size() == draws.size(), ValueError, "batch: ", indices.size(),
              " indices, but ", draws.size(), " draws");
  std::vector<Sample> samples;
  for (size_t k = 0; k < indices.size(); ++k) samples.push_back(get_sample(*this, indices[k], draws[k]));
  Sample batch;
  for (const auto& [name, array] : samples.front()) batch.set(name, stack(samples, name));
  return batch;
}

DatasetPtr in_memory(Sample arrays, std::vector<std::string> class_names) {
  return std::make_shared<InMemory>(std::move(arrays), std::move(class_names));
}
DatasetPtr transform(DatasetPtr base, std::function<Sample(Sample, Draw)> function) {
  return std::make_shared<Transformed>(given("transform", std::move(base)), std::move(function));
}
DatasetPtr transform_batch(DatasetPtr base, std::function<Sample(Sample)> function) {
  return std::make_shared<BatchTransformed>(
      given("transform_batch", std::move(base)),
      [f = std::move(function)](Sample batch, std::span<Draw>) { return f(std::move(batch)); }, false);
}
DatasetPtr transform_batch(DatasetPtr base, std::function<Sample(Sample, std::span<Draw>)> function) {
  return std::make_shared<BatchTransformed>(given("transform_batch", std::move(base)), std::move(function), true);
}
DatasetPtr subset(DatasetPtr base, std::vector<int64_t> indices) {
  return std::make_shared<Subset>(given("subset", std::move(base)), std::move(indices));
}
DatasetPtr with_conventions(DatasetPtr base, ConfigValue conventions) {
  return std::make_shared<WithConventions>(given("with_conventions", std::move(base)), std::move(conventions));
}
DatasetPtr on_device(DatasetPtr base, Device device) {
  if (given("on_device", base)->device() == device) return base;
  return std::make_shared<OnDevice>(std::move(base), device);
}
DatasetPtr cache(DatasetPtr base) { return std::make_shared<Cached>(given("cache", std::move(base))); }

}  // namespace tenon::inline v0::data
