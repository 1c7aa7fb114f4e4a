#include "tenon/autograd/anomaly.h"

#include <cmath>

#include "tenon/autograd/state.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0 {

using detail::state;

AnomalyMode::AnomalyMode(bool on) : before_(std::exchange(state.anomaly, on)) {}
AnomalyMode::~AnomalyMode() { state.anomaly = before_; }

namespace detail {

namespace {

/// A sum without nan has no nan in it. One with nan may have met infinities of both signs: only then each is looked at.
bool has_nan(const Array& x) {
  if (!x.defined() || !is_floating(x.dtype()) || x.numel() == 0) return false;
  if (!std::isnan(sum(x).item<double>())) return false;
  const Array plain = contiguous(cast(x, float64).cpu());
  const double* values = static_cast<const double*>(plain.data());
  for (int64_t i = 0; i < plain.numel(); ++i) {
    if (std::isnan(values[i])) return true;
  }
  return false;
}

}  // namespace

void check_forward(const char* op, const Array& output) {
  if (state.in_backward) return;  // what comes out of a backward function says more
  TENON_CHECK(!has_nan(output), AnomalyError, op, ": the result has nan");
}

void check_gradient(const Node& node, size_t i, const Array& gradient) {
  if (!has_nan(gradient)) return;
  const std::string path = node.extras ? node.extras->path : "";
  throw AnomalyError(
      text(path, path.empty() ? "" : ": ", "backward of ", node.op, ": the gradient of input ", i, " has nan"));
}

}  // namespace detail

}  // namespace tenon::inline v0
