#include "tenon/autograd/autocast.h"

#include <optional>
#include <unordered_map>

#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/precision.h"
#include "tenon/autograd/state.h"
#include "tenon/core/check.h"
#include "tenon/core/promotion.h"

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

namespace {

bool has_16_bits(DType dtype) { return dtype == float16 || dtype == bfloat16; }

/// The dtype that holds every floating operand; none where there is none.
std::optional<DType> widest(const Tensor* const* operands, size_t n) {
  std::optional<DType> wide;
  for (size_t i = 0; i < n; ++i) {
    if (!operands[i]->defined() || !is_floating(operands[i]->dtype())) continue;
    wide = wide ? promote(*wide, operands[i]->dtype()) : operands[i]->dtype();
  }
  return wide;
}

/// What the operands are to become; none: they stay.
std::optional<DType> target_of(Precision precision, const Tensor* const* operands, size_t n) {
  switch (precision) {
    case Precision::low:
      return state.autocast->low();
    case Precision::full:
      return float32;
    case Precision::widest:
      return widest(operands, n);
    case Precision::first:
      if (operands[0]->defined() && has_16_bits(operands[0]->dtype())) return operands[0]->dtype();
  }
  return {};
}

/// Whether an operand of that dtype follows. float64 and integers mostly stay what they are.
bool follows(DType dtype, Precision precision) {
  switch (precision) {
    case Precision::full:
      return has_16_bits(dtype);
    case Precision::widest:
      return is_floating(dtype);
    default:
      return is_floating(dtype) && dtype != float64;
  }
}

}  // namespace

void autocast(Precision precision, const Tensor* const* operands, Tensor* made, size_t n) {
  const std::optional<DType> target = target_of(precision, operands, n);
  for (size_t i = 0; target && i < n; ++i) {
    const Tensor& x = *operands[i];
    if (!x.defined() || x.dtype() == *target || !follows(x.dtype(), precision)) continue;
    const bool lasts = *target == state.autocast->low() && x.requires_grad() && x.is_leaf();
    made[i] = lasts ? state.autocast->leaf_as_low(x) : cast(x, *target);
  }
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
