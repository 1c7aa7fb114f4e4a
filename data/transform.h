#pragma once
#include <span>
#include <vector>

#include "tenon/core/array.h"
#include "tenon/core/options.h"
#include "tenon/data/draw.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

// Images are [height, width, channels], uint8 or float32. All throw ShapeError or DTypeError for anything else.

/// The order of the channels reversed: BGR to RGB, and back. Alpha, the fourth, stays where it is.
Array swap_channels(const Array& image);

enum class Interpolation { nearest, bilinear };
struct ResizeOptions {
  Required<Pair> size;  ///< height and width
  Interpolation mode = Interpolation::bilinear;
  bool antialias = true;  ///< bilinear only: widens the filter when shrinking

  using O = ResizeOptions;
  using fields = Fields<&O::size, &O::mode, &O::antialias>;
  /// Throws ValueError unless the size is positive.
  void check() const;
};
/// Resamples with pixel centres at half positions, as PyTorch's interpolate with align_corners=false does: bilinear by
/// a triangle filter, which antialias widens by the factor of shrinking; nearest takes floor(i * in / out). The dtype
/// stays; uint8 is rounded.
Array resize(const Array& image, const ResizeOptions& options);

/// The part of the image from row `top` and column `left`: a view. Throws IndexError where it leaves the image.
Array crop(const Array& image, int64_t top, int64_t left, Pair size);
/// The middle.
Array center_crop(const Array& image, Pair size);
/// A place that the draw chooses, after `padding` zeros on every side.
Array random_crop(const Array& image, Pair size, int64_t padding, Draw& draw);
/// Mirrored left to right with the given probability.
Array random_flip(const Array& image, double probability, Draw& draw);

// The same for a batch of images [N, height, width, channels], on any device: one draw an image, which gives what it
// would give for that image alone. All throw ShapeError for other images or another number of draws.
Array center_crop_batch(const Array& images, Pair size);
Array random_crop_batch(const Array& images, Pair size, int64_t padding, std::span<Draw> draws);
Array random_flip_batch(const Array& images, double probability, std::span<Draw> draws);

/// [..., height, width, channels] -> [..., channels, height, width], float32; uint8 is divided by 255. One image or a
/// batch of them.
Array to_chw(const Array& images);
/// (x - mean) / std for each channel of [..., channels, height, width], or, with fewer than three dimensions, for each
/// feature of [..., features]. One value serves all. Throws ShapeError where the number of values is neither 1 nor the
/// channels' (features'), ValueError for a std that is not positive.
Array normalize(const Array& x, const std::vector<double>& mean, const std::vector<double>& std);

}  // namespace data
}  // namespace v0
}  // namespace tenon
