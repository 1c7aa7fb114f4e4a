#pragma once
#include <span>

#include "tenon/core/array.h"
#include "tenon/core/kernels/update.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// What may stand between gradients and parameters: both 0-d arrays on the parameters' device, or not defined.
struct UpdateGuard {
  Array inverse_scale{};  ///< float32: multiplies every gradient
  Array found_bad{};      ///< bool: becomes true on a gradient that is not finite; while true, nothing is written
};

// Optimizer steps on a whole list in one call. Each parameter goes with the gradient, and the state, at its place:
// same shape, dtype and device; parameters and state are dense. Parameters and state are written and count as such.
// Throw ValueError where the lists differ in length, ShapeError, DTypeError, DeviceError.

/// With weight decay g = g + weight_decay p. Without velocities p = p - lr g. With them v = momentum v + (1 -
/// dampening) g (on the first step v = g), and p = p - lr v, or p = p - lr (g + momentum v) with Nesterov's rule. As
/// PyTorch's SGD.
void sgd_update(std::span<const Array> parameters, std::span<const Array> gradients, std::span<const Array> velocities,
                const SgdUpdate& update, const UpdateGuard& guard = {});
/// m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, p = p - lr m' / (sqrt(v') + eps) with
/// m' = m / (1 - beta1^step) and v' = v / (1 - beta2^step). Weight decay adds weight_decay p to g or, decoupled, takes
/// lr weight_decay p off p. As PyTorch's Adam and AdamW.
void adam_update(std::span<const Array> parameters, std::span<const Array> gradients,
                 std::span<const Array> first_moments, std::span<const Array> second_moments, const AdamUpdate& update,
                 const UpdateGuard& guard = {});

}  // namespace v0
}  // namespace tenon
