// Each primitive chooses its layouts; reorders stand only where two of them disagree. Bias and relu are fused in the
// forward pass. The gradient of the relu before the pooling is taken after it, where the map is four times smaller:
// max(relu(x)) passes a gradient exactly where the maximum is positive.
#include "layers.h"
#include "nets.h"
#include "passes.h"

namespace by_hand {

namespace {

using namespace dnnl;

struct Lenet : Net {
  Params params;
  memory z, dz;
  std::vector<int> y;

  explicit Lenet(int64_t batch) : y(random_classes(batch, 10)) {
    // What to compute.
    const auto train = prop_kind::forward_training;
    const auto direct = algorithm::convolution_direct;
    const auto max = algorithm::pooling_max;
    const memory::dims one{1, 1}, zero{0, 0}, two{2, 2};
    const desc image = plain({batch, 1, 28, 28}), map1 = any({batch, 32, 26, 26}), map2 = any({batch, 64, 24, 24});
    const desc pooled = any({batch, 64, 12, 12}), hidden = plain({batch, 128}), logits = plain({batch, 10});
    const desc k1 = any({32, 1, 3, 3}), k2 = any({64, 32, 3, 3}), k3 = any({128, 64, 12, 12}), k4 = any({10, 128});
    const desc n1 = plain({32}), n2 = plain({64}), n3 = plain({128}), n4 = plain({10});

    const convolution_forward::primitive_desc conv1(cpu, train, direct, image, k1, n1, map1, one, zero, zero,
                                                    with(relu()));
    const convolution_forward::primitive_desc conv2(cpu, train, direct, map1, k2, n2, map2, one, zero, zero,
                                                    with(relu()));
    const desc y2_layout = conv2.dst_desc();
    const pooling_forward::primitive_desc pool(cpu, train, max, y2_layout, pooled, two, two, zero, zero, zero, with());
    const desc p_layout = pool.dst_desc();
    const inner_product_forward::primitive_desc fc1(cpu, train, p_layout, k3, n3, hidden, with(relu()));
    const inner_product_forward::primitive_desc fc2(cpu, train, hidden, k4, n4, logits, with());

    const inner_product_backward_data::primitive_desc fc2_dx(cpu, hidden, k4, logits, fc2, with());
    const inner_product_backward_weights::primitive_desc fc2_dw(cpu, hidden, k4, n4, logits, fc2, with());
    const inner_product_backward_data::primitive_desc fc1_dx(cpu, p_layout, k3, hidden, fc1, with());
    const inner_product_backward_weights::primitive_desc fc1_dw(cpu, p_layout, k3, n3, hidden, fc1, with());
    const pooling_backward::primitive_desc pool_dx(cpu, max, y2_layout, p_layout, two, two, zero, zero, zero, pool,
                                                   with());
    const convolution_backward_data::primitive_desc conv2_dx(cpu, direct, map1, k2, map2, one, zero, zero, conv2,
                                                             with());
    const convolution_backward_weights::primitive_desc conv2_dw(cpu, direct, map1, k2, n2, map2, one, zero, zero, conv2,
                                                                with());
    const convolution_backward_weights::primitive_desc conv1_dw(cpu, direct, image, k1, n1, map1, one, zero, zero,
                                                                conv1, with());

    // What to keep.
    const Param W1 = params.add(conv1.weights_desc(), 0.33f), b1 = params.add(n1, 0.1f);
    const Param W2 = params.add(conv2.weights_desc(), 0.06f), b2 = params.add(n2, 0.05f);
    const Param W3 = params.add(fc1.weights_desc(), 0.01f), b3 = params.add(n3, 0.01f);
    const Param W4 = params.add(fc2.weights_desc(), 0.09f), b4 = params.add(n4, 0.05f);
    params.allocate();
    const memory x = zeros(image);
    fill_uniform(x);
    const memory y1 = zeros(conv1.dst_desc()), y2 = zeros(y2_layout), p = zeros(p_layout), h = zeros(hidden);
    const memory argmax = zeros(pool.workspace_desc());
    const memory dh = zeros(hidden), dp = zeros(fc1_dx.diff_src_desc()), dy2 = zeros(y2_layout);
    const memory dy1 = zeros(conv2_dx.diff_src_desc());
    z = zeros(logits), dz = zeros(logits);

    const auto forward = [&](const char* name, const auto& pd, const memory& in, const Param& W, const Param& b,
                             const memory& out) {
      step.add(name, pd, {{DNNL_ARG_SRC, in}, {DNNL_ARG_WEIGHTS, W.w}, {DNNL_ARG_BIAS, b.w}, {DNNL_ARG_DST, out}});
    };
    forward("conv1", conv1, step.as("x", x, conv1.src_desc()), W1, b1, y1);
    forward("conv2", conv2, step.as("y1", y1, conv2.src_desc()), W2, b2, y2);
    step.add("pool", pool, {{DNNL_ARG_SRC, y2}, {DNNL_ARG_DST, p}, {DNNL_ARG_WORKSPACE, argmax}});
    forward("fc1", fc1, p, W3, b3, h);
    forward("fc2", fc2, h, W4, b4, z);
    step.call("loss", [this] { loss = softmax_cross_entropy(z, dz, y, 10); });

    weight_gradient(step, "fc2_dw", fc2_dw, h, dz, W4, &b4);
    data_gradient(step, "fc2_dx", fc2_dx, W4.w, dz, dh);
    step.call("relu_dx", [=] { relu_backward(h, dh); });
    weight_gradient(step, "fc1_dw", fc1_dw, p, dh, W3, &b3);
    data_gradient(step, "fc1_dx", fc1_dx, W3.w, dh, dp);
    const memory dp_in = step.as("dp", dp, p_layout);
    step.call("relu_dx", [=] { relu_backward(p, dp_in); });
    step.add("pool_dx", pool_dx, {{DNNL_ARG_DIFF_DST, dp_in}, {DNNL_ARG_WORKSPACE, argmax}, {DNNL_ARG_DIFF_SRC, dy2}});
    weight_gradient(step, "conv2_dw", conv2_dw, y1, dy2, W2, &b2);
    data_gradient(step, "conv2_dx", conv2_dx, W2.w, dy2, dy1);
    const memory dy1_in = step.as("dy1", dy1, y1.get_desc());
    step.call("relu_dx", [=] { relu_backward(y1, dy1_in); });
    weight_gradient(step, "conv1_dw", conv1_dw, x, dy1_in, W1, &b1);
    step.call("optimizer", [this] { params.adam(1e-6f); });
    info = conv2.impl_info_str();
  }
};

}  // namespace

std::unique_ptr<Net> lenet(int64_t batch) { return std::make_unique<Lenet>(batch); }

}  // namespace by_hand
