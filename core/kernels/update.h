#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// One step of stochastic gradient descent.
struct SgdUpdate {
  double lr;
  int64_t step;  ///< this one's number, from 1: in the first, velocities (all zeros) become gradients, not dampened
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
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

/// How the scale of a loss follows what became of the gradients.
struct ScalerUpdate {
  double growth_factor = 2;
  double backoff_factor = 0.5;
  int32_t growth_interval = 2000;
};

/// `count` parameters, each with its gradient and state: `operands` arrays side by side, of one dtype, dense, with the
/// same strides.
struct UpdateList {
  const View* arrays;
  int64_t count;
  int32_t operands;
};

/// What the host does not know when it asks for a step: 0-d, each without data where there is no such thing.
struct UpdateControl {
  View inverse_scale;  ///< float32: multiplies every gradient
  View found_bad;      ///< bool: while it is true, the step writes nothing but `skipped`
  View skipped;        ///< int64: grows by one in a step that writes nothing; it is taken off every later step's number
};

template <class Update>
using UpdateKernel = Status(const UpdateList&, const Update&, const UpdateControl&, const Launch&);

struct UpdateKernels {
  /// Operands: parameter, gradient, and velocity (sgd with momentum) or first and second moment (adam).
  Slot<UpdateKernel<SgdUpdate>> sgd{"sgd_update", floating};
  Slot<UpdateKernel<AdamUpdate>> adam{"adam_update", floating};

  // Lists with one operand. The arrays need not be alike in strides. A number on the device is 0-d, of the type that
  // the dtype computes in.

  /// found_bad (bool, 0-d) becomes true where an element is not finite.
  Slot<Status(const UpdateList&, const View& found_bad, const Launch&)> find_bad{"find_bad", floating};
  /// The root of the sum of all squares.
  Slot<Status(const UpdateList&, const View& norm, const Launch&)> norm{"list_norm", floating};
  /// x = x factor. found_bad, if it has data, becomes true where x is not finite before.
  Slot<Status(const UpdateList&, const View& factor, const View& found_bad, const Launch&)> scale{"scale_list",
                                                                                                  floating};
  /// x = x min(1, most / (norm + 1e-6))
  Slot<Status(const UpdateList&, const View& norm, double most, const Launch&)> clip{"clip_list", floating};
  /// x = min(max(x, -most), most); nan stays.
  Slot<Status(const UpdateList&, double most, const Launch&)> clamp{"clamp_list", floating};

  /// After one iteration: scale and its inverse (float32) and growth (int32: iterations since the last change), all
  /// 0-d. The flags in found_bad (bool, 1-d) become false again.
  Slot<Status(const ScalerUpdate&, const View& scale, const View& inverse, const View& growth, const View& found_bad,
              const Launch&)>
      scaler{"scaler_update", dtypes(float32)};
};

}  // namespace v0
}  // namespace tenon
