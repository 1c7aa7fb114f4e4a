#include "tenon/autograd/grad_mode.h"

#include "tenon/autograd/state.h"

namespace tenon::inline v0 {

using detail::state;

bool grad_enabled() { return !state.grad_off; }

NoGrad::NoGrad() : before_(std::exchange(state.grad_off, true)) {}
NoGrad::~NoGrad() { state.grad_off = before_; }

EnableGrad::EnableGrad() : before_(std::exchange(state.grad_off, false)) {}
EnableGrad::~EnableGrad() { state.grad_off = before_; }

}  // namespace tenon::inline v0
