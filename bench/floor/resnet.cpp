// Each primitive chooses its layouts; reorders stand only where two of them disagree. Convolutions have no bias. Batch
// norm (oneDNN's) has the relu behind it fused, forward and backward; where the shortcut joins, sum and relu are one
// pass of ours, and so is their gradient. Gradients of the two ways into a block meet in the second one's product.
#include <cmath>

#include "layers.h"
#include "nets.h"
#include "passes.h"

namespace by_hand {

namespace {

using namespace dnnl;

// y = relu(y + x)
void join(const memory& y, const memory& x) {
  const int64_t n = count(y);
  const float* a = floats(x);
  float* b = floats(y);
#pragma omp parallel for simd schedule(static)
  for (int64_t i = 0; i < n; ++i) b[i] = b[i] + a[i] > 0 ? b[i] + a[i] : 0;
}

// Of x, channels last, for a kernel of 3 x 3 with padding 1 whose output is `size` pixels wide and high.
void columns_of(const memory& x, const memory& columns, int64_t size, int64_t stride) {
  const memory::dims in = x.get_desc().get_dims();
  const int64_t batch = in[0], channels = in[1], from = in[2];
  const float* source = floats(x);
  float* table = floats(columns);
#pragma omp parallel for schedule(static)
  for (int64_t row = 0; row < batch * size * size; ++row) {
    const int64_t n = row / (size * size), top = row / size % size * stride - 1, left = row % size * stride - 1;
    for (int64_t tap = 0; tap < 9; ++tap) {
      const int64_t i = top + tap / 3, j = left + tap % 3;
      float* to = table + (row * 9 + tap) * channels;
      const auto bytes = static_cast<size_t>(channels) * sizeof(float);
      if (i < 0 || i >= from || j < 0 || j >= from) {
        std::memset(to, 0, bytes);
      } else {
        std::memcpy(to, source + ((n * from + i) * from + j) * channels, bytes);
      }
    }
  }
}

// A convolution and the batch norm behind it.
struct Unit {
  convolution_forward::primitive_desc conv;
  batch_normalization_forward::primitive_desc norm;
  memory::dims strides, padding;
  normalization_flags flags;
  Param W, gamma, beta;
  memory x, c, y, mean, variance, mask;

  Unit(Params& params, const memory& input, int64_t out, int64_t kernel, int64_t stride, bool relu)
      : strides{stride, stride}, padding{kernel / 2, kernel / 2}, x(input) {
    const memory::dims in = input.get_desc().get_dims();
    conv = {cpu,
            prop_kind::forward_training,
            algorithm::convolution_direct,
            any(in),
            any({out, in[1], kernel, kernel}),
            any({in[0], out, in[2] / stride, in[3] / stride}),
            strides,
            padding,
            padding,
            with()};
    flags = normalization_flags::use_scale | normalization_flags::use_shift;
    if (relu) flags |= normalization_flags::fuse_norm_relu;
    norm = {cpu, prop_kind::forward_training, conv.dst_desc(), conv.dst_desc(), 1e-5f, flags, with()};
    W = params.add(conv.weights_desc(), std::sqrt(3.f / static_cast<float>(in[1] * kernel * kernel)));
    gamma = params.add(plain({out}), 0, 1);
    beta = params.add(plain({out}), 0);
    c = zeros(conv.dst_desc()), y = zeros(norm.dst_desc()), mean = zeros(norm.mean_desc());
    variance = zeros(norm.variance_desc());
    if (relu) mask = zeros(norm.workspace_desc());
  }

  void forward(Step& step) const {
    step.add("conv", conv,
             {{DNNL_ARG_SRC, step.as("x", x, conv.src_desc())}, {DNNL_ARG_WEIGHTS, W.w}, {DNNL_ARG_DST, c}});
    args a = statistics();
    a.insert({{DNNL_ARG_SHIFT, beta.w}, {DNNL_ARG_DST, y}});
    step.add("norm", norm, a);
  }

  // From the gradient of y, which is overwritten, to that of x, which is returned; `sum` is added to it in the product.
  void backward_norm(Step& step, const memory& dy) const {
    const batch_normalization_backward::primitive_desc pd(cpu, prop_kind::backward, dy.get_desc(), dy.get_desc(),
                                                          c.get_desc(), 1e-5f, flags, norm, with());
    args a = statistics();
    a.insert({{DNNL_ARG_DIFF_DST, dy},
              {DNNL_ARG_DIFF_SRC, dy},
              {DNNL_ARG_DIFF_SCALE, gamma.dw},
              {DNNL_ARG_DIFF_SHIFT, beta.dw}});
    step.add("norm_dx", pd, a);
  }
  void backward_weights(Step& step, const memory& dc) const {
    if (columns()) return backward_weights_by_columns(step, dc);
    const convolution_backward_weights::primitive_desc pd(
        cpu, algorithm::convolution_direct, any(x.get_desc().get_dims()), any(W.w.get_desc().get_dims()),
        any(c.get_desc().get_dims()), strides, padding, padding, conv, with());
    weight_gradient(step, "conv_dw", pd, x, dc, W);
  }
  // Into a memory of its own, in the layout of x.
  memory backward_data(Step& step, const memory& dc) const {
    const convolution_backward_data::primitive_desc pd(cpu, algorithm::convolution_direct, any(x.get_desc().get_dims()),
                                                       any(W.w.get_desc().get_dims()), any(c.get_desc().get_dims()),
                                                       strides, padding, padding, conv, with());
    const memory dx = zeros(pd.diff_src_desc());
    data_gradient(step, "conv_dx", pd, W.w, dc, dx);
    return step.as("dx", dx, x.get_desc());
  }

 private:
  // Whether the gradient of the weight is a product over columns: oneDNN's convolution falls to a quarter of the speed
  // of its others where maps are small and channels are many.
  bool columns() const { return c.get_desc().get_dims()[2] <= 4 && padding[0] == 1; }

  // dW = dc^T columns, where a row of columns holds what one pixel of c was computed from, channels innermost.
  void backward_weights_by_columns(Step& step, const memory& dc) const {
    const memory::dims in = x.get_desc().get_dims(), out = c.get_desc().get_dims(), w = W.w.get_desc().get_dims();
    const int64_t rows = out[0] * out[2] * out[3], width = w[2] * w[3] * w[1];
    const memory x_last = step.as("x", x, desc(in, type::f32, tag::nhwc));
    const memory dc_last = step.as("dy", dc, desc(out, type::f32, tag::nhwc));
    const memory table = zeros(plain({rows, width}));
    const int64_t stride = strides[0];
    step.call("columns", [=] { columns_of(x_last, table, out[2], stride); });
    const memory dw = zeros(plain({out[1], width}));
    product_of_transposed(step, "conv_dw", table, view(dc_last, plain({rows, out[1]})), dw);
    step.convert("dw", view(dw, desc(w, type::f32, tag::ohwi)), W.dw);
  }

  args statistics() const {
    args a{{DNNL_ARG_SRC, c}, {DNNL_ARG_SCALE, gamma.w}, {DNNL_ARG_MEAN, mean}, {DNNL_ARG_VARIANCE, variance}};
    if (mask) a.insert({DNNL_ARG_WORKSPACE, mask});
    return a;
  }
};

struct Block {
  Unit first, second;
  std::unique_ptr<Unit> shortcut;

  Block(Params& params, const memory& x, int64_t out, int64_t stride)
      : first(params, x, out, 3, stride, true), second(params, first.y, out, 3, 1, false) {
    if (stride != 1) shortcut = std::make_unique<Unit>(params, x, out, 1, stride, false);
  }
  const memory& y() const { return second.y; }

  void forward(Step& step) const {
    first.forward(step);
    second.forward(step);
    if (shortcut) shortcut->forward(step);
    const memory way = step.as("shortcut", shortcut ? shortcut->y : first.x, y().get_desc());
    step.call("join", [y = y(), way] { join(y, way); });
  }
  // The gradient of y becomes that of x.
  memory backward(Step& step, const memory& dy) const {
    step.call("join_dx", [y = y(), dy] { relu_backward(y, dy); });
    const memory way = zeros(dy.get_desc());
    step.call("copy", [=] { std::memcpy(floats(way), floats(dy), dy.get_desc().get_size()); });
    second.backward_norm(step, dy);
    second.backward_weights(step, dy);
    const memory dh = second.backward_data(step, dy);
    first.backward_norm(step, dh);
    first.backward_weights(step, dh);
    const memory dx = first.backward_data(step, dh);
    memory other = way;
    if (shortcut) {
      const memory dway = step.as("shortcut", way, shortcut->y.get_desc());
      shortcut->backward_norm(step, dway);
      shortcut->backward_weights(step, dway);
      other = shortcut->backward_data(step, dway);
    }
    other = step.as("shortcut", other, dx.get_desc());
    step.call("join_dx", [=] { add_to(dx, other); });
    return dx;
  }
};

struct Resnet : Net {
  Params params;
  memory z, dz;
  std::vector<int> y;

  explicit Resnet(int64_t batch) : y(random_classes(batch, 10)) {
    const memory x = zeros(plain({batch, 3, 32, 32}));
    fill_uniform(x);
    const Unit stem(params, x, 64, 3, 1, true);
    std::vector<Block> blocks;
    for (const int64_t out : {64, 128, 256, 512}) {
      blocks.emplace_back(params, blocks.empty() ? stem.y : blocks.back().y(), out, out == 64 ? 1 : 2);
      blocks.emplace_back(params, blocks.back().y(), out, 1);
    }
    const desc maps = blocks.back().y().get_desc(), pooled = plain({batch, 512, 1, 1});
    const memory::dims four{4, 4}, one{1, 1}, zero{0, 0};
    const pooling_forward::primitive_desc pool(cpu, prop_kind::forward_training, algorithm::pooling_avg_exclude_padding,
                                               maps, any({batch, 512, 1, 1}), four, four, zero, zero, zero, with());
    const pooling_backward::primitive_desc pool_dx(cpu, algorithm::pooling_avg_exclude_padding, maps, pool.dst_desc(),
                                                   four, four, zero, zero, zero, pool, with());
    const Linear head(params, batch, 512, 10);
    params.allocate();
    const memory p = zeros(pool.dst_desc()), dp = zeros(pool.dst_desc()), dlast = zeros(maps);
    z = zeros(plain({batch, 10})), dz = zeros(plain({batch, 10}));

    stem.forward(step);
    for (const Block& block : blocks) block.forward(step);
    step.add("pool", pool, {{DNNL_ARG_SRC, blocks.back().y()}, {DNNL_ARG_DST, p}});
    // One pixel a map: every layout of it is [batch, 512].
    const desc flat = plain({batch, 512});
    head.forward(step, "head", view(p, flat), z);
    step.call("loss", [this] { loss = softmax_cross_entropy(z, dz, y, 10); });

    head.backward_weights(step, "head_dw", view(p, flat), dz);
    head.backward_data(step, "head_dx", dz, view(dp, flat));
    step.add("pool_dx", pool_dx, {{DNNL_ARG_DIFF_DST, dp}, {DNNL_ARG_DIFF_SRC, dlast}});
    memory d = dlast;
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) d = block->backward(step, d);
    stem.backward_norm(step, d);
    stem.backward_weights(step, d);
    step.call("optimizer", [this] { params.sgd(1e-5f, 0.9f); });
    for (const Block& block : blocks) info += std::string(block.second.conv.impl_info_str()) + " ";
  }
};

}  // namespace

std::unique_ptr<Net> resnet18(int64_t batch) { return std::make_unique<Resnet>(batch); }

}  // namespace by_hand
