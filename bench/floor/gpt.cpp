// Linear layers are inner products with packed weights and fused bias; the residual is a binary post-op of the product
// that ends a branch. Queries, keys and values have a matrix each: cut out of one [rows, 3 * width] buffer, they would
// be strided, and oneDNN's batched product would fall from brgemm to a slower gemm. Heads are a view: [B, heads, T, d]
// with the strides of [B, T, heads, d]. Our own passes: scale + causal mask + softmax, and gelu with its derivative.
// One gradient buffer follows the residual stream down, in place.
#include <algorithm>
#include <cmath>

#include "layers.h"
#include "nets.h"
#include "passes.h"

namespace by_hand {

namespace {

using namespace dnnl;

constexpr int64_t V = 1000, D = 256, F = 4 * D, T = 128, B = 8, N = B * T, heads = 4, d = D / heads, blocks = 4;
const float scale = 1 / std::sqrt(static_cast<float>(d));

// --- our own passes --------------------------------------------------------------------------------------------------

// Each row of scores [B, heads, T, T] becomes softmax(scale * scores) over the tokens up to its own, and zero after it.
void causal_softmax(float* scores) {
#pragma omp parallel for schedule(static)
  for (int64_t r = 0; r < B * heads * T; ++r) {
    float *s = scores + r * T, top = s[0], sum = 0;
    const int64_t n = r % T + 1;
#pragma omp simd reduction(max : top)
    for (int64_t j = 0; j < n; ++j) top = std::max(top, s[j]);
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; ++j) sum += s[j] = fast_exp(scale * (s[j] - top));
#pragma omp simd
    for (int64_t j = 0; j < n; ++j) s[j] *= 1 / sum;
    for (int64_t j = n; j < T; ++j) s[j] = 0;
  }
}
// dp becomes the gradient of the unscaled scores: scale * p * (dp - sum(p * dp)).
void causal_softmax_backward(const float* probability, float* dprobability) {
#pragma omp parallel for schedule(static)
  for (int64_t r = 0; r < B * heads * T; ++r) {
    const float* p = probability + r * T;
    float *dp = dprobability + r * T, sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < T; ++j) sum += p[j] * dp[j];
#pragma omp simd
    for (int64_t j = 0; j < T; ++j) dp[j] = scale * p[j] * (dp[j] - sum);
  }
}
// y = u * P(u) with the normal distribution P, and u becomes the derivative P(u) + u * P'(u): both need exp(-u^2 / 2).
// P by Abramowitz and Stegun 7.1.26, error below 1.5e-7.
void gelu(float* u, float* y, int64_t n) {
#pragma omp parallel for simd schedule(static)
  for (int64_t i = 0; i < n; ++i) {
    const float x = u[i], a = std::abs(x), e = fast_exp(-0.5f * x * x), t = 1 / (1 + 0.3275911f * 0.70710678f * a);
    float tail = t * (-1.453152027f + t * 1.061405429f);
    tail = 0.5f * e * t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + tail)));
    const float p = x < 0 ? tail : 1 - tail;
    y[i] = x * p;
    u[i] = p + x * e * 0.39894228f;
  }
}
void multiply(const float* factor, float* x, int64_t n) {
#pragma omp parallel for simd schedule(static)
  for (int64_t i = 0; i < n; ++i) x[i] *= factor[i];
}

// --- layers ----------------------------------------------------------------------------------------------------------

const desc rows = plain({N, D});
const desc of_heads({B, heads, T, d}, type::f32, memory::dims{T * D, d, D, 1});    // a [N, D] buffer seen by heads
const desc transposed({B, heads, d, T}, type::f32, memory::dims{T * D, d, 1, D});  // the same, last two axes swapped
const desc scores = plain({B, heads, T, T});
const desc scores_transposed({B, heads, T, T}, type::f32, tag::abdc);

void product(Step& step, const char* name, const memory& a, const memory& b, const memory& c) {
  const matmul::primitive_desc pd(cpu, a.get_desc(), b.get_desc(), c.get_desc(), with());
  step.add(name, pd, {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
}

struct LayerNorm {
  normalization_flags flags = normalization_flags::use_scale | normalization_flags::use_shift;
  layer_normalization_forward::primitive_desc norm{cpu, prop_kind::forward_training, rows, rows, 1e-5f, flags, with()};
  Param gamma, beta;
  memory x, y = zeros(rows), mean = zeros(norm.mean_desc()), variance = zeros(norm.variance_desc());

  explicit LayerNorm(Params& params) : gamma(params.add(plain({D}), 0, 1)), beta(params.add(plain({D}), 0)) {}

  memory forward(Step& step, const memory& input) {
    x = input;
    step.add("norm", norm,
             {{DNNL_ARG_SRC, x},
              {DNNL_ARG_SCALE, gamma.w},
              {DNNL_ARG_SHIFT, beta.w},
              {DNNL_ARG_MEAN, mean},
              {DNNL_ARG_VARIANCE, variance},
              {DNNL_ARG_DST, y}});
    return y;
  }
  void backward(Step& step, const memory& dy, const memory& dx) const {
    const layer_normalization_backward::primitive_desc pd(cpu, prop_kind::backward, rows, rows, rows, 1e-5f, flags,
                                                          norm, with());
    // 3.2 refuses to run without the shift, which it has no use for.
    step.add("norm_dx", pd,
             {{DNNL_ARG_SRC, x},
              {DNNL_ARG_DIFF_DST, dy},
              {DNNL_ARG_SCALE, gamma.w},
              {DNNL_ARG_SHIFT, beta.w},
              {DNNL_ARG_MEAN, mean},
              {DNNL_ARG_VARIANCE, variance},
              {DNNL_ARG_DIFF_SRC, dx},
              {DNNL_ARG_DIFF_SCALE, gamma.dw},
              {DNNL_ARG_DIFF_SHIFT, beta.dw}});
  }
};

// Gradients that live within one block's backward pass: all blocks share them.
struct Workspace {
  memory branch = zeros(rows), attention = zeros(rows), dq = zeros(rows), dk = zeros(rows), dv = zeros(rows);
  memory hidden = zeros(plain({N, F})), dscores = zeros(scores);
};

struct Block {
  LayerNorm norm1, norm2;
  Linear Wq, Wk, Wv, Wo, W1, W2;
  memory q = zeros(rows), k = zeros(rows), v = zeros(rows), p = zeros(scores), mixed = zeros(rows);
  memory middle = zeros(rows), u = zeros(plain({N, F})), g = zeros(plain({N, F})), out = zeros(rows);

  explicit Block(Params& params)
      : norm1(params),
        norm2(params),
        Wq(params, N, D, D),
        Wk(params, N, D, D),
        Wv(params, N, D, D),
        Wo(params, N, D, D, add(rows)),
        W1(params, N, D, F),
        W2(params, N, F, D, add(rows)) {}

  memory forward(Step& step, const memory& x) {
    const memory a = norm1.forward(step, x);
    Wq.forward(step, "qkv", a, q);
    Wk.forward(step, "qkv", a, k);
    Wv.forward(step, "qkv", a, v);
    product(step, "attention", view(q, of_heads), view(k, transposed), p);
    step.call("softmax", [p = p] { causal_softmax(floats(p)); });
    product(step, "attention", p, view(v, of_heads), view(mixed, of_heads));
    Wo.forward(step, "proj", mixed, middle, {{addend, x}});
    W1.forward(step, "ff", norm2.forward(step, middle), u);
    step.call("gelu", [u = u, g = g] { gelu(floats(u), floats(g), N * F); });
    W2.forward(step, "ff", g, out, {{addend, middle}});
    return out;
  }

  // dx: in, the gradient of this block's output; out, of its input.
  void backward(Step& step, const memory& dx, const Workspace& w) const {
    W2.backward_weights(step, "ff_dw", g, dx);
    W2.backward_data(step, "ff_dx", dx, w.hidden);
    step.call("gelu_dx", [u = u, du = w.hidden] { multiply(floats(u), floats(du), N * F); });
    W1.backward_weights(step, "ff_dw", norm2.y, w.hidden);
    W1.backward_data(step, "ff_dx", w.hidden, w.branch);
    join(step, norm2, dx, w);

    Wo.backward_weights(step, "proj_dw", mixed, dx);
    Wo.backward_data(step, "proj_dx", dx, w.attention);
    product(step, "attention_dx", view(w.attention, of_heads), view(v, transposed), w.dscores);
    product(step, "attention_dx", view(p, scores_transposed), view(w.attention, of_heads), view(w.dv, of_heads));
    step.call("softmax_dx", [p = p, ds = w.dscores] { causal_softmax_backward(floats(p), floats(ds)); });
    product(step, "attention_dx", w.dscores, view(k, of_heads), view(w.dq, of_heads));
    product(step, "attention_dx", view(w.dscores, scores_transposed), view(q, of_heads), view(w.dk, of_heads));
    Wq.backward_weights(step, "qkv_dw", norm1.y, w.dq);
    Wk.backward_weights(step, "qkv_dw", norm1.y, w.dk);
    Wv.backward_weights(step, "qkv_dw", norm1.y, w.dv);
    Wq.backward_data(step, "qkv_dx", w.dq, w.branch);
    Wk.backward_data(step, "qkv_dx", w.dk, w.branch, true);
    Wv.backward_data(step, "qkv_dx", w.dv, w.branch, true);
    join(step, norm1, dx, w);
  }

 private:
  // The gradient of a branch goes back through its norm and joins the residual stream's.
  static void join(Step& step, const LayerNorm& norm, const memory& dx, const Workspace& w) {
    norm.backward(step, w.branch, w.attention);
    step.call("residual_dx", [from = w.attention, dx] { add_to(dx, from); });
  }
};

struct Gpt : Net {
  Params params;
  Param token_table = params.add(plain({V, D}), 1), place_table = params.add(plain({T, D}), 1);
  memory x = zeros(rows), dx = zeros(rows), logits = zeros(plain({N, V})), dlogits = zeros(plain({N, V}));
  std::vector<int> tokens = random_classes(N, V), targets = random_classes(N, V), places;

  Gpt() {
    std::vector<Block> net;
    for (int64_t i = 0; i < blocks; ++i) net.emplace_back(params);
    LayerNorm last_norm(params);
    const Linear head(params, N, D, V);
    params.allocate();
    for (int i = 0; i < N; ++i) places.push_back(i % T);
    const Workspace work;

    step.call("embed", [this] { embed_tokens(); });
    memory stream = x;
    for (Block& block : net) stream = block.forward(step, stream);
    head.forward(step, "head", last_norm.forward(step, stream), logits);
    step.call("loss", [this] { loss = softmax_cross_entropy(logits, dlogits, targets, V); });

    head.backward_weights(step, "head_dw", last_norm.y, dlogits);
    head.backward_data(step, "head_dx", dlogits, work.branch);
    last_norm.backward(step, work.branch, dx);
    for (auto block = net.rbegin(); block != net.rend(); ++block) block->backward(step, dx, work);
    step.call("embed_dx", [this] {
      embed_backward(floats(token_table.dw), V, tokens, floats(dx), D);
      embed_backward(floats(place_table.dw), T, places, floats(dx), D);
    });
    step.call("optimizer", [this] { params.adam(1e-6f, 0.01f); });

    const matmul::primitive_desc qk(cpu, of_heads, transposed, scores);
    info = std::string(net[0].W1.product.impl_info_str()) + ", " + qk.impl_info_str() + ", " +
           net[0].norm1.norm.impl_info_str();
  }

  void embed_tokens() const {
    const float *token = floats(token_table.w), *place = floats(place_table.w);
    const int *tokens_at = tokens.data(), *places_at = places.data();
    float* out = floats(x);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < N; ++i)
      for (int64_t j = 0; j < D; ++j) out[i * D + j] = token[tokens_at[i] * D + j] + place[places_at[i] * D + j];
  }
};

}  // namespace

std::unique_ptr<Net> gpt() { return std::make_unique<Gpt>(); }

}  // namespace by_hand
