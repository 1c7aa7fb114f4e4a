// Weights live in the layout that the forward inner product prefers; bias and relu are fused into it; the optimizer
// runs over the blocked buffers as they are. In bf16 the operands of the products have 16 bits; master weights,
// gradients and optimizer state stay float32.
#include <cmath>

#include "layers.h"
#include "nets.h"
#include "passes.h"

namespace by_hand {

namespace {

using namespace dnnl;

// dy = y > 0 ? dy : 0 where both are bf16: sign and zero can be read from the bits as an integer.
void relu_backward_bf16(const memory& y, const memory& dy, int64_t n) {
  const auto* a = static_cast<const short*>(y.get_data_handle());
  auto* d = static_cast<short*>(dy.get_data_handle());
#pragma omp parallel for simd schedule(static) if (parallel : n > 32768)
  for (int64_t i = 0; i < n; ++i) d[i] = a[i] > 0 ? d[i] : short{0};
}

struct Mlp : Net {
  static constexpr size_t layers = 3;
  static constexpr int64_t width[] = {784, 512, 256, 10};
  Params params;
  memory logits, dlogits;
  std::vector<int> y;

  Mlp(int64_t batch, Optimizer optimizer, type product) : y(random_classes(batch, 10)) {
    const bool narrow = product != type::f32;
    // Logits are float32.
    const auto activation = [&](size_t l) { return plain({batch, width[l]}, l == layers ? type::f32 : product); };
    const auto gradient = [&](size_t l) { return plain({batch, width[l]}, product); };
    const auto bias = [&](size_t l) { return plain({width[l + 1]}); };
    const auto weight = [&](size_t l, type t) { return any({width[l + 1], width[l]}, t); };

    std::vector<inner_product_forward::primitive_desc> forward;
    std::vector<inner_product_backward_weights::primitive_desc> dW;
    for (size_t l = 0; l < layers; ++l) {
      forward.emplace_back(cpu, prop_kind::forward_training, activation(l), weight(l, product), bias(l),
                           activation(l + 1), l + 1 < layers ? with(relu()) : with());
      dW.emplace_back(cpu, activation(l), weight(l, type::f32), bias(l), gradient(l + 1), forward[l], with());
    }

    // In float32 the parameter is the operand of the products; else it is a master copy in its gradient's layout, and
    // the operand is refreshed from it in each step.
    std::vector<Param> W, b;
    for (size_t l = 0; l < layers; ++l) {
      const float scale = 1 / std::sqrt(static_cast<float>(width[l]));
      W.push_back(params.add(narrow ? dW[l].diff_weights_desc() : forward[l].weights_desc(), scale));
      b.push_back(params.add(bias(l), scale));
    }
    params.allocate();
    const memory x = zeros(plain({batch, width[0]}));
    fill_uniform(x);

    std::vector<memory> h{step.as("x", x, activation(0))}, operand, dh;
    for (size_t l = 0; l < layers; ++l) {
      operand.push_back(step.as("w", W[l].w, forward[l].weights_desc()));
      h.push_back(zeros(activation(l + 1)));
      step.add(
          "forward", forward[l],
          {{DNNL_ARG_SRC, h[l]}, {DNNL_ARG_WEIGHTS, operand[l]}, {DNNL_ARG_BIAS, b[l].w}, {DNNL_ARG_DST, h[l + 1]}});
    }

    for (size_t l = 0; l <= layers; ++l) dh.push_back(zeros(activation(l)));
    logits = h[layers], dlogits = dh[layers];
    step.call("loss", [this] { loss = softmax_cross_entropy(logits, dlogits, y, 10); });

    for (size_t l = layers; l-- > 0;) {
      const memory dy = step.as("dy", dh[l + 1], gradient(l + 1));
      weight_gradient(step, "backward_weights", dW[l], h[l], dy, W[l], &b[l]);
      if (l == 0) break;  // nobody asks for the gradient of the input
      const inner_product_backward_data::primitive_desc dX(cpu, gradient(l), weight(l, product), gradient(l + 1),
                                                           forward[l], with());
      data_gradient(step, "backward_data", dX, operand[l], dy, dh[l]);
      step.call("relu_backward", [=, out = h[l], d = dh[l], n = batch * width[l]] {
        narrow ? relu_backward_bf16(out, d, n) : relu_backward(out, d);
      });
    }
    step.call("optimizer", [=, this] { optimizer == Optimizer::adam ? params.adam(1e-6f) : params.sgd(1e-5f, 0.9f); });
    info = forward[0].impl_info_str();
  }
};

}  // namespace

std::unique_ptr<Net> mlp(int64_t batch, Optimizer optimizer, type product) {
  return std::make_unique<Mlp>(batch, optimizer, product);
}

}  // namespace by_hand
