#include "tenon/autograd/tensor.h"

#include <algorithm>
#include <atomic>

#include "tenon/autograd/accumulate.h"
#include "tenon/core/check.h"

namespace tenon::inline v0 {

namespace {

uint64_t next_hook() {
  static std::atomic<uint64_t> count{0};
  return ++count;
}

void check_flows(const Tensor& t, const char* what) {
  TENON_CHECK(t.requires_grad(), GradError, what, ": tensor does not ask for gradients");
}

}  // namespace

Tensor Tensor::requires_grad(bool on) const {
  TENON_CHECK(defined(), ValueError, "requires_grad: the tensor is not defined");
  if (on == node_->asks) return *this;
  TENON_CHECK(is_leaf(), GradError, "requires_grad: the tensor is the result of ", node_->op, "; detach() it first");
  TENON_CHECK(is_floating(dtype()), DTypeError, "requires_grad: the tensor is ", name_of(dtype()),
              "; only floating ones have gradients");
  detail::extras_of(node_);
  node_->asks = node_->keep_value = on;
  return *this;
}

Tensor Tensor::grad() const { return node_ ? detail::accumulated(node_) : Tensor(); }

void Tensor::set_grad(const Tensor& gradient) const {
  TENON_CHECK(defined(), ValueError, "set_grad: the tensor is not defined");
  if (gradient.defined()) {
    TENON_CHECK(gradient.shape() == shape(), ShapeError, "set_grad: the gradient is ", gradient.shape(),
                ", the tensor ", shape());
    TENON_CHECK(gradient.dtype() == dtype(), DTypeError, "set_grad: the gradient is ", name_of(gradient.dtype()),
                ", the tensor ", name_of(dtype()));
    TENON_CHECK(gradient.device() == device(), DeviceError, "set_grad: the gradient is on ", gradient.device(),
                ", the tensor on ", device());
  }
  detail::set_accumulated(node_, gradient);
}

void Tensor::clear_grad() const {
  if (node_ && node_->extras) detail::set_accumulated(node_, Tensor());
}

void Tensor::retain_grad() const {
  check_flows(*this, "retain_grad");
  if (is_leaf()) return;
  detail::extras_of(node_);
  node_->retains_grad = true;
}

uint64_t Tensor::register_hook(std::function<Tensor(const Tensor&)> hook) const {
  check_flows(*this, "register_hook");
  const uint64_t number = next_hook();
  detail::extras_of(node_).hooks.emplace_back(number, std::move(hook));
  return number;
}

uint64_t Tensor::register_post_accumulate_grad_hook(std::function<void(const Tensor&)> hook) const {
  check_flows(*this, "register_post_accumulate_grad_hook");
  TENON_CHECK(is_leaf(), GradError, "register_post_accumulate_grad_hook: the tensor is the result of ", node_->op,
              ", not a leaf");
  const uint64_t number = next_hook();
  detail::extras_of(node_).after_accumulation.emplace_back(number, std::move(hook));
  return number;
}

void Tensor::remove_hook(uint64_t number) const {
  if (!node_ || !node_->extras) return;
  const auto is_it = [number](const auto& hook) { return hook.first == number; };
  std::erase_if(node_->extras->hooks, is_it);
  std::erase_if(node_->extras->after_accumulation, is_it);
}

void Tensor::replace(Array value) const {
  TENON_CHECK(defined(), ValueError, "replace: the tensor is not defined");
  TENON_CHECK(is_leaf(), GradError, "replace: the tensor is the result of ", node_->op, ", not a leaf");
  TENON_CHECK(value.shape() == shape(), ShapeError, "replace: the value is ", value.shape(), ", the tensor ", shape());
  TENON_CHECK(!node_->asks || is_floating(value.dtype()), DTypeError, "replace: the tensor asks for gradients, and ",
              name_of(value.dtype()), " has none");
  node_->value = std::move(value);
  ++node_->replaced;
}

}  // namespace tenon::inline v0
