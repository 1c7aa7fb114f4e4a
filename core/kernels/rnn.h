#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// What a step of a recurrent layer does besides its products. States are row-major: [..., hidden]. Rows of gates,
// blocks of `hidden` columns, and of what has their shape lie equally far apart, further than they are long if need be.
// `gates` begin as the input's part of the sums and become activations; `recurrent` is the part of the step before. In
// the gradients `slopes` are those of the sums, dh that of h by the step after, added to dy; `carry` goes on by steps.

/// Gates i, f, g, o: c = f c_before + i g, h = o tanh(c).
using LstmCellKernel = Status(const View& gates, const View& recurrent, const View& c_before, const View& c,
                              const View& h, const Launch&);
/// carry: of c, in place the one of c_before.
using LstmCellGradKernel = Status(const View& slopes, const View& gates, const View& c_before, const View& c,
                                  const View& dy, const View& dh, const View& carry, const Launch&);
/// Gates r, z, n, the last of which takes the sum input's part + r recurrent part: h = (1 - z) n + z h_before.
using GruCellKernel = Status(const View& gates, const View& recurrent, const View& h_before, const View& h,
                             const Launch&);
/// recurrent_slopes: of the recurrent part. carry: of h_before, without what comes by its product.
using GruCellGradKernel = Status(const View& slopes, const View& recurrent_slopes, const View& gates,
                                 const View& recurrent, const View& h_before, const View& dy, const View& dh,
                                 const View& carry, const Launch&);

struct RnnKernels {
  Slot<LstmCellKernel> lstm_cell{"lstm", floating};
  Slot<LstmCellGradKernel> lstm_cell_grad{"lstm", floating};
  Slot<GruCellKernel> gru_cell{"gru", floating};
  Slot<GruCellGradKernel> gru_cell_grad{"gru", floating};
};

}  // namespace v0
}  // namespace tenon
