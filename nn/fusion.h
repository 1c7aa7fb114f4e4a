#pragma once
#include "tenon/core/kernels/fused.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

/// An activation without parameters: a layer that may run inside the product before it.
class ActivationLayer : public Layer {
 public:
  /// What a kernel knows it as; none where it is always an operation of its own, as that of a derived class is: its
  /// forward may be another.
  virtual Activation activation() const { return Activation::none; }
};

/// A layer whose kernel can apply an activation to its result.
class Fusable {
 public:
  virtual ~Fusable() = default;
  /// Whether forward_with may stand for forward and this activation behind it: the layer has no activation of its own,
  /// and its class is not derived from the one that says so, whose forward may be another.
  virtual bool fuses(Activation activation) const = 0;
  /// The layer's forward with `activation` in the place of its own. Throws as forward does.
  virtual Tensor forward_with(const Tensor& x, Activation activation) = 0;
};

/// A layer that takes elements of its input as they are: an activation behind it has less to do than one before it.
class Picking {
 public:
  virtual ~Picking() = default;
  /// Whether forward gives the same, gradients too, before the activation and behind it. Not for a derived class, whose
  /// forward may be another.
  virtual bool commutes(Activation activation) const = 0;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
