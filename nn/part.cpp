#include "tenon/nn/part.h"

#include <algorithm>

#include "tenon/core/check.h"
#include "tenon/nn/module.h"

namespace tenon::inline v0::nn {

Part::Part(Part&& o) noexcept : parent_(o.parent_), name_(std::move(o.name_)), kind_(o.kind_) {
  if (!parent_) return;
  *std::find(parent_->parts_.begin(), parent_->parts_.end(), &o) = this;
  o.parent_ = nullptr;
}

Part::~Part() {
  if (parent_) std::erase(parent_->parts_, this);
}

Parameter::Parameter(Tensor value) : Part(Kind::parameter), Tensor(static_cast<Tensor&&>(value)) {
  if (defined()) requires_grad(true);
}

void tie(Parameter& follower, const Parameter& leader) {
  TENON_CHECK(follower.shape() == leader.shape(), ShapeError, "tie: shapes differ: ", follower.shape(), " and ",
              leader.shape());
  follower.Tensor::operator=(leader);
}

}  // namespace tenon::inline v0::nn
