#include "tenon/data/transform.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tenon/core/check.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/arrange.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/data/detail/collate.h"

namespace tenon::inline v0::data {

namespace {

void check_pixels(const Array& image, const char* op) {
  TENON_CHECK(image.dtype() == uint8 || image.dtype() == float32, DTypeError, op, ": expected uint8 or float32, got ",
              name_of(image.dtype()));
}

void check_image(const Array& image, const char* op) {
  TENON_CHECK(image.ndim() == 3, ShapeError, op, ": expected an image [height, width, channels], got ", image.shape());
  check_pixels(image, op);
}

/// What one output position takes of one axis: weights of `in` positions from `first`.
struct Taps {
  int64_t first;
  std::vector<float> weights;
};

std::vector<Taps> taps_for(int64_t in, int64_t out, const ResizeOptions& options) {
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const float nearest_scale = static_cast<float>(in) / static_cast<float>(out);  // PyTorch rounds as float32 does
  std::vector<Taps> taps;
  for (int64_t i = 0; i < out; ++i) {
    if (options.mode == Interpolation::nearest) {
      taps.push_back({std::min(static_cast<int64_t>(static_cast<float>(i) * nearest_scale), in - 1), {1}});
      continue;
    }
    const double radius = options.antialias ? std::max(scale, 1.0) : 1.0;
    const double centre = (static_cast<double>(i) + 0.5) * scale;
    // Without antialias, positions before the first or behind the last pixel read that pixel, as PyTorch does.
    const double at = options.antialias ? centre : std::clamp(centre, 0.5, static_cast<double>(in) - 0.5);
    const auto first = std::max<int64_t>(0, static_cast<int64_t>(std::floor(at - radius + 0.5)));
    const auto last = std::min<int64_t>(in, static_cast<int64_t>(std::floor(at + radius + 0.5)));
    Taps tap{first, {}};
    double total = 0;
    for (int64_t k = first; k < last; ++k) {
      const double weight = std::max(0.0, 1 - std::abs((static_cast<double>(k) + 0.5 - at) / radius));
      tap.weights.push_back(static_cast<float>(weight));
      total += weight;
    }
    for (float& w : tap.weights) w = static_cast<float>(w / total);
    taps.push_back(std::move(tap));
  }
  return taps;
}

/// out[o, i, :] = sum of taps of in[o, k, :], for rows of `inner` floats.
void resample(const float* in, float* out, int64_t outer, int64_t in_size, int64_t inner,
              const std::vector<Taps>& taps) {
  for (int64_t o = 0; o < outer; ++o, in += in_size * inner) {
    for (const Taps& tap : taps) {
      std::fill(out, out + inner, 0.f);
      const float* row = in + tap.first * inner;
      for (float w : tap.weights) {
        for (int64_t c = 0; c < inner; ++c) out[c] += w * row[c];
        row += inner;
      }
      out += inner;
    }
  }
}

Array round_to_uint8(const Array& x) {
  Array out = empty(x.shape(), uint8);
  const auto* from = static_cast<const float*>(x.data());
  auto* to = static_cast<uint8_t*>(out.data());
  for (int64_t i = 0; i < x.numel(); ++i) to[i] = static_cast<uint8_t>(std::clamp(std::nearbyint(from[i]), 0.f, 255.f));
  return out;
}

/// Values for the channels of [..., channels, height, width], or for the features of [..., features].
Array along(const std::vector<double>& values, const Array& x, const char* what) {
  const auto count = static_cast<int64_t>(values.size());
  const bool images = x.ndim() >= 3;
  const int64_t expected = x.size(images ? -3 : -1);
  TENON_CHECK(count == 1 || count == expected, ShapeError, "normalize: ", count, " values of ", what, " for ", expected,
              images ? " channels" : " features");
  return detail::numbers_on(x.device(), std::vector<float>(values.begin(), values.end()),
                            images ? Shape{count, 1, 1} : Shape{count});
}

/// Rows lie along `axis`, columns behind it.
Array part_of(const Array& x, int axis, int64_t top, int64_t left, Pair size) {
  // Nothing is added before it is known to be small.
  const auto inside_of = [](int64_t begin, int64_t length, int64_t all) {
    return begin >= 0 && length >= 0 && length <= all && begin <= all - length;
  };
  const bool inside = inside_of(top, size.h, x.size(axis)) && inside_of(left, size.w, x.size(axis + 1));
  TENON_CHECK(inside, IndexError, "crop: ", size.h, " x ", size.w, " from (", top, ", ", left, ") leaves the image of ",
              x.size(axis), " x ", x.size(axis + 1));
  return slice(slice(x, axis, top, top + size.h), axis + 1, left, left + size.w);
}

int64_t middle(int64_t all, int64_t part) { return (all - std::max<int64_t>(part, 0)) / 2; }

/// How many places a crop has along one axis.
Pair places_of_crop(int64_t height, int64_t width, Pair size, int64_t padding) {
  TENON_CHECK(padding >= 0, ValueError, "random_crop: negative padding ", padding);
  const int64_t h = height + 2 * padding, w = width + 2 * padding;
  const Pair places(h - size.h + 1, w - size.w + 1);
  TENON_CHECK(places.h > 0 && places.w > 0, IndexError, "random_crop: ", size.h, " x ", size.w,
              " is larger than the image of ", h, " x ", w);
  return places;
}

void check_images(const Array& images, const char* op, size_t draws) {
  TENON_CHECK(images.ndim() == 4, ShapeError, op, ": expected images [N, height, width, channels], got ",
              images.shape());
  TENON_CHECK(static_cast<size_t>(images.size(0)) == draws, ShapeError, op, ": ", images.size(0), " images, but ",
              draws, " draws");
  check_pixels(images, op);
}

Array crop_flip_at(const Array& images, std::vector<int64_t> places, Pair size) {
  return crop_flip(images, detail::numbers_on(images.device(), std::move(places), {images.size(0), 3}), size);
}

}  // namespace

void ResizeOptions::check() const { check_positive(size, "size"); }

Array swap_channels(const Array& image) {
  check_image(image, "swap_channels");
  const int64_t channels = image.size(2);
  TENON_CHECK(channels == 3 || channels == 4, ShapeError, "swap_channels: expected 3 or 4 channels, got ", channels);
  Array out = image.clone();
  copy_(slice(out, 2, 0, 1), slice(image, 2, 2, 3));
  copy_(slice(out, 2, 2, 3), slice(image, 2, 0, 1));
  return out;
}

Array resize(const Array& image, const ResizeOptions& options) {
  check_image(image, "resize");
  const Pair size = checked("resize", options).size;
  TENON_CHECK(image.numel() > 0, ShapeError, "resize: the image is empty: ", image.shape());
  const Array in = contiguous(image.to(float32));
  const int64_t h = image.size(0), w = image.size(1), c = image.size(2);
  const Array rows = empty({h, size.w, c}), out = empty({size.h, size.w, c});
  resample(static_cast<const float*>(in.data()), static_cast<float*>(rows.data()), h, w, c,
           taps_for(w, size.w, options));
  resample(static_cast<const float*>(rows.data()), static_cast<float*>(out.data()), 1, h, size.w * c,
           taps_for(h, size.h, options));
  return image.dtype() == uint8 ? round_to_uint8(out) : out;
}

Array crop(const Array& image, int64_t top, int64_t left, Pair size) {
  check_image(image, "crop");
  return part_of(image, 0, top, left, size);
}

Array center_crop(const Array& image, Pair size) {
  check_image(image, "center_crop");
  return crop(image, middle(image.size(0), size.h), middle(image.size(1), size.w), size);
}

Array center_crop_batch(const Array& images, Pair size) {
  check_images(images, "center_crop", static_cast<size_t>(images.ndim() ? images.size(0) : 0));
  return part_of(images, 1, middle(images.size(1), size.h), middle(images.size(2), size.w), size);
}

Array random_crop(const Array& image, Pair size, int64_t padding, Draw& draw) {
  check_image(image, "random_crop");
  const Pair places = places_of_crop(image.size(0), image.size(1), size, padding);
  Array padded = image;
  if (padding > 0) {
    padded = zeros({image.size(0) + 2 * padding, image.size(1) + 2 * padding, image.size(2)}, image.dtype());
    copy_(crop(padded, padding, padding, {image.size(0), image.size(1)}), image);
  }
  const int64_t top = draw.below(places.h);
  const int64_t left = draw.below(places.w);
  return crop(padded, top, left, size);
}

Array random_crop_batch(const Array& images, Pair size, int64_t padding, std::span<Draw> draws) {
  check_images(images, "random_crop", draws.size());
  const Pair places = places_of_crop(images.size(1), images.size(2), size, padding);
  std::vector<int64_t> begins;
  for (Draw& draw : draws) {
    begins.push_back(draw.below(places.h) - padding);
    begins.push_back(draw.below(places.w) - padding);
    begins.push_back(false);
  }
  return crop_flip_at(images, std::move(begins), size);
}

Array random_flip_batch(const Array& images, double probability, std::span<Draw> draws) {
  check_images(images, "random_flip", draws.size());
  std::vector<int64_t> places;
  for (Draw& draw : draws) places.insert(places.end(), {0, 0, draw.uniform() < probability});
  return crop_flip_at(images, std::move(places), {images.size(1), images.size(2)});
}

Array random_flip(const Array& image, double probability, Draw& draw) {
  check_image(image, "random_flip");
  if (draw.uniform() >= probability) return image;
  return flip(image, 1);
}

Array to_chw(const Array& images) {
  TENON_CHECK(images.ndim() >= 3, ShapeError, "to_chw: expected images [..., height, width, channels], got ",
              images.shape());
  check_pixels(images, "to_chw");
  const Array scaled = images.dtype() == uint8 ? images.to(float32) / 255.f : images;
  std::vector<int64_t> order(static_cast<size_t>(images.ndim()));
  std::iota(order.begin(), order.end(), 0);
  std::rotate(order.end() - 3, order.end() - 1, order.end());
  return contiguous(permute(scaled, order));
}

Array normalize(const Array& x, const std::vector<double>& mean, const std::vector<double>& std) {
  TENON_CHECK(x.ndim() >= 1, ShapeError, "normalize: expected [..., channels, height, width] or [..., features], got ",
              x.shape());
  for (double s : std) TENON_CHECK(s > 0, ValueError, "normalize: std must be positive, got ", s);
  const Array centred = x - along(mean, x, "mean");
  return centred / along(std, x, "std");
}

}  // namespace tenon::inline v0::data
