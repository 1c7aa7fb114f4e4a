// oneDNN's LSTM primitive does the same work in float32 with its older gemm; the cell here is ours, around matmul,
// because that is a little faster and its passes can be seen.
//
// Everything is stored time-major. What does not depend on the previous step is one large product over all steps: the
// input's part of the gates, all weight gradients, the gradient of the input. What remains per step is one small
// product with packed weights that adds to the gates in place, and one fused pass over the cell. The gates' gradients
// overwrite the gates. One bias instead of PyTorch's two (the same functions; 1024 parameters fewer of 0.56 million).
#include <cmath>

#include "layers.h"
#include "nets.h"
#include "passes.h"

namespace by_hand {

namespace {

using namespace dnnl;

constexpr int64_t V = 64, H = 256, T = 64, B = 32, N = T * B;

// gates [B, 4H] hold the sums for i, f, g, o and then their activations; c_before is the cell state of the step before.
void cell(float* gates, const float* c_before, float* c, float* tanh_c, float* h) {
#pragma omp parallel for schedule(static)
  for (int64_t b = 0; b < B; ++b) {
    float *i = gates + b * 4 * H, *f = i + H, *g = f + H, *o = g + H;
#pragma omp simd
    for (int64_t j = 0; j < H; ++j) {
      const int64_t k = b * H + j;
      i[j] = fast_sigmoid(i[j]);
      f[j] = fast_sigmoid(f[j]);
      g[j] = fast_tanh(g[j]);
      o[j] = fast_sigmoid(o[j]);
      c[k] = f[j] * c_before[k] + i[j] * g[j];
      tanh_c[k] = fast_tanh(c[k]);
      h[k] = o[j] * tanh_c[k];
    }
  }
}

// Turns the activations in `gates` into the gradients of the sums, and dc of this step into dc of the step before.
void cell_backward(float* gates, const float* c_before, const float* tanh_c, const float* dh, float* dc) {
#pragma omp parallel for schedule(static)
  for (int64_t b = 0; b < B; ++b) {
    float *i = gates + b * 4 * H, *f = i + H, *g = f + H, *o = g + H;
#pragma omp simd
    for (int64_t j = 0; j < H; ++j) {
      const int64_t k = b * H + j;
      const float ij = i[j], fj = f[j], gj = g[j], oj = o[j], t = tanh_c[k];
      const float d = dc[k] + dh[k] * oj * (1 - t * t);
      i[j] = d * gj * ij * (1 - ij);
      f[j] = d * c_before[k] * fj * (1 - fj);
      g[j] = d * ij * (1 - gj * gj);
      o[j] = dh[k] * t * oj * (1 - oj);
      dc[k] = d * fj;
    }
  }
}

struct Lstm : Net {
  Params params;
  Param table = params.add(plain({V, H}), 1);
  memory logits = zeros(plain({N, V})), dlogits = zeros(plain({N, V}));
  std::vector<int> tokens = random_classes(N, V), targets = random_classes(N, V);

  Lstm() {
    const Linear input(params, N, H, 4 * H), head(params, N, H, V);
    // One step's product. The parameter has its layout; gradient and transpose are brought to and from it once a step.
    const inner_product_forward::primitive_desc recurrent(cpu, prop_kind::forward_training, plain({B, H}),
                                                          any({4 * H, H}), plain({B, 4 * H}), with(accumulate()));
    const Param U = params.add(recurrent.weights_desc(), 1 / std::sqrt(static_cast<float>(H)));
    params.allocate();

    const memory x = zeros(plain({N, H})), dx = zeros(plain({N, H})), gates = zeros(plain({N, 4 * H}));
    const memory h = zeros(plain({N, H})), dh = zeros(plain({N, H})), tanh_c = zeros(plain({N, H}));
    const memory c = zeros(plain({N + B, H}));  // a first row of zeros, then c of each step
    const memory dc = zeros(plain({B, H}));
    const auto at = [](const memory& m, int64_t t, int64_t width) { return floats(m) + t * B * width; };
    const desc state = plain({B, H}), sums = plain({B, 4 * H});
    const auto state_of = [=](const memory& m, int64_t t) { return view(m, state, t * B * H); };
    const auto sums_of = [=](int64_t t) { return view(gates, sums, t * B * 4 * H); };

    step.call("embed", [=, this] { embed(floats(table.w), tokens, floats(x), H); });
    input.forward(step, "input", x, gates);
    for (int64_t t = 0; t < T; ++t) {
      if (t > 0) {  // h is zero before the first step
        step.add("recurrent", recurrent,
                 {{DNNL_ARG_SRC, state_of(h, t - 1)}, {DNNL_ARG_WEIGHTS, U.w}, {DNNL_ARG_DST, sums_of(t)}});
      }
      step.call("cell",
                [=] { cell(at(gates, t, 4 * H), at(c, t, H), at(c, t + 1, H), at(tanh_c, t, H), at(h, t, H)); });
    }
    head.forward(step, "head", h, logits);
    step.call("loss", [this] { loss = softmax_cross_entropy(logits, dlogits, targets, V); });

    // Backward through time; `gates` now becomes the gradient of the sums.
    head.backward_weights(step, "head_dw", h, dlogits);
    head.backward_data(step, "head_dx", dlogits, dh);
    const matmul::primitive_desc recurrent_dx(cpu, sums, any({4 * H, H}), state, with(accumulate()));
    const memory U_back = step.as("u", U.w, recurrent_dx.weights_desc());
    step.call("cell_dx", [=] { std::memset(floats(dc), 0, B * H * sizeof(float)); });
    for (int64_t t = T - 1; t >= 0; --t) {
      step.call("cell_dx",
                [=] { cell_backward(at(gates, t, 4 * H), at(c, t, H), at(tanh_c, t, H), at(dh, t, H), floats(dc)); });
      if (t > 0) {
        step.add("recurrent_dx", recurrent_dx,
                 {{DNNL_ARG_SRC, sums_of(t)}, {DNNL_ARG_WEIGHTS, U_back}, {DNNL_ARG_DST, state_of(dh, t - 1)}});
      }
    }

    // The gradients that need all steps: h of steps 0 .. T-2 meets the sums of steps 1 .. T-1.
    product_of_transposed(step, "recurrent_dw", view(h, plain({N - B, H})),
                          view(gates, plain({N - B, 4 * H}), B * 4 * H), U.dw);
    input.backward_weights(step, "input_dw", x, gates);
    input.backward_data(step, "input_dx", gates, dx);
    step.call("embed_dx", [=, this] { embed_backward(floats(table.dw), V, tokens, floats(dx), H); });
    step.call("optimizer", [this] { params.adam(1e-6f); });
    info = recurrent.impl_info_str();
  }
};

}  // namespace

std::unique_ptr<Net> lstm() { return std::make_unique<Lstm>(); }

}  // namespace by_hand
