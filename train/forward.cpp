#include "tenon/train/forward.h"

#include "tenon/autograd/ops/layout.h"
#include "tenon/core/check.h"

namespace tenon::inline v0::train {

Forward forward(nn::Layer& model, nn::Loss& loss, const data::Sample& batch, Task task, DType precision) {
  const InPrecision scope(precision);
  const Tensor output = model(batch["input"]);
  if (task != Task::language) return {output, loss(output, batch["target"])};
  TENON_CHECK(output.ndim() == 3, ShapeError, "expected the model to give scores [N, T, tokens], got ", output.shape());
  const Tensor places = flatten(output, 0, 1);
  return {places, loss(places, batch["target"].reshape({-1}))};
}

}  // namespace tenon::inline v0::train
