#include "tenon/autograd/anomaly.h"

#include <cmath>

#include "tenon/autograd/state.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/sum.h"
#include "tenon/core/text.h"

namespace tenon::inline v0 {

using detail::state;

AnomalyMode::AnomalyMode(const AnomalyOptions& options)
    : before_{.on = std::exchange(state.anomaly, options.on),
              .infinities = std::exchange(state.infinities, options.infinities)} {}
AnomalyMode::~AnomalyMode() {
  state.anomaly = before_.on;
  state.infinities = before_.infinities;
}

namespace detail {

namespace {

/// "nan", "inf" where infinities are looked for, or null. A sum without nan has no nan in it. One with nan may have met
/// infinities of both signs, and an infinite one may have run over: only then each is looked at.
const char* anomaly_in(const Array& x) {
  if (!x.defined() || !is_floating(x.dtype()) || x.numel() == 0) return nullptr;
  const auto total = sum(x).item<double>();
  if (std::isfinite(total) || (std::isinf(total) && !state.infinities)) return nullptr;
  const Array plain = contiguous(cast(x, float64).cpu());
  const double* values = static_cast<const double*>(plain.data());
  const char* found = nullptr;
  for (int64_t i = 0; i < plain.numel(); ++i) {
    if (std::isnan(values[i])) return "nan";
    if (std::isinf(values[i]) && state.infinities) found = "inf";
  }
  return found;
}

}  // namespace

void check_forward(const char* op, const Array& output) {
  if (state.in_backward) return;  // what comes out of a backward function says more
  if (const char* found = anomaly_in(output)) throw AnomalyError(text(op, ": the result has ", found));
}

void check_gradient(const Node& node, size_t i, const Array& gradient) {
  const char* found = anomaly_in(gradient);
  if (!found) return;
  const std::string path = node.extras ? node.extras->path : "";
  throw AnomalyError(
      text(path, path.empty() ? "" : ": ", "backward of ", node.op, ": the gradient of input ", i, " has ", found));
}

}  // namespace detail

}  // namespace tenon::inline v0
