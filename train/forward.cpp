#include "tenon/train/forward.h"

namespace tenon::inline v0::train {

Forward forward(nn::Layer& model, nn::Loss& loss, const data::Sample& batch, DType precision) {
  const InPrecision scope(precision);
  const Tensor output = model(batch["input"]);
  return {output, loss(output, batch["target"])};
}

}  // namespace tenon::inline v0::train
