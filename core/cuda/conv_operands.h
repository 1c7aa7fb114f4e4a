// A convolution as a product (product.h), for what cuDNN does not take: the outer axes are pixels, channels, or the
// elements ("taps") of a window's channels. Images are channels-last, weights row-major [o, c / groups, kh, kw]. A
// batch is a group. Host and device: a test walks it without a GPU.
#pragma once
#include <type_traits>

#include "tenon/core/cuda/product.h"
#include "tenon/core/kernels/conv.h"

namespace tenon::inline v0::cuda_backend {

/// One image's sizes, with a group's channels.
struct Plane {
  int64_t h, w, channels, group;
};

/// What the operands of one convolution share.
struct ConvShape {
  Plane x, y;
  int64_t kh, kw, stride[2], padding[2], dilation[2];

  ConvShape(const View& vx, const View& vy, const View& weight, const ConvGeometry& g)
      : x{vx.shape[2], vx.shape[3], vx.shape[1], vx.shape[1] / g.groups},
        y{vy.shape[2], vy.shape[3], vy.shape[1], vy.shape[1] / g.groups},
        kh(weight.shape[2]),
        kw(weight.shape[3]),
        stride{g.stride[0], g.stride[1]},
        padding{g.padding[0], g.padding[1]},
        dilation{g.dilation[0], g.dilation[1]} {}
  TENON_INLINE int64_t window() const { return kh * kw; }
  TENON_INLINE int64_t weight_numel() const { return x.group * kh * kw; }  ///< of one output channel
};

/// A pixel of an image: where its image begins, and its row and column as the other side counts.
struct PixelAt {
  int64_t image, row, column;
};
/// A tap: how far it is from its window's first pixel, and its channel within the group.
struct Tap {
  int64_t row, column, channel;
};

/// The p-th tap: channels follow each other, then columns, then rows.
TENON_INLINE Tap tap_of(const ConvShape& s, int64_t channels, int64_t p) {
  const int64_t place = quotient(p, channels), row = quotient(place, s.kw);
  return {row * s.dilation[0], (place - row * s.kw) * s.dilation[1], p - place * channels};
}
TENON_INLINE PixelAt pixel_of(const Plane& plane, int64_t i) {
  const int64_t line = quotient(i, plane.w), image = quotient(line, plane.h);
  return {image, line - image * plane.h, i - line * plane.w};
}

/// x under the windows: outer = pixels of y, depth = taps. What lies outside is 0.
template <class T>
struct Under {
  using Element = T;
  using Outer = PixelAt;
  using Depth = Tap;
  static constexpr bool depth_first = true;

  const T* data;
  ConvShape s;

  TENON_INLINE Under batch(int64_t g) const { return {data + g * s.x.group, s}; }
  TENON_INLINE Outer outer(int64_t i) const {
    const PixelAt p = pixel_of(s.y, i);
    return {p.image * s.x.h * s.x.w * s.x.channels, p.row * s.stride[0] - s.padding[0],
            p.column * s.stride[1] - s.padding[1]};
  }
  TENON_INLINE Depth depth(int64_t p) const { return tap_of(s, s.x.group, p); }
  TENON_INLINE Sum<T> at(const Outer& pixel, const Depth& tap) const {
    const int64_t row = pixel.row + tap.row, column = pixel.column + tap.column;
    if (row < 0 || row >= s.x.h || column < 0 || column >= s.x.w) return Sum<T>(0);
    return to_sum(data[pixel.image + (row * s.x.w + column) * s.x.channels + tap.channel]);
  }
};

/// y over the pixels of x that its windows cover: outer = pixels of x, depth = taps (whose channels are y's). 0 where
/// no window has the tap over the pixel.
template <class T>
struct Over {
  using Element = T;
  using Outer = PixelAt;
  using Depth = Tap;
  static constexpr bool depth_first = true;

  const T* data;
  ConvShape s;

  TENON_INLINE Over batch(int64_t g) const { return {data + g * s.y.group, s}; }
  TENON_INLINE Outer outer(int64_t i) const {
    const PixelAt p = pixel_of(s.x, i);
    return {p.image * s.y.h * s.y.w * s.y.channels, p.row + s.padding[0], p.column + s.padding[1]};
  }
  TENON_INLINE Depth depth(int64_t p) const { return tap_of(s, s.y.group, p); }
  TENON_INLINE Sum<T> at(const Outer& pixel, const Depth& tap) const {
    const int64_t down = pixel.row - tap.row, across = pixel.column - tap.column;
    if (down < 0 || across < 0) return Sum<T>(0);
    const int64_t row = quotient(down, s.stride[0]), column = quotient(across, s.stride[1]);
    if (row * s.stride[0] != down || row >= s.y.h || column * s.stride[1] != across || column >= s.y.w) {
      return Sum<T>(0);
    }
    return to_sum(data[pixel.image + (row * s.y.w + column) * s.y.channels + tap.channel]);
  }
};

/// A weight by taps. Its channels, and what is outer, lie `s_channel` and `s_outer` apart; a window's elements 1.
template <class T>
struct ByTaps {
  using Element = std::remove_const_t<T>;
  using Outer = int64_t;
  using Depth = int64_t;
  static constexpr bool depth_first = true;

  T* data;
  int64_t channels, s_channel, s_outer, s_group;

  /// outer = output channels, taps have input channels.
  TENON_INLINE static ByTaps of_outputs(T* data, const ConvShape& s) {
    return {data, s.x.group, s.window(), s.weight_numel(), s.y.group * s.weight_numel()};
  }
  /// outer = input channels, taps have output channels.
  TENON_INLINE static ByTaps of_inputs(T* data, const ConvShape& s) {
    return {data, s.y.group, s.weight_numel(), s.window(), s.y.group * s.weight_numel()};
  }
  TENON_INLINE ByTaps batch(int64_t g) const { return {data + g * s_group, channels, s_channel, s_outer, s_group}; }
  TENON_INLINE Outer outer(int64_t i) const { return i * s_outer; }
  TENON_INLINE Depth depth(int64_t p) const {
    const int64_t place = quotient(p, channels);
    return (p - place * channels) * s_channel + place;
  }
  TENON_INLINE auto at(Outer i, Depth p) const { return to_sum(data[i + p]); }
  /// As the target of a product [output channels, taps].
  template <class S>
  TENON_INLINE void operator()(int64_t g, int64_t i, int64_t p, S sum) const {
    data[g * s_group + outer(i) + depth(p)] = from_sum<T>(sum, false);
  }
};

/// Brings a weight [rows, channels, window] into [rows, window, channels], as cuDNN reads it beside channels-last
/// images, or back.
template <class T, bool Back>
struct PackWeight {
  T* to;
  const T* from;
  int64_t channels, window;

  /// t counts in [rows, window, channels].
  TENON_INLINE void operator()(int64_t t) const {
    const int64_t place = quotient(t, channels), channel = t - place * channels;
    const int64_t row = quotient(place, window), k = place - row * window;
    const int64_t plain = (row * channels + channel) * window + k;
    to[Back ? plain : t] = from[Back ? t : plain];
  }
};

}  // namespace tenon::inline v0::cuda_backend
