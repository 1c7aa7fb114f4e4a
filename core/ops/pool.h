#pragma once
#include <optional>

#include "tenon/core/array.h"
#include "tenon/core/options.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Windows over the height and width of images [n, c, h, w]. A result has the layout of its input: channels-last is
// faster. Throw ShapeError unless there are four dimensions and the kernel fits, ValueError for options out of range.

struct MaxPool2dOptions {
  Required<Pair> kernel;
  std::optional<Pair> stride{};  ///< default: the kernel
  Pair padding = 0;
  Pair dilation = 1;
  bool ceil_mode = false;  ///< a last window may reach beyond the padded image, if it begins within
};
/// The maximum of each window; nan if it holds one. -> [n, c, oh, ow] with
/// oh = (h + 2 padding - dilation (kernel - 1) - 1) / stride + 1, rounded down, or up in ceil_mode. Padding is no
/// candidate.
Array max_pool2d(const Array& x, const MaxPool2dOptions& options);
/// With a square kernel and its size as stride.
inline Array max_pool2d(const Array& x, int64_t kernel) { return max_pool2d(x, MaxPool2dOptions{.kernel = kernel}); }

/// Values and where they were found.
template <class X>
struct MaxPooled {
  X values;
  X indices;  ///< int32: row * width + column within the image's plane
};
/// max_pool2d and where each maximum was, -1 where a window holds padding alone. Both [n, c, oh, ow].
MaxPooled<Array> max_pool2d_with_indices(const Array& x, const MaxPool2dOptions& options);
/// The gradient by an x of the given height and width, from the indices of the forward pass: dy [n, c, oh, ow] ->
/// [n, c, h, w], each dy added where its maximum was. Throws ShapeError where dy, indices and windows do not fit,
/// DTypeError unless the indices are int32 on dy's device.
Array max_pool2d_grad(const Array& dy, const Array& indices, Pair input, const MaxPool2dOptions& options);
/// The elements of x [n, c, h, w] at the indices [n, c, oh, ow], 0 at -1: the gradient of max_pool2d_grad. Same errors,
/// and IndexError for an index beyond the plane.
Array max_pool2d_pick(const Array& x, const Array& indices);

struct AvgPool2dOptions {
  Required<Pair> kernel;
  std::optional<Pair> stride{};  ///< default: the kernel
  Pair padding = 0;
  bool count_include_pad = true;  ///< divides by the kernel's size also where a window reaches into the padding
};
/// The mean of each window, sizes as in max_pool2d.
Array avg_pool2d(const Array& x, const AvgPool2dOptions& options);
inline Array avg_pool2d(const Array& x, int64_t kernel) { return avg_pool2d(x, AvgPool2dOptions{.kernel = kernel}); }
/// dy [n, c, oh, ow] -> [n, c, h, w] of the given height and width: each dy shared out evenly over its window. Throws
/// ShapeError where the two do not fit.
Array avg_pool2d_grad(const Array& dy, Pair input, const AvgPool2dOptions& options);

/// Means of output.h x output.w windows that cover the image: row i's window goes from i h / output.h, rounded down, to
/// (i + 1) h / output.h, rounded up. `adaptive_avg_pool2d(x, 1)` is the mean of each plane.
Array adaptive_avg_pool2d(const Array& x, Pair output);
/// The same for those windows.
Array adaptive_avg_pool2d_grad(const Array& dy, Pair input);

}  // namespace v0
}  // namespace tenon
