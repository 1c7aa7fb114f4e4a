#include "tenon/autograd/autocast.h"

#include <unordered_map>

#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/precision.h"
#include "tenon/autograd/state.h"
#include "tenon/core/check.h"

namespace tenon::inline v0 {

namespace detail {

class AutocastScope {
 public:
  explicit AutocastScope(DType low) : low_(low) {}
  DType low() const { return low_; }

  /// A leaf's cast, made once for each state of its value.
  Tensor leaf_as_low(const Tensor& leaf) {
    const Node& node = *leaf.node();
    const uint32_t version = version_of(*node.value.storage());
    Cast& cast = casts_[&node];
    const bool current = cast.result.defined() && cast.version == version && cast.replaced == node.replaced;
    if (!current || (grad_enabled() && !cast.result.requires_grad())) {
      cast = {leaf, tenon::cast(leaf, low_), version, node.replaced};
      cast.result.node()->lasting = true;  // several graphs may share it
    }
    return cast.result;
  }

 private:
  struct Cast {
    Tensor leaf, result;
    uint32_t version, replaced;
  };
  DType low_;
  std::unordered_map<const Node*, Cast> casts_;
};

bool in_autocast() { return state.autocast; }
DType autocast_dtype() { return state.autocast ? state.autocast->low() : float32; }

Tensor autocast(const Tensor& x, Precision precision) {
  const DType dtype = x.dtype();
  if (precision == Precision::full) return dtype == float16 || dtype == bfloat16 ? cast(x, float32) : Tensor();
  const DType low = state.autocast->low();
  if (!is_floating(dtype) || dtype == float64 || dtype == low) return Tensor();
  return x.requires_grad() && x.is_leaf() ? state.autocast->leaf_as_low(x) : cast(x, low);
}

}  // namespace detail

using detail::state;

Autocast::Autocast(DType dtype) : outer_(state.autocast) {
  TENON_CHECK(contains(dtypes(float16, bfloat16, float32), dtype), DTypeError,
              "Autocast: expected float16, bfloat16 or float32, got ", name_of(dtype));
  if (dtype != float32) scope_ = new detail::AutocastScope(dtype);
  state.autocast = scope_;
}
Autocast::~Autocast() {
  state.autocast = outer_;
  delete scope_;
}

}  // namespace tenon::inline v0
