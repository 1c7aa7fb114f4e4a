#include "tenon/nn/containers.h"

#include "tenon/core/check.h"
#include "tenon/nn/fusion.h"

namespace tenon::inline v0::nn {

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
  Tensor y = x;
  for (size_t i = 0; i < layers_.size(); ++i) {
    auto* product = dynamic_cast<Fusable*>(layers_[i].get());
    const auto* follower =
        product && i + 1 < layers_.size() ? dynamic_cast<ActivationLayer*>(layers_[i + 1].get()) : nullptr;
    if (!follower || !product->fuses(follower->activation())) {
      y = (*layers_[i])(y);
      continue;
    }
    y = layers_[i]->within([&] { return product->forward_with(y, follower->activation()); });
    ++i;
  }
  return y;
}

}  // namespace tenon::inline v0::nn
