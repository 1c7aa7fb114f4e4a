// Convolutions of float32 and bfloat16; 16 bits that oneDNN does not multiply go by way of float32. Images are
// channels-last; weights are row-major and take the layout that the primitive wants in a workspace, at every call: that
// costs a thousandth of the convolution, and nothing can go stale.
#include <string_view>

#include "tenon/core/cpu/onednn/fill.h"
#include "tenon/core/cpu/onednn/onednn.h"

namespace tenon::inline v0::onednn {

namespace {

using dnnl::memory;

// Multiplications below which the loops are faster.
constexpr int64_t onednn_limit = 1000;
// Multiplications in a piece that is worth a task of its own, pixels that make up for bringing the weights into their
// layout once more, and most pieces of a convolution.
constexpr int64_t piece_work = 4'000'000, piece_pixels = 256, most_pieces = 16, most_partial_sums = 8;

struct Problem {
  int64_t n, c, h, w, o, oh, ow, kh, kw;
  ConvGeometry g;
  DType dtype;
  char *x, *y;
  void *weight, *bias;  // bias: or null

  Problem(const View& vx, const View& vy, const View& vweight, void* pbias, const ConvGeometry& geometry)
      : n(vx.shape[0]),
        c(vx.shape[1]),
        h(vx.shape[2]),
        w(vx.shape[3]),
        o(vy.shape[1]),
        oh(vy.shape[2]),
        ow(vy.shape[3]),
        kh(vweight.shape[2]),
        kw(vweight.shape[3]),
        g(geometry),
        dtype(vx.dtype),
        x(vx.as<char>()),
        y(vy.as<char>()),
        weight(vweight.data),
        bias(pbias) {}

  int64_t work() const { return n * o * oh * ow * (c / g.groups) * kh * kw; }
  int64_t weight_numel() const { return o * (c / g.groups) * kh * kw; }
  Problem images(int64_t first, int64_t count) const {
    const auto size = static_cast<int64_t>(size_of(dtype));
    Problem p = *this;
    p.n = count;
    p.x += first * c * h * w * size;
    p.y += first * o * oh * ow * size;
    return p;
  }
  Key key(char kind) const {
    Key key{kind, static_cast<int64_t>(dtype), threads(), bias != nullptr, n, c, h, w, o, oh, ow, kh, kw, g.groups};
    for (const auto& pair : {g.stride, g.padding, g.dilation}) key.add(std::span(pair, 2));
    return key;
  }

  memory::desc x_desc() const { return {{n, c, h, w}, type_of(dtype), memory::format_tag::nhwc}; }
  memory::desc y_desc() const { return {{n, o, oh, ow}, type_of(dtype), memory::format_tag::nhwc}; }
  memory::desc bias_desc() const {
    return bias ? memory::desc{{o}, type_of(dtype), memory::format_tag::a} : memory::desc();
  }
  memory::desc weight_desc(bool any) const {
    if (g.groups == 1) {
      return {{o, c, kh, kw}, type_of(dtype), any ? memory::format_tag::any : memory::format_tag::oihw};
    }
    return {{g.groups, o / g.groups, c / g.groups, kh, kw},
            type_of(dtype),
            any ? memory::format_tag::any : memory::format_tag::goihw};
  }
  static memory::dims pair(const int64_t (&values)[2], int64_t minus = 0) {
    return {values[0] - minus, values[1] - minus};
  }
  dnnl::convolution_forward::primitive_desc forward() const {
    return {engine(),
            dnnl::prop_kind::forward_training,
            dnnl::algorithm::convolution_direct,
            x_desc(),
            weight_desc(true),
            bias_desc(),
            y_desc(),
            pair(g.stride),
            pair(g.dilation, 1),
            pair(g.padding),
            pair(g.padding),
            attributes()};
  }
};

/// A convolution, and what brings its weights into its layout or out of it.
struct Convolution {
  Call call, reorder;
  size_t packed_bytes = 0;

  Convolution() = default;
  Convolution(Call made, const memory::desc& from, const memory::desc& to, const memory::desc& packed)
      : call(std::move(made)) {
    if (from == to) return;
    reorder = Call(dnnl::reorder::primitive_desc(engine(), from, engine(), to, attributes()),
                   {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
    packed_bytes = packed.get_size();
  }
};

constexpr Status not_taken{StatusCode::unsupported, "not for this processor"};

Status forward(const Problem& p, const Launch& launch) {
  const auto& conv = cached<Convolution>(p.key('f'), [&] {
    const auto desc = p.forward();
    const memory::desc plain = p.weight_desc(false), packed = desc.weights_desc();
    Call call = p.bias
                    ? Call(desc, {{DNNL_ARG_DST, p.y_desc()},
                                  {DNNL_ARG_SRC, p.x_desc()},
                                  {DNNL_ARG_WEIGHTS, packed},
                                  {DNNL_ARG_BIAS, p.bias_desc()}})
                    : Call(desc, {{DNNL_ARG_DST, p.y_desc()}, {DNNL_ARG_SRC, p.x_desc()}, {DNNL_ARG_WEIGHTS, packed}});
    return Convolution(std::move(call), plain, packed, packed);
  });
  if (!conv.call) return not_taken;
  const Workspace packed(launch, conv.packed_bytes);
  if (!packed.get()) return no_workspace;
  void* weight = conv.reorder ? packed.get() : p.weight;
  if (conv.reorder) {
    if (const Status s = conv.reorder.run(launch, {p.weight, weight}); s.code != StatusCode::ok) return s;
  }
  return p.bias ? conv.call.run(launch, {p.y, p.x, weight, p.bias}) : conv.call.run(launch, {p.y, p.x, weight});
}

dnnl::convolution_backward_data::primitive_desc input_gradient_desc(const Problem& p) {
  const auto forward = p.forward();  // the search for another implementation looks at it again
  const auto make = [&] {
    return dnnl::convolution_backward_data::primitive_desc(engine(), dnnl::algorithm::convolution_direct, p.x_desc(),
                                                           p.weight_desc(true), p.y_desc(), Problem::pair(p.g.stride),
                                                           Problem::pair(p.g.dilation, 1), Problem::pair(p.g.padding),
                                                           Problem::pair(p.g.padding), forward, attributes());
  };
  const auto named = [](const auto& desc, std::string_view start) {
    return std::string_view(desc.impl_info_str()).starts_with(start);
  };
  auto desc = make();
  // oneDNN would rather take its batched products; from 32 channels on its direct kernel is 2 to 9 % faster in float32.
  if (p.dtype != float32 || p.c / p.g.groups < 32 || !named(desc, "brg")) return desc;
  return desc.next_impl() && named(desc, "jit") ? desc : make();
}

/// x takes the gradient.
Status input_gradient(const Problem& p, const Launch& launch) {
  const auto& conv = cached<Convolution>(p.key('i'), [&] {
    const auto desc = input_gradient_desc(p);
    const memory::desc plain = p.weight_desc(false), packed = desc.weights_desc();
    return Convolution(
        Call(desc, {{DNNL_ARG_DIFF_SRC, p.x_desc()}, {DNNL_ARG_DIFF_DST, p.y_desc()}, {DNNL_ARG_WEIGHTS, packed}}),
        plain, packed, packed);
  });
  if (!conv.call) return not_taken;
  const Workspace packed(launch, conv.packed_bytes);
  if (!packed.get()) return no_workspace;
  void* weight = conv.reorder ? packed.get() : p.weight;
  if (conv.reorder) {
    if (const Status s = conv.reorder.run(launch, {p.weight, weight}); s.code != StatusCode::ok) return s;
  }
  return conv.call.run(launch, {p.x, p.y, weight});
}

/// Whether the gradient of the weights is better taken as one product. oneDNN's convolution goes over all of it once an
/// image: where it does not fit the cache, and a map has few pixels, that waits for memory.
bool gradient_is_product(const Problem& p) {
  constexpr int64_t cached_weights = 1'000'000;
  return p.g.groups == 1 && p.kh * p.kw > 1 && p.weight_numel() > cached_weights && p.n * p.oh * p.ow <= 4 * p.o;
}

/// Rows of what each pixel of the result sees, [count oh ow, c kh kw], of the images from `first` on.
template <class Bits>
void unfold(const Problem& p, int64_t first, int64_t count, Bits* rows) {
  const int64_t taps = p.kh * p.kw, pixels = p.oh * p.ow;
  for (int64_t k = first * pixels; k < (first + count) * pixels; ++k) {
    const int64_t i = k % pixels / p.ow * p.g.stride[0] - p.g.padding[0], j = k % p.ow * p.g.stride[1] - p.g.padding[1];
    for (int64_t tap = 0; tap < taps; ++tap) {
      const int64_t row = i + tap / p.kw * p.g.dilation[0], column = j + tap % p.kw * p.g.dilation[1];
      const bool inside = row >= 0 && row < p.h && column >= 0 && column < p.w;
      const Bits* from = reinterpret_cast<const Bits*>(p.x) + ((k / pixels * p.h + row) * p.w + column) * p.c;
      Bits* to = rows + k * taps * p.c + tap;
      for (int64_t c = 0; c < p.c; ++c) to[c * taps] = inside ? from[c] : Bits{0};
    }
  }
}

/// weight takes the gradient: dy^T times the unfolded x.
Status weight_gradient_as_product(const Problem& p, const Launch& launch) {
  const int64_t rows = p.n * p.oh * p.ow, width = p.c * p.kh * p.kw;
  const auto& call = cached<Call>(p.key('p'), [&] {
    const auto type = type_of(p.dtype);
    const memory::desc dy({p.o, rows}, type, memory::format_tag::ba), x({rows, width}, type, memory::format_tag::ab),
        dweight({p.o, width}, type, memory::format_tag::ab);
    return Call(dnnl::matmul::primitive_desc(engine(), dy, x, dweight, attributes()),
                {{DNNL_ARG_DST, dweight}, {DNNL_ARG_SRC, dy}, {DNNL_ARG_WEIGHTS, x}});
  });
  if (!call) return not_taken;
  const Workspace unfolded(launch, static_cast<size_t>(rows * width) * size_of(p.dtype));
  if (!unfolded.get()) return no_workspace;
  in_slices(p.n, (p.n + threads() - 1) / threads(), [&](int64_t first, int64_t count) {
    if (size_of(p.dtype) == 4) {
      unfold(p, first, count, static_cast<uint32_t*>(unfolded.get()));
    } else {
      unfold(p, first, count, static_cast<uint16_t*>(unfolded.get()));
    }
    return Status{};
  });
  return call.run(launch, {p.weight, p.y, unfolded.get()});
}

/// weight takes the gradient.
Status weight_gradient(const Problem& p, const Launch& launch) {
  if (gradient_is_product(p)) return weight_gradient_as_product(p, launch);
  const auto& conv = cached<Convolution>(p.key('w'), [&] {
    const dnnl::convolution_backward_weights::primitive_desc desc(
        engine(), dnnl::algorithm::convolution_direct, p.x_desc(), p.weight_desc(true), p.y_desc(),
        Problem::pair(p.g.stride), Problem::pair(p.g.dilation, 1), Problem::pair(p.g.padding),
        Problem::pair(p.g.padding), p.forward(), attributes());
    const memory::desc plain = p.weight_desc(false), packed = desc.diff_weights_desc();
    return Convolution(
        Call(desc, {{DNNL_ARG_DIFF_WEIGHTS, packed}, {DNNL_ARG_SRC, p.x_desc()}, {DNNL_ARG_DIFF_DST, p.y_desc()}}),
        packed, plain, packed);
  });
  if (!conv.call) return not_taken;
  const Workspace packed(launch, conv.packed_bytes);
  if (!packed.get()) return no_workspace;
  const Status status = conv.call.run(launch, {conv.reorder ? packed.get() : p.weight, p.x, p.y});
  if (status.code != StatusCode::ok || !conv.reorder) return status;
  return conv.reorder.run(launch, {packed.get(), p.weight});
}

int64_t images_a_piece(const Problem& p, int64_t most) {
  const int64_t worth = std::min(p.work() / piece_work, p.n * p.oh * p.ow / piece_pixels);
  const int64_t pieces = std::clamp(worth, int64_t{1}, std::min(most, p.n));
  return (p.n + pieces - 1) / pieces;
}

/// oneDNN cuts by thread; where that must not show, we cut, by images.
template <class Kernel>
Status in_pieces(const Problem& p, const Launch& launch, const Kernel& kernel) {
  if (!launch.is(Launch::deterministic)) return kernel(p, launch);
  return in_slices(p.n, images_a_piece(p, most_pieces),
                   [&](int64_t first, int64_t count) { return kernel(p.images(first, count), launch); });
}

/// to += from, elementwise.
Status add(void* to, void* from, int64_t n, DType dtype, const Launch& launch) {
  Loop loop{};
  loop.operands = 3;
  loop.axes = 1;
  loop.shape[0] = n;
  void* data[] = {to, to, from};
  for (int o = 0; o < 3; ++o) loop.data[o] = data[o], loop.dtype[o] = dtype, loop.strides[o][0] = 1;
  return loops.arithmetic.add.function()(loop, launch);
}

/// A sum over images: each piece gives its own, and these are added in order.
Status weight_gradient_in_pieces(const Problem& p, const Launch& launch) {
  const int64_t slice = images_a_piece(p, most_partial_sums), pieces = (p.n + slice - 1) / slice;
  const int64_t bytes = p.weight_numel() * static_cast<int64_t>(size_of(p.dtype));
  const Workspace partial(launch, static_cast<size_t>((pieces - 1) * bytes));
  if (!partial.get()) return no_workspace;
  const auto part = [&](int64_t piece) { return static_cast<char*>(partial.get()) + (piece - 1) * bytes; };
  Status status = in_slices(p.n, slice, [&](int64_t first, int64_t count) {
    Problem q = p.images(first, count);
    if (first > 0) q.weight = part(first / slice);
    return weight_gradient(q, launch);
  });
  for (int64_t k = 1; k < pieces && status.code == StatusCode::ok; ++k) {
    status = add(p.weight, part(k), p.weight_numel(), p.dtype, launch);
  }
  return status;
}

/// Whether oneDNN is to be asked at all.
bool takes(const Problem& p) { return (p.dtype == float32 || p.dtype == bfloat16) && p.work() >= onednn_limit; }

/// Whether some place of the kernel meets only padding along one axis: its weights have no gradient. oneDNN 3.2 leaves
/// them as they were in bfloat16 at AVX-512.
bool has_idle_taps(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
  for (int64_t tap = 0; tap < kernel; ++tap) {
    bool met = false;
    for (int64_t i = 0; i < out && !met; ++i) {
      const int64_t at = i * stride - padding + tap * dilation;
      met = at >= 0 && at < in;
    }
    if (!met) return true;
  }
  return false;
}
/// Where oneDNN's gradient of weights is not to be trusted.
bool weight_gradient_is_unsafe(const Problem& p) {
  // It writes beyond its workspace: github.com/uxlfoundation/oneDNN/issues/6035.
  const bool strided = p.g.stride[0] > 1 || p.g.stride[1] > 1;
  if (p.kh == 1 && p.kw == 1 && strided && p.c / p.g.groups < 16) return true;
  if (p.dtype != bfloat16) return false;
  return has_idle_taps(p.h, p.oh, p.kh, p.g.stride[0], p.g.padding[0], p.g.dilation[0]) ||
         has_idle_taps(p.w, p.ow, p.kw, p.g.stride[1], p.g.padding[1], p.g.dilation[1]);
}

/// Whether a problem is computed in float32 and rounded.
bool goes_by_float(const Problem& p) {
  return size_of(p.dtype) == 2 && !(p.dtype == bfloat16 && multiplies_bfloat16()) && p.work() >= onednn_limit;
}

/// A float32 array laid out as `like`, which is dense, in memory for the time of a call.
struct Floats {
  Workspace memory;
  View view;

  Floats(const View& like, const Launch& launch)
      : memory(launch, static_cast<size_t>(like.numel()) * sizeof(float)), view(like) {
    view.dtype = float32;
    view.data = like.data ? memory.get() : nullptr;
  }
};

/// call(out, inputs...) on float32 copies; `from` may have no data.
template <class F, class... In>
Status by_way_of_float(const Launch& launch, const F& call, const View& out, const In&... from) {
  const Floats result(out, launch), inputs[] = {Floats(from, launch)...};
  const View* const sources[] = {&from...};
  if (!result.memory.get()) return no_workspace;
  for (size_t i = 0; i < sizeof...(In); ++i) {
    if (!sources[i]->data) continue;
    if (!inputs[i].memory.get()) return no_workspace;
    const Status status = convert(inputs[i].view, *sources[i], launch);
    if (status.code != StatusCode::ok) return status;
  }
  const Status status = [&]<size_t... i>(std::index_sequence<i...>) { return call(result.view, inputs[i].view...); }
  (std::make_index_sequence<sizeof...(In)>());
  return status.code == StatusCode::ok ? convert(out, result.view, launch) : status;
}

Status conv2d(const View& y, const View& x, const View& weight, const View& bias, const ConvGeometry& geometry,
              Activation activation, const Launch& launch) {
  const Problem p(x, y, weight, bias.data, geometry);
  if (goes_by_float(p)) {
    const auto call = [&](const View& out, const View& in, const View& w, const View& b) {
      return conv2d(out, in, w, b, geometry, activation, launch);
    };
    return by_way_of_float(launch, call, y, x, weight, bias);
  }
  const Status status = takes(p) ? in_pieces(p, launch, forward) : not_taken;
  if (status.code == StatusCode::ok) return activate(y, activation, launch);
  if (status.code != StatusCode::unsupported) return status;
  return loops.conv.conv2d.function()(y, x, weight, bias, geometry, activation, launch);
}

Status conv2d_input_grad(const View& dx, const View& dy, const View& weight, const ConvGeometry& geometry,
                         const Launch& launch) {
  const Problem p(dx, dy, weight, nullptr, geometry);
  if (goes_by_float(p)) {
    const auto call = [&](const View& out, const View& in, const View& w) {
      return conv2d_input_grad(out, in, w, geometry, launch);
    };
    return by_way_of_float(launch, call, dx, dy, weight);
  }
  const Status status = takes(p) ? in_pieces(p, launch, input_gradient) : not_taken;
  if (status.code != StatusCode::unsupported) return status;
  return loops.conv.input_grad.function()(dx, dy, weight, geometry, launch);
}

Status conv2d_weight_grad(const View& dweight, const View& dy, const View& x, const ConvGeometry& geometry,
                          const Launch& launch) {
  const Problem p(x, dy, dweight, nullptr, geometry);
  if (goes_by_float(p)) {
    const auto call = [&](const View& out, const View& in, const View& image) {
      return conv2d_weight_grad(out, in, image, geometry, launch);
    };
    return by_way_of_float(launch, call, dweight, dy, x);
  }
  Status status = not_taken;
  if (takes(p) && !weight_gradient_is_unsafe(p)) {
    status = launch.is(Launch::deterministic) ? weight_gradient_in_pieces(p, launch) : weight_gradient(p, launch);
  }
  if (status.code != StatusCode::unsupported) return status;
  return loops.conv.weight_grad.function()(dweight, dy, x, geometry, launch);
}

}  // namespace

void fill_conv(ConvKernels& k) {
  k.conv2d = conv2d;
  k.input_grad = conv2d_input_grad;
  k.weight_grad = conv2d_weight_grad;
}

}  // namespace tenon::inline v0::onednn
