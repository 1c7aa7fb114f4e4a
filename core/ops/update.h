#pragma once
#include <span>
#include <vector>

#include "tenon/core/array.h"
#include "tenon/core/kernels/update.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// What may stand between gradients and parameters: 0-d arrays on the parameters' device, or not defined.
struct UpdateGuard {
  Array inverse_scale{};  ///< float32: multiplies every gradient
  Array found_bad{};      ///< bool: while it is true, nothing is written but `skipped`
  Array skipped{};        ///< int64: counts the steps that wrote nothing, and is taken off the number of each later one
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

// On lists of gradients: arrays of any shapes, of one dtype (floating) and device; see by_kind. What they multiply by
// is in the type that the dtype computes in: float64 for float64, else float32. Nothing waits for the device. Throw
// ValueError, DTypeError, DeviceError.

/// The arrays in lists of one dtype and device each, in their order.
std::vector<std::vector<Array>> by_kind(std::span<const Array> arrays);
/// found_bad (bool, 0-d) becomes true where an element is not finite.
void find_bad(std::span<const Array> arrays, const Array& found_bad);
/// The root of the sum of the squares of all elements: 0-d. 0 for an empty list.
Array list_norm(std::span<const Array> arrays);
/// x = x factor, a 0-d array. found_bad, if it is defined, becomes true where an element is not finite before.
void scale_list_(std::span<const Array> arrays, const Array& factor, const Array& found_bad = {});
/// x = x min(1, most / (norm + 1e-6)), the norm being a 0-d array.
void clip_list_(std::span<const Array> arrays, const Array& norm, double most);
/// x = min(max(x, -most), most); nan stays.
void clamp_list_(std::span<const Array> arrays, double most);

/// After one iteration: where a flag of found_bad (bool, 1-d) is set, the scale is multiplied by the back-off factor;
/// after growth_interval iterations in a row without it by the growth factor, unless that is infinite. `inverse` is
/// 1 / scale (both float32, 0-d), `growth` (int32, 0-d) counts. The flags become false again.
void scaler_update(const ScalerUpdate& update, const Array& scale, const Array& inverse, const Array& growth,
                   const Array& found_bad);

}  // namespace v0
}  // namespace tenon
