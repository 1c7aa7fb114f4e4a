// Convolutions: cuDNN where it has a plan, else as a product by our own kernel. cuDNN wants weights channels-last, like
// the images: they take that layout in a workspace, at every call, which costs little beside the convolution, and
// nothing can go stale.
#include "tenon/core/cuda/aligned_workspace.h"
#include "tenon/core/cuda/conv_operands.h"
#include "tenon/core/cuda/cudnn.h"
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/finish.cuh"
#include "tenon/core/cuda/product.cuh"

namespace tenon::inline v0::cuda_backend {

namespace {

/// Weights with one channel, or windows of one element, are of both layouts.
bool packed_already(const ConvSizes& s) { return s.in() == 1 || s.kh * s.kw == 1; }

template <bool Back>
Status pack(const ConvSizes& s, void* to, const void* from, const Launch& launch) {
  return by_bytes(s.dtype, [&]<class T>(Type<T>) {
    const PackWeight<T, Back> op{static_cast<T*>(to), static_cast<const T*>(from), s.in(), s.kh * s.kw};
    return each(s.weight_numel(), op, launch);
  });
}

/// The convolution by cuDNN.
Status by_library(const ConvSizes& s, const View& x, const View& weight, const View& y, const Launch& launch) {
  if (packed_already(s)) return by_cudnn(s, x.data, weight.data, y.data, launch);
  const AlignedWorkspace packed(launch, static_cast<size_t>(s.weight_numel()) * size_of(s.dtype));
  if (!packed.ok()) return no_memory;
  const bool result = s.kind == ConvKind::weight_grad;
  Status status;
  if (!result) status = pack<false>(s, packed.as(), weight.data, launch);
  if (status.code == StatusCode::ok) status = by_cudnn(s, x.data, packed.as(), y.data, launch);
  if (result && status.code == StatusCode::ok) status = pack<true>(s, weight.data, packed.as(), launch);
  return status;
}

Status conv2d(const View& y, const View& x, const View& weight, const View& bias, const ConvGeometry& g,
              Activation activation, const Launch& launch) {
  const OnDevice on(launch);
  const ConvSizes sizes(ConvKind::forward, x, y, weight, g);
  const Status status = by_library(sizes, x, weight, y, launch);
  if (status.code == StatusCode::ok) {
    return finish(y.data, bias.data, sizes.n * sizes.oh * sizes.ow, sizes.o, y.dtype, activation, launch);
  }
  if (status.code != StatusCode::unsupported) return status;
  return by_dtype<floating>(y.dtype, [&]<class T>(Type<T>) -> Status {
    const ConvShape s(x, y, weight, g);
    const ProductPlan plan(g.groups, sizes.n * sizes.oh * sizes.ow, s.y.group, s.weight_numel());
    const StoreMatrix<T> store{
        y.as<T>(), s.y.group, s.y.channels, 1, bias.as<const T>(), s.y.group, 1, activation == Activation::relu};
    return product<Sum<T>>(plan, Under<T>{x.as<const T>(), s}, ByTaps<const T>::of_outputs(weight.as<const T>(), s),
                           store, launch);
  });
}

Status input_grad(const View& dx, const View& dy, const View& weight, const ConvGeometry& g, const Launch& launch) {
  const OnDevice on(launch);
  const ConvSizes sizes(ConvKind::input_grad, dx, dy, weight, g);
  const Status status = by_library(sizes, dx, weight, dy, launch);
  if (status.code != StatusCode::unsupported) return status;
  return by_dtype<floating>(dx.dtype, [&]<class T>(Type<T>) -> Status {
    const ConvShape s(dx, dy, weight, g);
    const ProductPlan plan(g.groups, sizes.n * sizes.h * sizes.w, s.x.group, s.y.group * s.window());
    const StoreMatrix<T> store{dx.as<T>(), s.x.group, s.x.channels, 1, nullptr, 0, 0, false};
    return product<Sum<T>>(plan, Over<T>{dy.as<const T>(), s}, ByTaps<const T>::of_inputs(weight.as<const T>(), s),
                           store, launch);
  });
}

Status weight_grad(const View& dweight, const View& dy, const View& x, const ConvGeometry& g, const Launch& launch) {
  const OnDevice on(launch);
  const ConvSizes sizes(ConvKind::weight_grad, x, dy, dweight, g);
  const Status status = by_library(sizes, x, dweight, dy, launch);
  if (status.code != StatusCode::unsupported) return status;
  return by_dtype<floating>(x.dtype, [&]<class T>(Type<T>) -> Status {
    const ConvShape s(x, dy, dweight, g);
    const ProductPlan plan(g.groups, s.y.group, s.weight_numel(), sizes.n * sizes.oh * sizes.ow);
    const Matrix<T, false> slopes{dy.as<const T>(), s.y.group, 1, s.y.channels};
    return product<Sum<T>>(plan, slopes, Turned<Under<T>>{{x.as<const T>(), s}},
                           ByTaps<T>::of_outputs(dweight.as<T>(), s), launch);
  });
}

}  // namespace

void fill_conv(Backend& backend) {
  backend.conv.conv2d = conv2d;
  backend.conv.input_grad = input_grad;
  backend.conv.weight_grad = weight_grad;
}

}  // namespace tenon::inline v0::cuda_backend
