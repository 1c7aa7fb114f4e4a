// cuDNN's convolutions behind one header of ours.
#pragma once
#include <cstdint>

#include "tenon/core/kernels/conv.h"
#include "tenon/core/kernels/launch.h"

namespace tenon::inline v0::cuda_backend {

/// Which of the three arrays of a convolution is the result: y, dx or dweight.
enum class ConvKind : uint8_t { forward, input_grad, weight_grad };

/// A convolution without its data. Images are channels-last; weights too: [o, kh, kw, c / groups] in memory.
struct ConvSizes {
  ConvKind kind;
  DType dtype;
  int64_t n, c, h, w, o, oh, ow, kh, kw;
  ConvGeometry g;

  ConvSizes(ConvKind kind_, const View& x, const View& y, const View& weight, const ConvGeometry& geometry)
      : kind(kind_),
        dtype(x.dtype),
        n(x.shape[0]),
        c(x.shape[1]),
        h(x.shape[2]),
        w(x.shape[3]),
        o(y.shape[1]),
        oh(y.shape[2]),
        ow(y.shape[3]),
        kh(weight.shape[2]),
        kw(weight.shape[3]),
        g(geometry) {}
  int64_t in() const { return c / g.groups; }
  int64_t out() const { return o / g.groups; }
  int64_t weight_numel() const { return o * in() * kh * kw; }
};

/// Computes the array that sizes.kind names from the other two. x and y are channels-last, and so is the weight:
/// [o, kh, kw, c / groups] in memory. StatusCode::unsupported: cuDNN does not do it.
Status by_cudnn(const ConvSizes& sizes, void* x, void* weight, void* y, const Launch& launch);

}  // namespace tenon::inline v0::cuda_backend
