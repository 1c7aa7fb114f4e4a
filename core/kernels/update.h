#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// One step of stochastic gradient descent.
struct SgdUpdate {
  double lr;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
  bool first = false;  ///< the velocities, all zeros, become the gradients without dampening
};

/// One step of Adam (Kingma and Ba 2015), or of AdamW (Loshchilov and Hutter 2019) where the decay is decoupled.
struct AdamUpdate {
  double lr;
  int64_t step;  ///< this one's number, from 1
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
  bool decoupled = false;
};

/// `count` parameters, each with its gradient and state: `operands` arrays side by side, of one dtype, dense, with the
/// same strides.
struct UpdateList {
  const View* arrays;
  int64_t count;
  int32_t operands;
};

/// Every gradient is multiplied by `inverse_scale` (float32, 0-d) if that has data. If `found_bad` (bool, 0-d) has
/// data, it becomes true where a gradient is not finite, and while it is true nothing else is written.
template <class Update>
using UpdateKernel = Status(const UpdateList&, const Update&, const View& inverse_scale, const View& found_bad,
                            const Launch&);

/// Operands: parameter, gradient, and velocity (sgd with momentum) or first and second moment (adam).
struct UpdateKernels {
  Slot<UpdateKernel<SgdUpdate>> sgd{"sgd_update", floating};
  Slot<UpdateKernel<AdamUpdate>> adam{"adam_update", floating};
};

}  // namespace v0
}  // namespace tenon
