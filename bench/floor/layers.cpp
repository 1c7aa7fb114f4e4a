#include "layers.h"

#include <cmath>

#include "passes.h"

namespace by_hand {

void product_of_transposed(Step& step, const char* name, const memory& x, const memory& dy, const memory& dw) {
  const memory::dims from = x.get_desc().get_dims(), to = dy.get_desc().get_dims();
  const int64_t rows = from[0], in = from[1], out = to[1];
  const desc dy_transposed({out, rows}, type::f32, tag::ba), result = plain({out, in});
  const dnnl::matmul::primitive_desc pd(cpu, dy_transposed, plain({rows, in}), result, with());
  const bool same = dw.get_desc() == result;
  const memory dw_plain = same ? dw : zeros(result);
  step.add(name, pd, {{DNNL_ARG_SRC, view(dy, dy_transposed)}, {DNNL_ARG_WEIGHTS, x}, {DNNL_ARG_DST, dw_plain}});
  if (!same) step.convert("dw", dw_plain, dw);
}

Linear::Linear(Params& params, int64_t rows_, int64_t in_, int64_t out_, const dnnl::post_ops& fused)
    : rows(rows_),
      in(in_),
      out(out_),
      product(cpu, dnnl::prop_kind::forward_training, plain({rows, in}), any({out, in}), plain({out}),
              plain({rows, out}), with(fused)),
      W(params.add(product.weights_desc(), 1 / std::sqrt(static_cast<float>(in)))),
      b(params.add(plain({out}), 1 / std::sqrt(static_cast<float>(in)))) {}

void Linear::forward(Step& step, const char* name, const memory& x, const memory& y, args extra) const {
  extra.insert({{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, W.w}, {DNNL_ARG_BIAS, b.w}, {DNNL_ARG_DST, y}});
  step.add(name, product, extra);
}

void Linear::backward_weights(Step& step, const char* name, const memory& x, const memory& dy) const {
  product_of_transposed(step, name, x, dy, W.dw);
  step.call("db", [*this, dy] { sum_rows(floats(dy), floats(b.dw), rows, out); });
}

void Linear::backward_data(Step& step, const char* name, const memory& dy, const memory& dx, bool adding) const {
  const dnnl::matmul::primitive_desc pd(cpu, plain({rows, out}), any({out, in}), plain({rows, in}),
                                        with(adding ? accumulate() : dnnl::post_ops()));
  const memory w = step.as("w", W.w, pd.weights_desc());
  step.add(name, pd, {{DNNL_ARG_SRC, dy}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DST, dx}});
}

}  // namespace by_hand
