#include "tenon/nn/containers.h"

#include "tenon/core/check.h"
#include "tenon/nn/fusion.h"

namespace tenon::inline v0::nn {

namespace {

/// Layer i in a role, null where it has another or there is none.
template <class Role>
Role* layer_as(const std::vector<std::unique_ptr<Layer>>& layers, size_t i) {
  return i < layers.size() ? dynamic_cast<Role*>(layers[i].get()) : nullptr;
}

}  // namespace

void Sequential::push(std::unique_ptr<Layer> layer) {
  TENON_CHECK(layer, ValueError, "Sequential: the layer is null");
  layers_.push_back(std::move(layer));
  put(std::to_string(layers_.size() - 1), *layers_.back());
}

Layer& Sequential::operator[](size_t i) const {
  TENON_CHECK(i < layers_.size(), IndexError, "Sequential: there is no layer ", i, " of ", layers_.size());
  return *layers_[i];
}

Tensor Sequential::forward(const Tensor& x) {
  // Whether layer i is an activation that goes behind the next layer.
  const auto swaps = [&](size_t i) {
    const auto* activation = layer_as<ActivationLayer>(layers_, i);
    const auto* next = activation ? layer_as<Picking>(layers_, i + 1) : nullptr;
    return next && next->commutes(activation->activation());
  };
  Tensor y = x;
  for (size_t i = 0; i < layers_.size(); ++i) {
    if (swaps(i)) {
      y = (*layers_[i])((*layers_[i + 1])(y));
      ++i;
      continue;
    }
    auto* product = layer_as<Fusable>(layers_, i);
    const auto* follower = product ? layer_as<ActivationLayer>(layers_, i + 1) : nullptr;
    if (!follower || !product->fuses(follower->activation()) || swaps(i + 1)) {
      y = (*layers_[i])(y);
      continue;
    }
    y = layers_[i]->within([&] { return product->forward_with(y, follower->activation()); });
    ++i;
  }
  return y;
}

}  // namespace tenon::inline v0::nn
