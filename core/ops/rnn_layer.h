// Internal: one direction of one layer of a recurrent net, and its gradient.
#pragma once
#include "tenon/core/ops/rnn.h"

namespace tenon::inline v0::detail {

enum class RnnCell : uint8_t { lstm, gru };
inline const char* name_of(RnnCell cell) { return cell == RnnCell::lstm ? "lstm" : "gru"; }
inline int64_t gates_of(RnnCell cell) { return cell == RnnCell::lstm ? 4 : 3; }

/// What a layer computes. The states have the one before the first step at one end: at the far one of a reversed layer.
struct RnnPass {
  Array gates;      ///< their activations: [steps, batch, gates * hidden]
  Array h, c;       ///< [steps + 1, batch, hidden]; c is the LSTM's
  Array recurrent;  ///< of the GRU: h's part of the sums, shaped like the gates

  int64_t steps() const { return gates.size(0); }
  Array output(bool reversed) const { return slice(h, 0, reversed ? 0 : 1, reversed ? steps() : steps() + 1, 1); }
  Array h_before(bool reversed) const { return slice(h, 0, reversed ? 1 : 0, reversed ? steps() + 1 : steps(), 1); }
  Array last_c(bool reversed) const { return select(c, 0, reversed ? 0 : steps()); }
};

/// x: [steps, batch, features]; states [batch, hidden], or none: zeros. All of one floating dtype.
RnnPass rnn_pass(RnnCell cell, const Array& x, const RnnWeights<Array>& weights, const LstmState<Array>& before,
                 bool reversed);

struct RnnGradients {
  Array dx, dweight_ih, dweight_hh, dbias_ih, dbias_hh, dh, dc;  ///< those that were asked for
};
/// Which of them to compute; weights and input cost a product each.
struct RnnWanted {
  bool x, weight_ih, weight_hh, biases, h;
};
/// From the gradients of the output and of the last c, each of which may be none.
RnnGradients rnn_pass_grad(RnnCell cell, const Array& dy, const Array& dc, const Array& x, const Array& weight_ih,
                           const Array& weight_hh, const RnnPass& pass, bool reversed, RnnWanted wanted);

}  // namespace tenon::inline v0::detail
