#include "tenon/train/transforms.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tenon/core/check.h"
#include "tenon/core/config_write.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0::train {

namespace {

/// Sums over everything but the channels or features, in float64.
std::vector<double> sums(const Array& batch) {
  const Array totals = batch.ndim() >= 4 ? sum(batch, {0, 2, 3}) : sum(batch, 0);
  const auto view = totals.view<const double, 1>();
  std::vector<double> all;
  for (int64_t i = 0; i < totals.size(0); ++i) all.push_back(view(i));
  return all;
}

void add_to(std::vector<double>& totals, const std::vector<double>& values) {
  totals.resize(values.size());
  std::transform(totals.begin(), totals.end(), values.begin(), totals.begin(), std::plus());
}

}  // namespace

Array Transform::apply_batch(const Array& batch, std::span<data::Draw>) const { return apply(batch, nullptr); }

ConfigValue Transform::fit(const data::Dataset&) const { return ConfigValue::make_map(); }

Array Resize::apply(const Array& x, data::Draw*) const { return data::resize(x, options_); }

void CropOptions::check() const { check_positive(size, "size"); }

Array CenterCrop::apply(const Array& x, data::Draw*) const { return data::center_crop(x, options_.size); }

Array CenterCrop::apply_batch(const Array& batch, std::span<data::Draw>) const {
  return data::center_crop_batch(batch, options_.size);
}

void RandomCropOptions::check() const {
  check_positive(size, "size");
  TENON_CHECK(padding < std::min(size.value.h, size.value.w), ValueError, "padding must be below size, got ",
              int64_t{padding}, " for ", pair_text(size));
}

Array RandomCrop::apply(const Array& x, data::Draw* draw) const {
  return draw ? data::random_crop(x, options_.size, options_.padding, *draw) : data::center_crop(x, options_.size);
}

Array RandomCrop::apply_batch(const Array& batch, std::span<data::Draw> draws) const {
  return draws.empty() ? data::center_crop_batch(batch, options_.size)
                       : data::random_crop_batch(batch, options_.size, options_.padding, draws);
}

void RandomFlipOptions::check() const {
  TENON_CHECK(probability >= 0 && probability <= 1, ValueError, "probability must be from 0 to 1, got ", probability);
}

Array RandomFlip::apply(const Array& x, data::Draw* draw) const {
  return draw ? data::random_flip(x, options_.probability, *draw) : x;
}

Array RandomFlip::apply_batch(const Array& batch, std::span<data::Draw> draws) const {
  return draws.empty() ? batch : data::random_flip_batch(batch, options_.probability, draws);
}

Array ToCHW::apply(const Array& x, data::Draw*) const { return data::to_chw(x); }

void NormalizeOptions::check() const {
  TENON_CHECK(mean.size() == std.size(), ValueError, mean.size(), " values of mean, but ", std.size(), " of std");
  for (double s : std) TENON_CHECK(s > 0, ValueError, "std must be positive, got ", s);
}

Array Normalize::apply(const Array& x, data::Draw*) const { return data::normalize(x, options_.mean, options_.std); }

ConfigValue Normalize::fit(const data::Dataset& inputs) const {
  ConfigValue fitted = ConfigValue::make_map();
  if (!options_.mean.empty()) return fitted;
  std::vector<double> totals, squares;
  int64_t elements = 0;
  constexpr int64_t chunk = 1000;
  for (int64_t first = 0; first < inputs.size(); first += chunk) {
    std::vector<int64_t> indices(static_cast<size_t>(std::min(chunk, inputs.size() - first)));
    std::iota(indices.begin(), indices.end(), first);
    const std::vector<data::Draw> draws(indices.size());
    const Array batch = inputs.batch(indices, draws)["input"].to(float64);
    add_to(totals, sums(batch));
    add_to(squares, sums(batch * batch));
    elements += batch.numel();
  }
  TENON_CHECK(elements > 0, ValueError, "normalize: there is nothing to learn mean and std from");
  const double count = static_cast<double>(elements) / static_cast<double>(totals.size());
  NormalizeOptions options;
  for (size_t i = 0; i < totals.size(); ++i) {
    const double mean = totals[i] / count;
    const double variance = squares[i] / count - mean * mean;
    // Below this, what is left of a difference of squares is rounding.
    const bool constant = variance <= 1e-12 * squares[i] / count;
    options.mean.push_back(mean);
    options.std.push_back(constant ? 1 : std::sqrt(variance));
  }
  return to_config(options);
}

Registry<Transform>& transforms() {
  static Registry<Transform> registry = [] {
    Registry<Transform> all("transform");
    all.add<CenterCrop>("center_crop");
    all.add<Normalize>("normalize");
    all.add<RandomCrop>("random_crop");
    all.add<RandomFlip>("random_flip");
    all.add<Resize>("resize");
    all.add<ToCHW>("to_chw");
    return all;
  }();
  return registry;
}

}  // namespace tenon::inline v0::train
