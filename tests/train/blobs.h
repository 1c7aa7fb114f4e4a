// Three classes of points in the plane, and a line through points: data sets that need no file.
#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "tenon/core/ops/create.h"
#include "tenon/data/dataset.h"
#include "tenon/data/datasets.h"

namespace tenon::testing {

struct SizeOptions {
  Count size = 96;
  using fields = Fields<&SizeOptions::size>;
};

class Blobs : public data::Dataset {
 public:
  using Options = SizeOptions;
  explicit Blobs(Options options) : size_(options.size) {}
  int64_t size() const override { return size_; }
  data::Sample get(int64_t i, const data::Draw&) const override {
    data::Draw noise(7, 0, i);
    const auto kind = static_cast<double>(i % 3);
    const auto x = static_cast<float>(std::cos(2.1 * kind) + noise.uniform(-0.3, 0.3));
    const auto y = static_cast<float>(std::sin(2.1 * kind) + noise.uniform(-0.3, 0.3));
    return {{"input", array({x, y})}, {"target", full({}, i % 3, int64)}};
  }
  std::vector<std::string> class_names() const override { return {"east", "north", "south"}; }

 private:
  int64_t size_;
};

/// target = 3 input - 1
class Line : public data::Dataset {
 public:
  using Options = SizeOptions;
  explicit Line(Options options) : size_(options.size) {}
  int64_t size() const override { return size_; }
  data::Sample get(int64_t i, const data::Draw&) const override {
    const auto x = static_cast<float>(i) / static_cast<float>(size_);
    return {{"input", array({x})}, {"target", array({3 * x - 1})}};
  }

 private:
  int64_t size_;
};

inline void register_test_sets() {
  data::datasets().add<Blobs>("Blobs");
  data::datasets().add<Line>("Line");
}

}  // namespace tenon::testing
