// Layers that several floors have.
#pragma once
#include "params.h"

namespace by_hand {

/// dw = dy^T x, both [rows, ...] and plain, into the layout that dw has.
void product_of_transposed(Step& step, const char* name, const memory& x, const memory& dy, const memory& dw);

/// A linear layer as sequence models use it, packed for its forward product.
struct Linear {
  int64_t rows, in, out;
  dnnl::inner_product_forward::primitive_desc product;
  Param W, b;

  Linear(Params& params, int64_t rows, int64_t in, int64_t out, const dnnl::post_ops& fused = {});
  void forward(Step& step, const char* name, const memory& x, const memory& y, args extra = {}) const;
  /// dW = dy^T x as a matmul: 5 to 25 % faster for these shapes than inner_product_backward_weights, even with the
  /// reorder into W's layout and our own sum for the bias.
  void backward_weights(Step& step, const char* name, const memory& x, const memory& dy) const;
  /// dx = dy W, or dx += dy W.
  void backward_data(Step& step, const char* name, const memory& dy, const memory& dx, bool adding = false) const;
};

/// The gradient of a weight by primitive `pd`, in the weight's own layout or brought there; of a bias if there is one.
template <class Desc>
void weight_gradient(Step& step, const char* name, const Desc& pd, const memory& x, const memory& dy, const Param& W,
                     const Param* b = nullptr) {
  const bool same = pd.diff_weights_desc() == W.dw.get_desc();
  const memory dw = same ? W.dw : zeros(pd.diff_weights_desc());
  args a{{DNNL_ARG_SRC, step.as("x", x, pd.src_desc())},
         {DNNL_ARG_DIFF_DST, step.as("dy", dy, pd.diff_dst_desc())},
         {DNNL_ARG_DIFF_WEIGHTS, dw}};
  if (b) a.insert({DNNL_ARG_DIFF_BIAS, b->dw});
  step.add(name, pd, a);
  if (!same) step.convert("dw", dw, W.dw);
}

/// The gradient of an input, in the layout of dx, which is that of pd.
template <class Desc>
void data_gradient(Step& step, const char* name, const Desc& pd, const memory& W, const memory& dy, const memory& dx) {
  step.add(name, pd,
           {{DNNL_ARG_DIFF_DST, step.as("dy", dy, pd.diff_dst_desc())},
            {DNNL_ARG_WEIGHTS, step.as("w", W, pd.weights_desc())},
            {DNNL_ARG_DIFF_SRC, dx}});
}

}  // namespace by_hand
