#pragma once
#include <vector>

#include "tenon/core/array.h"
#include "tenon/core/random.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The weights of one direction of one layer, in PyTorch's layouts: the gates' rows one below the other.
template <class A>
struct RnnWeights {
  A weight_ih;  ///< [gates * hidden, features]
  A weight_hh;  ///< [gates * hidden, hidden]
  A bias_ih;    ///< [gates * hidden], or none
  A bias_hh;    ///< likewise
};
struct RnnOptions {
  bool bidirectional = false;  ///< each layer runs over the sequence from both ends, and joins the two outputs
  bool batch_first = false;    ///< input and output are [batch, steps, ...]
  double dropout = 0;          ///< the share of the elements between two layers that become 0, as `dropout` does it
};

/// The state of an LSTM before the first step: [layers * directions, batch, hidden] each; zeros where it is none.
template <class A>
struct LstmState {
  A h, c;
};
template <class A>
struct LstmResult {
  A output;  ///< h of the last layer at each step: [steps, batch, directions * hidden]
  A h, c;    ///< the state behind the last step
};
template <class A>
struct GruResult {
  A output;  ///< as of lstm
  A h;
};

// x: [steps, batch, features]. `weights`: one a direction, of layer 0 forward, layer 0 backward, layer 1 forward, ...;
// their number says how many layers there are. A layer above the first has `directions * hidden` features. Throw
// ShapeError where shapes do not fit or there is no step, ValueError where a weight is missing, DTypeError,
// DeviceError.

/// Long short-term memory (Hochreiter and Schmidhuber, 1997), with a forget gate, as in PyTorch. With the sums
/// s = x weight_ih^T + bias_ih + h weight_hh^T + bias_hh, in four blocks: i, f, o = sigmoid(s_i), sigmoid(s_f),
/// sigmoid(s_o), g = tanh(s_g); c = f c + i g; h = o tanh(c). The blocks' order is i, f, g, o.
LstmResult<Array> lstm(const Array& x, const std::vector<RnnWeights<Array>>& weights,
                       const LstmState<Array>& state = {}, const RnnOptions& options = {},
                       Generator& generator = default_generator());
/// Gated recurrent unit (Cho et al., 2014), as in PyTorch. With a = x weight_ih^T + bias_ih and
/// b = h weight_hh^T + bias_hh, in three blocks: r, z = sigmoid(a_r + b_r), sigmoid(a_z + b_z); n = tanh(a_n + r b_n);
/// h = (1 - z) n + z h. The blocks' order is r, z, n.
GruResult<Array> gru(const Array& x, const std::vector<RnnWeights<Array>>& weights, const Array& h = {},
                     const RnnOptions& options = {}, Generator& generator = default_generator());

}  // namespace v0
}  // namespace tenon
